import { describe, expect, test } from "vitest";
import { seeded } from "../../../bench/random.ts";
import { compare, compareBaselines } from "../../../runner/timeline/compare.ts";
import { compareEnvironments } from "../../../runner/timeline/compare-environments.ts";
import { interval } from "../../../runner/timeline/quantity.ts";
import { upgraded, environmentSide, made, taken, baseline, at } from "./compare-sides.ts";
import { program, seriesOf, taken as sessionIn } from "./linked-series.ts";

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

const sides = {
  a: { kind: "environment" as const, name: "a", id: "a" },
  b: { kind: "environment" as const, name: "b", id: "b" },
};

const measuredIn = (environment: string) => [
  sessionIn(1, environment, 1, "new", "w1"),
  sessionIn(2, environment, 1, "new", "w2"),
  sessionIn(3, environment, 1, "new", "w2"),
];

test("two environments are compared in the form of the benchmark that most revisions have in both", () => {
  const series = seriesOf([...measuredIn("a"), ...measuredIn("b")], [], "b", "w1");
  expect(compareEnvironments(series, sides)).toMatchObject({ points: [2, 2] });
});

test("a program that is one point in one environment is compared once", () => {
  const series = seriesOf([sessionIn(1, "a", 1), sessionIn(2, "a", 1), program(1, "b", 1), program(2, "b", 1)], [], "b");
  expect(compareEnvironments(series, sides)).toMatchObject({ points: [1, 1] });
});
