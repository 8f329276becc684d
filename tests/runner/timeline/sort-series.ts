import type { Session } from "../../../runner/model.ts";
import { newestRevision, type Point } from "../../../runner/timeline/points.ts";
import { timeline, type BenchmarkTimeline, type Series } from "../../../runner/timeline/timeline.ts";
import { history, measured } from "../report/fixture.ts";

export const listed = [{ name: "sort", group: "main" as const, variants: ["compiled" as const], workload: "w1" }];

export function sortOf(sessions: Session[], changes: Partial<Parameters<typeof timeline>[0]> = {}): BenchmarkTimeline {
  const found = timeline({ history: history(9), sessions, listed, currentEnvironment: "e1", scalingFactors: [], ...changes }).benchmarks;
  const sort = found.find(({ name }) => name === "sort");
  if (!sort) throw new Error("the timeline has no benchmark sort");
  return sort;
}

export function compiledOf(sessions: Session[], changes: Partial<Parameters<typeof timeline>[0]> = {}): Series {
  const [series] = sortOf(sessions, changes).series;
  if (!series) throw new Error("the benchmark has no series");
  return series;
}

export const numbers = (points: readonly Point[]) =>
  points.map((point) => history(9).findIndex(({ id }) => id === newestRevision(point).id));

export const sorted = (seconds: number, workload = "w1") => ({ sort: { compiled: measured(seconds, { workload }) } });
