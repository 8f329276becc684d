import { expect, test } from "vitest";
import { lastContext } from "../../../runner/timeline/attempts.ts";
import type { Attempt } from "../../../runner/timeline/points.ts";
import { timeline } from "../../../runner/timeline/timeline.ts";
import { history, measured, session } from "../report/fixture.ts";
import { sorted, compiledOf, numbers, listed } from "./sort-series.ts";

test("a subject that failed as a whole fails each benchmark it owed", () => {
  const failure = { stage: "dependencies" as const, message: "no wheel", output: "" };
  const sessions = [
    session(1, sorted(1)),
    session(2, {}, { serial: 1, failure, listed: ["other"] }),
    session(3, {}, { serial: 2, failure, listed: ["sort"] }),
    session(4, {}, { serial: 3, failure: { ...failure, stage: "list" }, listed: [] }),
  ];
  const [segment, ...others] = compiledOf(sessions).segments;
  expect(others).toEqual([]);
  expect(numbers(segment?.points ?? [])).toEqual([1, 3, 4]);
  expect(segment?.points.map((point) => point.status === "failed" && point.failure.stage)).toEqual([false, "dependencies", "list"]);
});

test("a failed subject belongs to the workload it was listed with, else to that of the revision before it", () => {
  const failure = { stage: "dependencies" as const, message: "no wheel", output: "" };
  const sessions = [
    session(1, sorted(1, "w0"), { serial: 0 }),
    session(2, {}, { serial: 1, failure: { ...failure, stage: "list" } }),
    session(3, {}, { serial: 2, failure, listed: ["sort"], workload: "w1" }),
  ];
  expect(compiledOf(sessions).segments.map(({ workload, points }) => [workload, numbers(points)])).toEqual([
    ["w0", [1, 2]],
    ["w1", [3]],
  ]);
});

test("a benchmark the suite dropped keeps its series, one just listed has none yet", () => {
  const { benchmarks } = timeline({
    history: history(3),
    sessions: [session(1, { old: { compiled: measured(1) } })],
    listed,
    currentEnvironment: "e1",
    scalingFactors: [],
  });
  expect(benchmarks.map(({ name, listed: today, series }) => [name, today !== undefined, series.length])).toEqual([
    ["old", false, 1],
    ["sort", true, 0],
  ]);
  expect(benchmarks[0]?.series[0]?.segments[0]?.link.status).toBe("current");
});

const attempt = (position: number, environment: string, workload: string, isFailed = false): Attempt => ({
  position,
  session: `s${position}`,
  environment,
  workload,
  outcome: isFailed ? { stage: "run", message: "", output: "" } : { workload, seconds: 1, standardError: 0.01, degreesOfFreedom: 9 },
});

test("a benchmark that is not listed was last measured here, if ever, else where it last had a value", () => {
  const attempts = [attempt(3, "b", "w3"), attempt(1, "a", "w1"), attempt(2, "b", "w2"), attempt(4, "c", "w4", true)];
  expect(lastContext(attempts, "a")).toEqual({ environment: "a", workload: "w1" });
  expect(lastContext(attempts, "d")).toEqual({ environment: "b", workload: "w3" });
  expect(lastContext([], "d")).toEqual({ environment: "d", workload: "" });
});
