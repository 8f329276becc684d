import { expect, test } from "vitest";
import type { Hop, HopFile, Place } from "../../../runner/model.ts";
import { chain, hopHistories, latestHops } from "../../../runner/timeline/chain.ts";

const place = (environment: string, workload = "w"): Place => ({ environment, workload });

function hop(from: string, to: string, phi: number, standardError = 0.005, more: Partial<Hop> = {}): Hop {
  const factor = { phi, standardError, degreesOfFreedom: 8 };
  const places = { from: place(from), to: place(to) };
  return { benchmark: "sort", variant: "compiled", ...places, status: "linked", factor, revisions: [], ...more };
}

function broken(from: string, to: string, reason?: string): Hop {
  const { factor: _, ...rest } = hop(from, to, 0);
  return { ...rest, status: "broken", ...(reason !== undefined && { reason }) };
}

const file = (n: number, hops: Hop[], more: Partial<HopFile> = {}): HopFile => ({
  schema: 1,
  n,
  host: "bench",
  written: `2026-11-0${n}T00:00:00.000Z`,
  hops,
  ...more,
});

const phiOf = (hops: Hop[], from: string, to: string) => {
  const found = chain(hops, place(from), place(to));
  return found.status === "linked" ? Number(found.factor.phi.toFixed(12)) : found.status;
};

const isWeak = (hops: Hop[]) => {
  const found = chain(hops, place("a"), place("c"));
  return found.status === "linked" && found.weak;
};

test("a hop leads forth and back, with the sign turned", () => {
  const hops = [hop("a", "b", 0.1)];
  expect(phiOf(hops, "a", "b")).toBe(0.1);
  expect(phiOf(hops, "b", "a")).toBe(-0.1);
  expect(hops[0]?.factor?.phi).toBe(0.1);
});

test("hops join over environments, whichever way each was measured", () => {
  const hops = [hop("c", "b", -0.02), hop("a", "b", 0.1), hop("d", "c", -0.003)];
  expect(phiOf(hops, "a", "d")).toBe(0.123);
  expect(phiOf(hops, "d", "a")).toBe(-0.123);
});

test("of several chains the one with the least error counts, be it longer", () => {
  const exact = [hop("a", "b", 0.1, 0.001), hop("b", "c", 0.1, 0.001)];
  expect(phiOf([hop("a", "c", 0.5, 0.02), ...exact], "a", "c")).toBe(0.2);
  expect(phiOf([hop("a", "c", 0.5, 0.0012), ...exact], "a", "c")).toBe(0.5);
});

test("a place found early over a bad hop is still reached over the better ones", () => {
  const hops = [
    hop("a", "d", 0.9, 0.03),
    hop("a", "b", 0.1, 0.002),
    hop("b", "c", 0.1, 0.002),
    hop("c", "d", 0.1, 0.002),
    hop("d", "e", 0.1, 0.002),
  ];
  expect(phiOf(hops, "a", "e")).toBe(0.4);
});

test("a place is linked with itself by nothing", () => {
  expect(chain([], place("a"), place("a"))).toMatchObject({ status: "linked", hops: 0, weak: false, factor: { phi: 0, standardError: 0 } });
});

test("another workload is another place", () => {
  const edited = { ...hop("a", "a", 0.3), to: place("a", "w2") };
  expect(chain([edited], place("a"), place("a", "w2"))).toMatchObject({ status: "linked", hops: 1 });
  expect(chain([hop("a", "b", 0.3)], place("a"), place("b", "w2"))).toEqual({ status: "not yet linked" });
});

test("where there are no hops nothing is linked, and a circle ends", () => {
  const circle = [hop("a", "b", 0.1), hop("b", "c", 0.1), hop("c", "a", 0.1)];
  expect(chain(circle, place("a"), place("x"))).toEqual({ status: "not yet linked" });
});

test("a broken hop is no link, and gives its reason where there is no way around it", () => {
  const hops = [broken("a", "b", "it does not compile"), hop("b", "c", 0.1)];
  expect(chain(hops, place("a"), place("c"))).toEqual({ status: "broken", reason: "it does not compile" });
  expect(phiOf([...hops, hop("a", "d", 0.1, 0.04), hop("d", "c", 0.1, 0.04)], "a", "c")).toBe(0.2);
  expect(chain([broken("a", "b")], place("b"), place("a"))).toMatchObject({ status: "broken" });
});

test("a chain is weak where a hop of it is, or where all of it is known to no better than 2 %", () => {
  expect(isWeak([hop("a", "b", 0, 0.005), hop("b", "c", 0, 0.001)])).toBe(false);
  expect(isWeak([hop("a", "b", 0, 0.001, { status: "weak" }), hop("b", "c", 0, 0.001)])).toBe(true);
  expect(isWeak([hop("a", "b", 0, 0.008), hop("b", "c", 0, 0.008)])).toBe(true);
});

test("of each series and pair of places the highest n counts, of equals the one written last", () => {
  const other = { benchmark: "tree" };
  const files = [
    file(2, [hop("a", "b", 0.2)]),
    file(1, [hop("a", "b", 0.1), hop("a", "b", 0.3, 0.005, other), hop("b", "a", -0.4)]),
    file(2, [hop("b", "c", 0.5)], { written: "2026-11-08T00:00:00.000Z" }),
    file(2, [hop("b", "c", 0.6)], { written: "2026-11-07T00:00:00.000Z" }),
  ];
  for (const given of [files, [...files].reverse()]) {
    const latest = latestHops(given).map(({ benchmark, from, to, factor }) => [benchmark, from.environment, to.environment, factor?.phi]);
    expect(latest).toEqual([
      ["sort", "a", "b", 0.2],
      ["tree", "a", "b", 0.3],
      ["sort", "b", "a", -0.4],
      ["sort", "b", "c", 0.5],
    ]);
  }
  expect(hopHistories(files).map((history) => history.map(({ hop }) => hop.factor?.phi))).toEqual([[0.1, 0.2], [0.3], [-0.4], [0.6, 0.5]]);
});

test("a later break takes a link back, and a later link mends a break", () => {
  expect(phiOf(latestHops([file(1, [hop("a", "b", 0.1)]), file(2, [broken("a", "b", "gone")])]), "a", "b")).toBe("broken");
  expect(phiOf(latestHops([file(2, [hop("a", "b", 0.1)]), file(1, [broken("a", "b", "gone")])]), "a", "b")).toBe(0.1);
});

test("versions of a benchmark are never linked, and no chain leads over another version", () => {
  const places = { from: place("a", "w"), to: place("b", "w-v2") };
  const across = hop("a", "b", 0.1, 0.001, places);
  expect(chain([across], places.from, places.to)).toEqual({ status: "other version" });
  expect(chain([across], places.to, places.from)).toEqual({ status: "other version" });
  const back = hop("b", "c", 0.1, 0.001, { from: place("b", "w-v2"), to: place("c", "w") });
  expect(phiOf([across, back], "a", "c")).toBe("not yet linked");
  expect(phiOf([across, back, hop("a", "c", 0.3)], "a", "c")).toBe(0.3);
  const within = hop("b", "c", 0.2, 0.001, { from: place("b", "w-v2"), to: place("c", "x-v2") });
  expect(chain([within], within.from, within.to)).toMatchObject({ status: "linked" });
});
