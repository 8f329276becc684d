import { describe, expect, test } from "vitest";
import { commit } from "../../../bench/import/sample.ts";
import type { Row, Scaling } from "../../../runner/import/row.ts";
import type { ScalingFactor, Revision } from "../../../runner/model.ts";
import { bridge, halfWidth } from "../../../runner/timeline/bridge.ts";
import { latestScalingFactors } from "../../../runner/timeline/chain.ts";
import { hodgesLehmann } from "../../../runner/timeline/stats.ts";
import { isMeasurement, speedUp, timeline } from "../../../runner/timeline/timeline.ts";
import { day, imported, newer, older, row } from "./fixture.ts";

const configuration = (hardware: string, python: string) => ({ hardware, python });
const [before, after] = [configuration(older.hardware, "3.8"), configuration(newer.hardware, "3.10")];
const scaling = (factor: number, more: Partial<Scaling> = {}): Scaling => ({
  benchmark: "richards",
  factor,
  from: before,
  to: after,
  ...more,
});

/** Two revisions before a transition, another after it. */
const old = [row({ ...older, seconds: 2, taken: day(0) }), row({ ...older, seconds: 2.2, taken: day(1), revision: commit("r2") })];
const now = [row({ ...newer, seconds: 0.9, taken: day(2), revision: commit("r3") })];
const baselines = [
  row({ ...older, variant: "interpreted", seconds: 8, taken: day(0), deviation: 0.001 }),
  row({ ...newer, variant: "interpreted", seconds: 5, taken: day(2), deviation: 0.001 }),
];

const quantity = (value: number) => ({ value, standardError: 0.001, degreesOfFreedom: 9 });
const scalingFactorsOf = (rows: Row[], factors: Scaling[] = []): ScalingFactor[] =>
  latestScalingFactors(imported(rows, factors).scalingFiles);

describe("a factor of scaling.csv", () => {
  test("is phi = ln(b_new / b_old) - ln factor, with an unknown error", () => {
    const [scalingFactor, ...others] = scalingFactorsOf([...old, ...now, ...baselines], [scaling(1.25)]);
    expect(others).toEqual([]);
    expect(scalingFactor).toMatchObject({ status: "weak", revisions: [], benchmark: "richards", variant: "compiled" });
    expect(scalingFactor?.factor?.phi).toBeCloseTo(Math.log(5 / 8) - Math.log(1.25), 5);
    expect(scalingFactor?.factor?.standardError).toBe(Infinity);
    expect(scalingFactor?.factor && halfWidth(scalingFactor.factor)).toBe(Infinity);
  });

  test("uses the first baseline of its hardware and Python on any OS, like mypyc's own reports", () => {
    const first = [
      row({ ...older, variant: "interpreted", seconds: 0, taken: day(0) }),
      row({ ...older, variant: "interpreted", seconds: 16, taken: day(0), os: "Ubuntu 18.04" }),
    ];
    const [scalingFactor] = scalingFactorsOf([...first, ...old, ...now, ...baselines], [scaling(1.25)]);
    expect(scalingFactor?.factor?.phi).toBeCloseTo(Math.log(5 / 16) - Math.log(1.25), 5);
  });

  test("applies to every OS, point release and compiler of its hardware and Python", () => {
    const others = [
      row({ ...older, os: "Ubuntu 20.04.2 LTS", taken: day(1), revision: commit("r4") }),
      row({ ...newer, python: "3.10.9", taken: day(3), revision: commit("r5") }),
    ];
    const scalingFactors = scalingFactorsOf([...old, ...now, ...baselines, ...others], [scaling(1.25)]);
    expect(scalingFactors.map(({ status }) => status)).toEqual(["weak", "weak", "weak", "weak"]);
    expect(new Set(scalingFactors.map(({ factor }) => factor?.phi)).size).toBe(1);
  });

  test("without a baseline or a value on one side is reported and not used", () => {
    const half = imported([...old, ...now, ...baselines.slice(0, 1)], [scaling(1.25)]);
    expect(half.unused).toMatchObject([{ why: "there is no baseline in its new configuration" }]);
    expect(latestScalingFactors(half.scalingFiles)).toMatchObject([
      { status: "broken", reason: expect.stringContaining("no usable factor") },
    ]);
    expect(imported([...old, ...baselines], [scaling(1.25)]).unused).toMatchObject([
      { why: "there are no values in its new configuration" },
    ]);
    expect(imported(old, [scaling(1.25, { benchmark: "gone" })]).unused).toMatchObject([{ why: expect.stringContaining("no revision") }]);
  });

  test("links the workloads that both sides measured, and no others", () => {
    const edited = row({ ...older, seconds: 4, suite: commit("s0"), taken: day(-3), revision: commit("r0") });
    const scalingFactors = scalingFactorsOf([edited, ...old, ...now, ...baselines], [scaling(1.25)]);
    expect(scalingFactors.find(({ status }) => status === "weak")?.from.workload).toBe(`suite-${commit("s1").slice(0, 12)}`);
    expect(scalingFactors.find(({ status }) => status === "broken")).toMatchObject({
      from: { workload: `suite-${commit("s0").slice(0, 12)}` },
      reason: "no imported revision was measured with both revisions of the suite",
    });
  });

  test("links the last context before it and the first after it if both sides share no workload", () => {
    const edited = now.map((one) => ({ ...one, suite: commit("s2") }));
    const [scalingFactor, ...others] = scalingFactorsOf([...old, ...edited, ...baselines], [scaling(1.25)]);
    expect(others).toEqual([]);
    expect([scalingFactor?.from.workload, scalingFactor?.to.workload]).toEqual(
      ["s1", "s2"].map((suite) => `suite-${commit(suite).slice(0, 12)}`),
    );
  });
});

describe("the speed-up over the interpreter", () => {
  const history = ["r1", "r2", "r3"].map((name, number): Revision => ({
    id: commit(name),
    committed: day(number),
    author: "",
    title: name,
    isEmpty: false,
  }));

  test.each([
    [1.25, 8, 5, 2],
    [0.8331749499467541, 0.512345, 0.498765, 0.123456],
    [3.0517578125, 61.2345, 40.1, 1.98765],
  ])("of an old value equals the reference's, old relative performance times factor %d", (factor, bOld, bNew, cOld) => {
    // new_rel / old_rel is the factor; the reference shows an old measurement as (b_old / c_old) * factor.
    const rows = [
      row({ ...older, seconds: cOld, taken: day(0) }),
      ...now,
      row({ ...older, variant: "interpreted", seconds: bOld, taken: day(0) }),
      row({ ...newer, variant: "interpreted", seconds: bNew, taken: day(2) }),
    ];
    const { sessions, scalingFiles, environments } = imported(rows, [scaling(factor)]);
    const currentEnvironment = environments.find(({ cpu }) => cpu === newer.hardware)?.id ?? "";
    const listed = sessions.at(-1)?.listed ?? [];
    const [richards] = timeline({
      history,
      sessions,
      listed,
      currentEnvironment,
      scalingFactors: exact(latestScalingFactors(scalingFiles), bOld, bNew, factor),
    }).benchmarks;
    const first = richards?.series[0]?.line.find(isMeasurement);
    const shown = richards && first && speedUp(richards, first);
    expect((shown?.value ?? 0) / ((bOld / cOld) * factor)).toBeCloseTo(1, 14);
    // What is stored of phi is six digits.
    const stored = timeline({ history, sessions, listed, currentEnvironment, scalingFactors: latestScalingFactors(scalingFiles) })
      .benchmarks[0];
    const same = stored?.series[0]?.line.find(isMeasurement);
    expect(((stored && same && speedUp(stored, same)?.value) ?? 0) / ((bOld / cOld) * factor)).toBeCloseTo(1, 5);
  });

  test("is exactly the factor if one revision was measured on both sides: K = 1", () => {
    // The reference computes (b_new / c_new) / (b_old / c_old) from that revision; the bridge of it alone is ln c_new - ln c_old.
    const [cOld, cNew, bOld, bNew] = [2, 0.987654, 8, 5];
    const rows = [
      row({ ...older, seconds: cOld, taken: day(0) }),
      row({ ...newer, seconds: cNew, taken: day(2) }),
      row({ ...older, variant: "interpreted", seconds: bOld, taken: day(0) }),
      row({ ...newer, variant: "interpreted", seconds: bNew, taken: day(2) }),
    ];
    const factor = bNew / cNew / (bOld / cOld);
    const byFactor = scalingFactorsOf(rows, [scaling(factor)])[0]?.factor;
    const byBridge = scalingFactorsOf(rows)[0]?.factor;
    expect(byBridge?.phi).toBe(byFactor?.phi);
    expect(byBridge?.standardError).toBeLessThan(0.02);
    const { phi } = bridge([{ revision: commit("r1"), old: quantity(cOld), new: quantity(cNew) }]);
    const [oldRelative, newRelative] = [bOld / cOld, bNew / cNew];
    expect(bNew / (cOld * Math.exp(phi)) / oldRelative).toBeCloseTo(newRelative / oldRelative, 14);
  });
});

describe("where there is no factor", () => {
  const shared = [1, 1.1, 0.9, 1.02].map((off, number) => ({
    revision: commit(`both ${number}`),
    old: 3 + number,
    now: (3 + number) * 0.5 * off,
  }));
  const measuredTwice = shared.flatMap(({ revision, old: seconds, now: later }, number) => [
    row({ ...older, revision, seconds, taken: day(number) }),
    row({ ...newer, revision, seconds: later, taken: day(100 + number) }),
  ]);

  test("revisions measured in both environments bridge these, with an error", () => {
    const [scalingFactor, ...others] = scalingFactorsOf(measuredTwice);
    expect(others).toEqual([]);
    expect(scalingFactor?.factor?.phi).toBeCloseTo(hodgesLehmann(shared.map(({ old: a, now: b }) => Math.log(b / a))), 5);
    // They vary by far more than the imported deviations say, which are not believed then.
    expect(scalingFactor?.factor?.degreesOfFreedom).toBeCloseTo(3, 2);
    expect([...(scalingFactor?.revisions ?? [])].sort()).toEqual(shared.map(({ revision }) => revision).sort());
  });

  test("a deviation of zero leaves the error unknown", () => {
    const [scalingFactor] = scalingFactorsOf(measuredTwice.map((one) => ({ ...one, deviation: 0 })));
    expect(scalingFactor).toMatchObject({ status: "weak", factor: { standardError: Infinity } });
  });

  test("and no shared revision, the line is broken, with a reason", () => {
    expect(scalingFactorsOf([...old, ...now])).toMatchObject([
      { status: "broken", reason: expect.stringContaining("and no revision measured in both") },
    ]);
    const upgraded = row({ ...older, os: "Ubuntu 22.04", taken: day(5), revision: commit("r9") });
    expect(scalingFactorsOf([...old, upgraded])).toMatchObject([
      { status: "broken", reason: "no imported revision was measured in both environments" },
    ]);
  });

  test("failures link nothing", () => {
    const failed = measuredTwice.map((one) => (one.hardware === newer.hardware ? { ...one, seconds: 0 } : one));
    expect(scalingFactorsOf([...failed, ...now])).toMatchObject([{ status: "broken" }]);
  });
});

/** The same scaling factors with phi as it was before it was stored. */
function exact(scalingFactors: ScalingFactor[], bOld: number, bNew: number, factor: number): ScalingFactor[] {
  const phi = Math.log(bNew / bOld) - Math.log(factor);
  return scalingFactors.map((scalingFactor) => ({
    ...scalingFactor,
    ...(scalingFactor.factor && { factor: { ...scalingFactor.factor, phi } }),
  }));
}
