import { describe, expect, test } from "vitest";
import { newestRevision } from "../../../runner/timeline/points.ts";
import { brokenScalingFactor, scalingFactor } from "../report/fixture.ts";
import { seriesOf, upgraded, a, b, at, shown, taken, c, drawn, numberOf } from "./linked-series.ts";

describe("a segment", () => {
  test("that a scaling factor links is shown in today's seconds, with the scaling factor's error; what was measured stays", () => {
    const series = seriesOf(upgraded, [scalingFactor(a, b, Math.log(0.5))], "b");
    expect(series.segments.map(({ environment, link }) => [environment, link.status])).toEqual([
      ["a", "linked"],
      ["b", "current"],
    ]);
    const first = at(series, 1);
    expect(first.point.seconds).toMatchObject({ value: 10, standardError: 0.001 });
    expect(shown(first)?.value).toBeCloseTo(5, 12);
    expect(shown(first)?.standardError).toBeCloseTo(Math.hypot(0.001, 0.002), 12);
    expect(shown(at(series, 4))).toBe(at(series, 4).point.seconds);
  });

  test("is linked over several scaling factors, weakly where one is weak", () => {
    const sessions = [taken(1, "a", 8), taken(2, "b", 4), taken(3, "c", 1)];
    const scalingFactors = [scalingFactor(a, b, Math.log(0.5)), scalingFactor(c, b, Math.log(4), { status: "weak" })];
    const [old, middle] = seriesOf(sessions, scalingFactors, "c").segments;
    expect(old?.link).toMatchObject({ status: "linked", scalingFactors: 2, weak: true });
    expect(middle?.link).toMatchObject({ status: "linked", scalingFactors: 1, weak: true });
    expect(old?.link.status === "linked" && old.link.factor.value).toBeCloseTo(1 / 8, 12);
    expect(old?.link.status === "linked" && old.link.factor.standardError).toBeCloseTo(0.002 * Math.SQRT2, 12);
  });

  test("that is not linked says why, and is no part of the line", () => {
    expect(seriesOf(upgraded, [], "b").segments[0]?.link).toEqual({ status: "not yet linked" });
    const broken = seriesOf(upgraded, [brokenScalingFactor(a, b, "it does not compile")], "b");
    expect(broken.segments[0]?.link).toEqual({ status: "broken", reason: "it does not compile" });
    expect(drawn(broken)).toBe("2b 3b 4b");
    expect(broken.apart.map((entries) => entries.map(({ point }) => numberOf.get(newestRevision(point).id)))).toEqual([[1, 2, 3]]);
  });

  test("is not linked by scaling factors of another benchmark or variant", () => {
    const others = [scalingFactor(a, b, 1, { benchmark: "tree" }), scalingFactor(a, b, 1, { variant: "interpreted" })];
    expect(seriesOf(upgraded, others, "b").segments[0]?.link).toEqual({ status: "not yet linked" });
  });

  test("of an edited benchmark is linked by a scaling factor between workloads", () => {
    const sessions = [taken(1, "a", 10), taken(2, "a", 20, "new", "w2")];
    const series = seriesOf(sessions, [scalingFactor({ ...a }, { ...a, workload: "w2" }, Math.log(2))], "a", "w2");
    expect(drawn(series)).toBe("1a | 2a");
    expect(shown(at(series, 1))?.value).toBeCloseTo(20, 12);
  });
});
