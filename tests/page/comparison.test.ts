import { expect, test } from "vitest";
import { compareEnvironments, compareRevisions } from "../../page/comparison.ts";
import { isMeasured, pointsOf, valueAt } from "../../page/points.ts";
import { renderReports } from "../../runner/report/markdown.ts";
import { geometricMean } from "../../runner/timeline/compare.ts";
import { decision, history, idOf, input, measured, session } from "../runner/report/fixture.ts";
import { loaded, made } from "./page-data.ts";

test("the page compares two versions of a benchmark no more than the reports do", () => {
  const sessions = ["w1", "w1-v2"].map((workload, serial) =>
    session(serial, { sort: { compiled: measured(0.01, { workload }) } }, { serial }),
  );
  const benchmarks = [{ name: "sort", group: "main" as const, variants: ["compiled" as const], workload: "w1-v2" }];
  const { content, years } = loaded("sort", renderReports(input({ sessions, benchmarks })));
  const [series] = content.series;
  if (!series) throw new Error("no series");
  const [old, now] = pointsOf(series, content, years).filter(isMeasured);
  expect([old?.segment.state, now?.segment.state]).toEqual(["other version", "linked"]);
  expect(compareRevisions("sort", series, old, now, [0, 1])).toMatchObject({
    ratio: undefined,
    why: "different versions of the benchmark",
  });
  expect(compareEnvironments("sort", series, "e1", "e1")).toMatchObject({ ratio: { value: 1 } });
});

test("a comparison has the confirmed changes between both sides, chained, and turned where the later side is the first", () => {
  const sessions = Array.from({ length: 6 }, (_, number) => session(number, { sort: { compiled: measured(0.01) } }, { serial: number }));
  const decisions = [decision(2), decision(4, { lastGood: idOf(3) })];
  const { content, years } = loaded("sort", renderReports(input({ history: history(6), sessions, decisions })));
  const [series] = content.series;
  if (!series) throw new Error("no series");
  const points = pointsOf(series, content, years);
  const confirmed = (a: number, b: number) => compareRevisions("sort", series, valueAt(points, a), valueAt(points, b), [a, b]).confirmed;
  expect(confirmed(0, 1)).toBeUndefined();
  expect(confirmed(1, 2)).toEqual({ text: "+5.13 % ± 0.46 %", direction: "slower" });
  expect(confirmed(0, 5)).toEqual({ text: "+10.52 % ± 0.65 %", direction: "slower" });
  expect(confirmed(5, 3)).toEqual({ text: "−4.88 % ± 0.42 %", direction: "faster" });
});

test("two revisions of one program are equal, and the mean of ratios is geometric", () => {
  const { content, years } = loaded(made.listed[0]?.name ?? "");
  const points = content.series[0] ? pointsOf(content.series[0], content, years) : [];
  expect(compareRevisions("one", content.series[0], valueAt(points, 700), valueAt(points, 700), [700, 700])).toMatchObject({
    ratio: { value: 1 },
    isSame: true,
  });
  expect(compareRevisions("one", content.series[0], valueAt(points, -5), valueAt(points, 700), [-5, 700])).toMatchObject({
    ratio: undefined,
    why: "not measured at the first revision",
  });
  const ratios = [0.5, 2, 1].map((value) => ({ value, standardError: 0.03, degreesOfFreedom: 1e5 }));
  expect(geometricMean(ratios)?.ratio.value).toBeCloseTo(1, 12);
  const nothing = { correlation: 0, ofQuiet: 0, degreesOfFreedom: 4, pairs: 1 };
  expect(geometricMean(ratios, nothing)?.ratio.standardError).toBeCloseTo(0.03 / Math.sqrt(3), 12);
  expect(geometricMean([])).toBeUndefined();
});
