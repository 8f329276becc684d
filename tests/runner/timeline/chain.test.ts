import { expect, test } from "vitest";
import type { ScalingFactor, ScalingFile, MeasurementContext } from "../../../runner/model.ts";
import { chain, scalingHistories, latestScalingFactors } from "../../../runner/timeline/chain.ts";

const context = (environment: string, workload = "w"): MeasurementContext => ({ environment, workload });

function scalingFactor(from: string, to: string, phi: number, standardError = 0.005, more: Partial<ScalingFactor> = {}): ScalingFactor {
  const factor = { phi, standardError, degreesOfFreedom: 8 };
  const places = { from: context(from), to: context(to) };
  return { benchmark: "sort", variant: "compiled", ...places, status: "linked", factor, revisions: [], ...more };
}

function broken(from: string, to: string, reason?: string): ScalingFactor {
  const { factor: _, ...rest } = scalingFactor(from, to, 0);
  return { ...rest, status: "broken", ...(reason !== undefined && { reason }) };
}

const file = (n: number, scalingFactors: ScalingFactor[], more: Partial<ScalingFile> = {}): ScalingFile => ({
  schema: 1,
  n,
  host: "bench",
  written: `2026-11-0${n}T00:00:00.000Z`,
  scalingFactors,
  ...more,
});

const phiOf = (scalingFactors: ScalingFactor[], from: string, to: string) => {
  const found = chain(scalingFactors, context(from), context(to));
  return found.status === "linked" ? Number(found.factor.phi.toFixed(12)) : found.status;
};

const isWeak = (scalingFactors: ScalingFactor[]) => {
  const found = chain(scalingFactors, context("a"), context("c"));
  return found.status === "linked" && found.weak;
};

test("a scaling factor leads forth and back, with the sign turned", () => {
  const scalingFactors = [scalingFactor("a", "b", 0.1)];
  expect(phiOf(scalingFactors, "a", "b")).toBe(0.1);
  expect(phiOf(scalingFactors, "b", "a")).toBe(-0.1);
  expect(scalingFactors[0]?.factor?.phi).toBe(0.1);
});

test("scaling factors join over environments, whichever way each was measured", () => {
  const scalingFactors = [scalingFactor("c", "b", -0.02), scalingFactor("a", "b", 0.1), scalingFactor("d", "c", -0.003)];
  expect(phiOf(scalingFactors, "a", "d")).toBe(0.123);
  expect(phiOf(scalingFactors, "d", "a")).toBe(-0.123);
});

test("of several chains the one with the least error counts, be it longer", () => {
  const exact = [scalingFactor("a", "b", 0.1, 0.001), scalingFactor("b", "c", 0.1, 0.001)];
  expect(phiOf([scalingFactor("a", "c", 0.5, 0.02), ...exact], "a", "c")).toBe(0.2);
  expect(phiOf([scalingFactor("a", "c", 0.5, 0.0012), ...exact], "a", "c")).toBe(0.5);
});

test("a place found early over a bad scaling factor is still reached over the better ones", () => {
  const scalingFactors = [
    scalingFactor("a", "d", 0.9, 0.03),
    scalingFactor("a", "b", 0.1, 0.002),
    scalingFactor("b", "c", 0.1, 0.002),
    scalingFactor("c", "d", 0.1, 0.002),
    scalingFactor("d", "e", 0.1, 0.002),
  ];
  expect(phiOf(scalingFactors, "a", "e")).toBe(0.4);
});

test("a place is linked with itself by nothing", () => {
  expect(chain([], context("a"), context("a"))).toMatchObject({
    status: "linked",
    scalingFactors: 0,
    weak: false,
    factor: { phi: 0, standardError: 0 },
  });
});

test("another workload is another place", () => {
  const edited = { ...scalingFactor("a", "a", 0.3), to: context("a", "w2") };
  expect(chain([edited], context("a"), context("a", "w2"))).toMatchObject({ status: "linked", scalingFactors: 1 });
  expect(chain([scalingFactor("a", "b", 0.3)], context("a"), context("b", "w2"))).toEqual({ status: "not yet linked" });
});

test("where there are no scaling factors nothing is linked, and a circle ends", () => {
  const circle = [scalingFactor("a", "b", 0.1), scalingFactor("b", "c", 0.1), scalingFactor("c", "a", 0.1)];
  expect(chain(circle, context("a"), context("x"))).toEqual({ status: "not yet linked" });
});

test("a broken scaling factor is no link, and gives its reason where there is no way around it", () => {
  const scalingFactors = [broken("a", "b", "it does not compile"), scalingFactor("b", "c", 0.1)];
  expect(chain(scalingFactors, context("a"), context("c"))).toEqual({ status: "broken", reason: "it does not compile" });
  expect(phiOf([...scalingFactors, scalingFactor("a", "d", 0.1, 0.04), scalingFactor("d", "c", 0.1, 0.04)], "a", "c")).toBe(0.2);
  expect(chain([broken("a", "b")], context("b"), context("a"))).toMatchObject({ status: "broken" });
});

test("a chain is weak where a scaling factor of it is, or where all of it is known to no better than 2 %", () => {
  expect(isWeak([scalingFactor("a", "b", 0, 0.005), scalingFactor("b", "c", 0, 0.001)])).toBe(false);
  expect(isWeak([scalingFactor("a", "b", 0, 0.001, { status: "weak" }), scalingFactor("b", "c", 0, 0.001)])).toBe(true);
  expect(isWeak([scalingFactor("a", "b", 0, 0.008), scalingFactor("b", "c", 0, 0.008)])).toBe(true);
});

test("of each series and pair of places the highest n counts, of equals the one written last", () => {
  const other = { benchmark: "tree" };
  const files = [
    file(2, [scalingFactor("a", "b", 0.2)]),
    file(1, [scalingFactor("a", "b", 0.1), scalingFactor("a", "b", 0.3, 0.005, other), scalingFactor("b", "a", -0.4)]),
    file(2, [scalingFactor("b", "c", 0.5)], { written: "2026-11-08T00:00:00.000Z" }),
    file(2, [scalingFactor("b", "c", 0.6)], { written: "2026-11-07T00:00:00.000Z" }),
  ];
  for (const given of [files, [...files].reverse()]) {
    const latest = latestScalingFactors(given).map(({ benchmark, from, to, factor }) => [
      benchmark,
      from.environment,
      to.environment,
      factor?.phi,
    ]);
    expect(latest).toEqual([
      ["sort", "a", "b", 0.2],
      ["tree", "a", "b", 0.3],
      ["sort", "b", "a", -0.4],
      ["sort", "b", "c", 0.5],
    ]);
  }
  expect(scalingHistories(files).map((history) => history.map(({ scalingFactor }) => scalingFactor.factor?.phi))).toEqual([
    [0.1, 0.2],
    [0.3],
    [-0.4],
    [0.6, 0.5],
  ]);
});

test("a later break takes a link back, and a later link mends a break", () => {
  expect(phiOf(latestScalingFactors([file(1, [scalingFactor("a", "b", 0.1)]), file(2, [broken("a", "b", "gone")])]), "a", "b")).toBe(
    "broken",
  );
  expect(phiOf(latestScalingFactors([file(2, [scalingFactor("a", "b", 0.1)]), file(1, [broken("a", "b", "gone")])]), "a", "b")).toBe(0.1);
});

test("versions of a benchmark are never linked, and no chain leads over another version", () => {
  const places = { from: context("a", "w"), to: context("b", "w-v2") };
  const across = scalingFactor("a", "b", 0.1, 0.001, places);
  expect(chain([across], places.from, places.to)).toEqual({ status: "other version" });
  expect(chain([across], places.to, places.from)).toEqual({ status: "other version" });
  const back = scalingFactor("b", "c", 0.1, 0.001, { from: context("b", "w-v2"), to: context("c", "w") });
  expect(phiOf([across, back], "a", "c")).toBe("not yet linked");
  expect(phiOf([across, back, scalingFactor("a", "c", 0.3)], "a", "c")).toBe(0.3);
  const within = scalingFactor("b", "c", 0.2, 0.001, { from: context("b", "w-v2"), to: context("c", "x-v2") });
  expect(chain([within], within.from, within.to)).toMatchObject({ status: "linked" });
});
