import { describe, expect, test } from "vitest";
import { seeded, type Random } from "../../../bench/random.ts";
import type { ScalingFactor, Reason, Session } from "../../../runner/model.ts";
import { assumedCommonMode } from "../../../runner/timeline/common-mode.ts";
import { compare, compareBaselines, geometricMean } from "../../../runner/timeline/compare.ts";
import type { Comparison, EnvironmentSide, RevisionsSide, Side } from "../../../runner/timeline/compared.ts";
import { interval } from "../../../runner/timeline/quantity.ts";
import { timeline, type Timeline } from "../../../runner/timeline/timeline.ts";
import { brokenScalingFactor, failed, history, scalingFactor, idOf, measured, session } from "../report/fixture.ts";

const revisions = history(30);
const names = ["sort", "tree", "text"];

const at = (...numbers: number[]): RevisionsSide => ({ kind: "revisions", name: `r${numbers.join("+")}`, ids: new Set(numbers.map(idOf)) });
const range = (from: number, to: number) => at(...Array.from({ length: to - from }, (_, index) => from + 1 + index));
const environmentSide = (id: string): EnvironmentSide => ({ kind: "environment", name: `environment ${id}`, id });

let serial = 0;
function taken(number: number, seconds: Record<string, number>, environment = "a", reason: Reason = "new", workload = "w1"): Session {
  const outcomes = Object.entries(seconds).map(([name, value]) => [
    name,
    { compiled: value > 0 ? measured(value, { workload }) : failed({}, workload) },
  ]);
  return session(number, Object.fromEntries(outcomes), { environment, serial: serial++, reason });
}

function made(sessions: Session[], scalingFactors: ScalingFactor[] = [], currentEnvironment = "b"): Timeline {
  const listed = names.map((name) => ({ name, group: "main" as const, variants: ["compiled" as const], workload: "w1" }));
  return timeline({ history: revisions, sessions, listed, currentEnvironment, scalingFactors });
}

/** Twelve revisions in a, the last four of them in b too, and eight more there. Sessions that repeat one program show no noise. */
function upgraded(random: Random): Timeline {
  const seconds = (number: number, factor: number) =>
    Object.fromEntries(names.map((name, index) => [name, (1 + index + number / 10) * factor * (1 + 0.01 * random())]));
  const [first, last] = [seconds(0, 1), seconds(19, 0.5)];
  const old = Array.from({ length: 12 }, (_, number) => taken(number, number === 0 ? first : seconds(number, 1)));
  const both = [8, 9, 10, 11].map((number) => taken(number, seconds(number, 0.5), "b", "bridge"));
  const now = Array.from({ length: 8 }, (_, index) => taken(12 + index, index === 7 ? last : seconds(12 + index, 0.5), "b"));
  const again = Array.from({ length: 5 }, () => [taken(0, first, "a", "control"), taken(19, last, "b", "control")]).flat();
  const scalingFactors = names.map((benchmark) => scalingFactor({ environment: "a" }, { environment: "b" }, Math.log(0.5), { benchmark }));
  return made([...old, ...both, ...now, ...again], scalingFactors);
}

test("the mean is of benchmarks that the suite has now; others are compared, and none is taken for dropped where it was never listed", () => {
  const sessions = [taken(1, { sort: 1, tree: 1, gone: 1 }, "b"), taken(2, { sort: 1.1, tree: 1.1, gone: 5 }, "b")];
  const found = compare(made(sessions), at(1), at(2));
  expect(found.compared.map(({ benchmark, group }) => [benchmark, group])).toEqual([
    ["sort", "main"],
    ["tree", "main"],
    ["gone", undefined],
  ]);
  expect(found.mean).toMatchObject({ of: 2 });
  expect(found.mean?.ratio.value).toBeCloseTo(1.1, 9);
  const unlisted = timeline({ history: revisions, sessions, listed: [], currentEnvironment: "b", scalingFactors: [] });
  expect(compare(unlisted, at(1), at(2)).mean).toMatchObject({ of: 3 });
  const alone = [taken(1, { gone: 1 }, "b"), taken(2, { gone: 5 }, "b")];
  expect(compare(made(alone), at(1), at(2))).toMatchObject({ compared: [{ benchmark: "gone" }], mean: undefined });
});

test("two versions of a benchmark are not compared, whatever factor there is", () => {
  const sessions = [taken(0, { sort: 3 }, "b", "new", "w0-v2"), taken(1, { sort: 1 }, "b")];
  const across = scalingFactor({ environment: "b", workload: "w0-v2" }, { environment: "b", workload: "w1" }, 0.1);
  expect(compare(made(sessions, [across]), at(0), at(1)).notCompared).toContainEqual(
    expect.objectContaining({ benchmark: "sort", reason: "different versions of the benchmark" }),
  );
});

const program = (number: number) =>
  session(number, { sort: { compiled: { ...measured(2), fingerprint: "f" } } }, { environment: "b", serial: serial++ });

const baseline = (seconds: number, environment: string) =>
  session("baseline", { sort: { interpreted: measured(seconds) } }, { environment, serial: serial++ });

const byName = ({ compared }: Comparison) => [...compared].sort((x, y) => (x.benchmark < y.benchmark ? -1 : 1));

describe.each(Array.from({ length: 12 }, (_, seed) => [seed]))("seed %i", (seed) => {
  const random = seeded(seed);
  const all = upgraded(random);
  const pick = () => Math.floor(20 * random());
  const pairs: [Side, Side][] = [
    [at(pick()), at(pick())],
    [range(0, 7), range(7, 19)],
    [at(pick()), range(3, 15)],
    [environmentSide("a"), environmentSide("b")],
  ];

  test("a side against itself is 1, and every interval contains 1", () => {
    for (const side of pairs.flat()) {
      const { compared, mean } = compare(all, side, side);
      expect(compared).toHaveLength(3);
      for (const { ratio } of [...compared, ...(mean ? [mean] : [])]) {
        expect(ratio.value).toBe(1);
        const { low, high } = interval(ratio);
        expect(low <= 1 && high >= 1).toBe(true);
      }
    }
  });

  test("the other way round is the inverse", () => {
    for (const [a, b] of pairs) {
      const [there, back] = [compare(all, a, b), compare(all, b, a)];
      for (const [index, { ratio, scalingFactors }] of byName(there).entries()) {
        const other = byName(back)[index];
        expect(ratio.value * (other?.ratio.value ?? 0)).toBeCloseTo(1, 12);
        expect(other?.ratio.standardError).toBeCloseTo(ratio.standardError, 12);
        expect(other?.scalingFactors).toBe(scalingFactors);
      }
      expect((there.mean?.ratio.value ?? 0) * (back.mean?.ratio.value ?? 0)).toBeCloseTo(1, 12);
    }
  });
});

describe("two revisions", () => {
  test("of one environment are compared there, without the error of any scaling factor", () => {
    const found = compare(upgraded(seeded(1)), at(1), at(10));
    for (const { ratio, scalingFactors } of found.compared) {
      expect(scalingFactors).toBe(0);
      expect(ratio.standardError).toBeCloseTo(Math.hypot(0.001, 0.001), 12);
    }
  });

  test("of two environments are compared over the scaling factor, whose error is in it", () => {
    const found = compare(upgraded(seeded(1)), at(1), at(15));
    for (const { ratio, scalingFactors } of found.compared) {
      expect(scalingFactors).toBe(1);
      expect(ratio.standardError).toBeCloseTo(Math.hypot(0.001, 0.001, 0.002), 12);
    }
    expect(found.compared.map(({ ratio }) => ratio.value)).toEqual(found.compared.map(({ ratio }) => ratio.value).sort((x, y) => x - y));
  });

  test("that run one program are the same, exactly", () => {
    const { compared } = compare(made([program(1), program(2)]), at(1), at(2));
    expect(compared).toMatchObject([{ benchmark: "sort", isSame: true, ratio: { value: 1, standardError: 0 } }]);
  });

  test("that cannot be compared are told with the reason", () => {
    const sessions = [taken(1, { sort: 1, tree: 1, text: 0 }), taken(2, { sort: 1, text: 1 }, "b"), taken(2, { tree: 1 }, "b")];
    const found = compare(
      made(sessions, [brokenScalingFactor({ environment: "a" }, { environment: "b" }, "it does not compile")]),
      at(1),
      at(2),
    );
    expect(found.compared).toEqual([]);
    expect(found.mean).toBeUndefined();
    expect(found.notCompared).toEqual([
      { benchmark: "sort", reason: "broken between them: it does not compile", lacking: ["a"] },
      { benchmark: "text", reason: "failed at r1: compile, cc said no", lacking: [] },
      { benchmark: "tree", reason: "not yet linked with each other", lacking: ["a"] },
    ]);
    expect(compare(made(sessions), at(1), at(2), "interpreted").notCompared[0]).toMatchObject({
      reason: "not measured interpreted",
      lacking: [],
    });
    expect(compare(made(sessions), at(1), at(9)).notCompared[0]).toMatchObject({ reason: "not measured at r9", lacking: ["b"] });
    expect(compare(made(sessions), at(8), at(9)).notCompared[0]).toMatchObject({
      reason: "not measured at r8; not measured at r9",
      lacking: ["a", "b"],
    });
  });
});

test("a range is the median of its points, its error what theirs makes of that", () => {
  const sessions = [1, 2, 3].map((number) => taken(number, { sort: [5, 1, 2][number - 1] ?? 0 }, "b")).concat(taken(4, { sort: 4 }, "b"));
  const [sort] = compare(made(sessions), range(0, 3), at(4)).compared;
  expect(sort).toMatchObject({ points: [3, 1], ratio: { value: 2 } });
  const median = 0.001 * Math.sqrt(((Math.PI / 2) * (3 / 3.5)) / 3);
  expect(sort?.ratio.standardError).toBeCloseTo(Math.hypot(0.001, median), 5);
});

test("a range that goes across a transition is taken where most of both sides was measured, and what is left out is counted", () => {
  const found = compare(upgraded(seeded(2)), range(0, 6), range(6, 15));
  for (const one of found.compared) expect(one).toMatchObject({ points: [6, 5], scalingFactors: 0, elsewhere: 4 });
});

describe("two environments", () => {
  test("are compared by the revisions measured in both, of one form of the benchmark", () => {
    const found = compare(upgraded(seeded(4)), environmentSide("a"), environmentSide("b"));
    for (const { ratio, points } of found.compared) {
      expect(points).toEqual([4, 4]);
      const { low, high } = interval(ratio);
      expect(low < 0.5 && high > 0.5).toBe(true);
      expect(high - low).toBeLessThan(0.02);
    }
    const edited = made([
      taken(1, { sort: 1 }),
      taken(1, { sort: 1 }, "b", "new", "w2"),
      taken(1, { tree: 1 }),
      taken(2, { tree: 1 }, "b"),
    ]);
    expect(compare(edited, environmentSide("a"), environmentSide("b")).notCompared.map(({ reason }) => reason)).toEqual([
      "different workloads",
      "not measured compiled",
      "no revision was measured in both",
    ]);
  });

  test("are compared by the interpreter itself", () => {
    const all = made([baseline(8, "a"), baseline(6, "b"), taken(1, { tree: 1 })]);
    const found = compareBaselines(all, environmentSide("a"), environmentSide("b"));
    expect(found.compared).toMatchObject([{ benchmark: "sort", ratio: { value: 0.75 } }]);
    expect(found.notCompared.map(({ benchmark }) => benchmark)).toEqual(["text", "tree"]);
  });

  test("are not compared with revisions", () => {
    expect(() => compare(upgraded(seeded(1)), environmentSide("a"), at(1))).toThrow(RangeError);
  });
});

describe("the geometric mean", () => {
  const independent = { correlation: 0, ofQuiet: 0, degreesOfFreedom: 1000, pairs: 1000 };

  test("covers that of the true ratios 95 % of the time where sessions share nothing", () => {
    const random = seeded(5);
    const normal = () => Array.from({ length: 12 }, random).reduce((sum, one) => sum + one, -6);
    const trials = 2000;
    let covered = 0;
    for (let trial = 0; trial < trials; trial++) {
      const logs = Array.from({ length: 15 }, () => 0.1 * normal());
      const ratios = logs.map((log) => {
        const sigma = 0.002 + 0.02 * random();
        // Nine samples tell the error with eight degrees of freedom.
        const spread = Math.sqrt(Array.from({ length: 8 }, normal).reduce((sum, one) => sum + one ** 2, 0) / 8);
        return { value: Math.exp(log + sigma * normal()), standardError: sigma * spread, degreesOfFreedom: 8 };
      });
      const found = geometricMean(ratios, independent);
      const truth = Math.exp(logs.reduce((sum, log) => sum + log, 0) / logs.length);
      const { low, high } = found ? interval(found.ratio) : { low: 0, high: 0 };
      if (low < truth && truth < high) covered++;
    }
    expect(covered / trials).toBeGreaterThan(0.935);
    expect(covered / trials).toBeLessThan(0.968);
  });

  test("never becomes more exact than what sessions share, however many benchmarks there are", () => {
    const one = { value: 2, standardError: 0.01, degreesOfFreedom: 9 };
    const common = { correlation: 0.09, ofQuiet: 0.09, degreesOfFreedom: 20, pairs: 20 };
    const errorOf = (count: number) =>
      geometricMean(
        Array.from({ length: count }, () => one),
        common,
      )?.ratio.standardError ?? 0;
    expect(errorOf(1)).toBeCloseTo(0.01, 12);
    expect(errorOf(10_000)).toBeCloseTo(0.003, 4);
    expect(geometricMean([one, one])?.common).toEqual(assumedCommonMode);
  });

  test("takes programs that are the same on both sides as exact", () => {
    const same = { value: 1, standardError: 0, degreesOfFreedom: 1 };
    const moved = { value: 1.1, standardError: 0.01, degreesOfFreedom: 9 };
    const common = { correlation: 1, ofQuiet: 1, degreesOfFreedom: 20, pairs: 20 };
    expect(geometricMean([same, same, same, moved], common)?.ratio.standardError).toBeCloseTo(0.01 / 4, 12);
  });

  test("leaves out ratios of an error that is not known, where there are others", () => {
    const known = { value: 2, standardError: 0.01, degreesOfFreedom: 9 };
    const unknown = { value: 8, standardError: Infinity, degreesOfFreedom: 1 };
    expect(geometricMean([known, unknown])).toMatchObject({ of: 1, ratio: { value: 2, standardError: 0.01 } });
    expect(geometricMean([unknown])).toMatchObject({ of: 1, ratio: { standardError: Infinity } });
    expect(geometricMean([])).toBeUndefined();
  });
});
