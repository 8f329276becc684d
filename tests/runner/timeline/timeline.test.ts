import { expect, test } from "vitest";
import type { Session } from "../../../runner/model.ts";
import { newestRevision } from "../../../runner/timeline/points.ts";
import type { Point } from "../../../runner/timeline/points.ts";
import { valueThen } from "../../../runner/timeline/recent.ts";
import { newestMeasured, speedUp, timeline } from "../../../runner/timeline/timeline.ts";
import type { BenchmarkTimeline, Series } from "../../../runner/timeline/timeline.ts";
import { failed, history, idOf, measured, revision, session } from "../report/fixture.ts";

const listed = [{ name: "sort", group: "main" as const, variants: ["compiled" as const], workload: "w1" }];

function sortOf(sessions: Session[], changes: Partial<Parameters<typeof timeline>[0]> = {}): BenchmarkTimeline {
  const found = timeline({ history: history(9), sessions, listed, currentEnvironment: "e1", scalingFactors: [], ...changes }).benchmarks;
  const sort = found.find(({ name }) => name === "sort");
  if (!sort) throw new Error("the timeline has no benchmark sort");
  return sort;
}

function compiledOf(sessions: Session[], changes: Partial<Parameters<typeof timeline>[0]> = {}): Series {
  const [series] = sortOf(sessions, changes).series;
  if (!series) throw new Error("the benchmark has no series");
  return series;
}

const numbers = (points: readonly Point[]) => points.map((point) => history(9).findIndex(({ id }) => id === newestRevision(point).id));

const baseline = (seconds: number, environment: string, workload: string, serial: number) =>
  session("baseline", { sort: { interpreted: measured(seconds, { workload }) } }, { environment, serial });

const sorted = (seconds: number, workload = "w1") => ({ sort: { compiled: measured(seconds, { workload }) } });

test("points follow the first-parent history, whatever dates, hashes and the order of measuring say", () => {
  // Commit dates run backwards, ids do not sort, and the sessions were taken and handed over in yet another order.
  const backwards = Array.from({ length: 9 }, (_, number) => revision(number, 100 - number));
  const sessions = [5, 0, 8, 2].map((number, serial) => session(number, sorted(1 + number), { serial }));
  for (const given of [sessions, [...sessions].reverse()]) {
    const [segment] = compiledOf(given, { history: backwards }).segments;
    expect(numbers(segment?.points ?? [])).toEqual([0, 2, 5, 8]);
  }
  expect(newestMeasured(compiledOf(sessions, { history: backwards }))?.point.seconds.value).toBe(9);
});

test("a revision measured more than once is one point with the median of its sessions", () => {
  const sessions = [1, 50, 1.1].map((seconds, serial) => session(3, sorted(seconds), { serial }));
  const [segment] = compiledOf(sessions).segments;
  expect(segment?.points).toHaveLength(1);
  const [point] = segment?.points ?? [];
  expect(point?.sessions).toEqual(sessions.map(({ id }) => id));
  expect(point?.status === "measured" && point.seconds.value).toBeCloseTo(1.1, 12);
});

test("a failure is a point, unless the revision was measured in another session", () => {
  const sessions = [
    session(1, { sort: { compiled: failed({ message: "first" }) } }, { serial: 0 }),
    session(1, { sort: { compiled: failed({ message: "second" }) } }, { serial: 1 }),
    session(2, { sort: { compiled: failed() } }, { serial: 2 }),
    session(2, sorted(4), { serial: 3 }),
  ];
  const [segment] = compiledOf([...sessions].reverse()).segments;
  expect(segment?.points.map(({ status }) => status)).toEqual(["failed", "measured"]);
  const [first] = segment?.points ?? [];
  expect(first?.status === "failed" && first.failure.message).toBe("second");
});

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

test("another environment or workload is another segment, never joined, with today's last", () => {
  const sessions = [
    session(0, sorted(10), { environment: "e0", serial: 0 }),
    session(7, sorted(10), { environment: "e0", serial: 1 }),
    session(2, sorted(5, "w0"), { serial: 2 }),
    session(3, sorted(6), { serial: 3 }),
    session(0, sorted(7), { serial: 4 }),
  ];
  expect(
    compiledOf(sessions).segments.map(({ environment, workload, link, points }) => [environment, workload, link.status, numbers(points)]),
  ).toEqual([
    ["e1", "w0", "not yet linked", [2]],
    ["e0", "w1", "not yet linked", [0, 7]],
    ["e1", "w1", "current", [0, 3]],
  ]);
});

test("sessions of revisions outside the history are listed apart and are no points", () => {
  const orphan = session(8, sorted(1));
  const { benchmarks, notInHistory } = timeline({
    history: history(5),
    sessions: [orphan, session(1, sorted(2), { serial: 1 })],
    listed,
    currentEnvironment: "e1",
    scalingFactors: [],
  });
  expect(notInHistory.map(({ id }) => id)).toEqual([orphan.id]);
  expect(benchmarks[0]?.series[0]?.segments[0]?.points).toHaveLength(1);
});

test("speed-up is the baseline of the same environment and workload over the value", () => {
  const sort = sortOf([
    baseline(40, "e1", "w1", 0),
    baseline(40, "e1", "w1", 1),
    baseline(90, "e0", "w1", 2),
    baseline(70, "e1", "w0", 3),
    session(1, sorted(10), { serial: 4 }),
    session(1, sorted(10), { environment: "e2", serial: 5 }),
  ]);
  const factors = sort.series[0]?.segments.map((segment) => {
    const [point] = segment.points;
    return point?.status === "measured" ? speedUp(sort, { segment, point })?.value : "no point";
  });
  expect(sort.series.map(({ variant }) => variant)).toEqual(["compiled"]);
  expect(factors).toEqual([undefined, 4]);
});

function interpreted(seconds: number, serial: number, fingerprint?: string): Session {
  const program = fingerprint === undefined ? {} : { fingerprint };
  return session("baseline", { sort: { interpreted: { ...measured(seconds), ...program } } }, { serial });
}

function baselineOf(sessions: Session[]): number | undefined {
  return sortOf(sessions).baselines[0]?.seconds?.value;
}

test("a baseline with other packages takes the place of earlier ones; what has no fingerprint stays", () => {
  expect(baselineOf([interpreted(40, 0, "f1"), interpreted(80, 1, "f2")])).toBeCloseTo(80, 9);
  expect(baselineOf([interpreted(40, 0), interpreted(90, 1)])).toBeCloseTo(60, 9);
});

test("a baseline that only failed says how", () => {
  const { baselines } = sortOf([session("baseline", { sort: { interpreted: failed({ message: "no numpy" }) } })]);
  expect(baselines).toHaveLength(1);
  expect(baselines[0]?.seconds).toBeUndefined();
  expect(baselines[0]?.failure?.message).toBe("no numpy");
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

test("names that every object has are benchmarks like others", () => {
  const failure = { stage: "checkout" as const, message: "gone", output: "" };
  const { benchmarks } = timeline({
    history: history(3),
    sessions: [session(1, {}, { failure, listed: ["constructor"] })],
    listed: [{ name: "constructor", group: "main", variants: ["compiled"], workload: "w1" }],
    currentEnvironment: "e1",
    scalingFactors: [],
  });
  expect(benchmarks[0]?.series[0]?.segments[0]?.points.map(({ status }) => status)).toEqual(["failed"]);
});

test("the value of some days ago is of the last revision in history that is old enough, or it is said why there is none", () => {
  // Day n is the day of revision n; now is day 8.
  const now = revision(8).committed;
  const sessions = [1, 2, 4, 6].map((number, serial) => session(number, sorted(10 + number), { serial }));
  const series = compiledOf(sessions);
  const then = valueThen(5, series, now);
  expect(then.kind === "value" && then.entry.point.revisions[0].id).toBe(idOf(2));
  expect(then.kind === "value" && then.entry.point.seconds.value).toBe(12);
  expect(valueThen(2, series, now).kind).toBe("no new value");
  expect(valueThen(8, series, now).kind).toBe("no older value");
  const old = session(0, sorted(3), { environment: "e0", serial: 9 });
  expect(valueThen(8, compiledOf([...sessions, old]), now).kind).toBe("not yet linked");
  expect(valueThen(5, compiledOf([old]), now).kind).toBe("nothing");
});

test("what sessions of one program differ is in the error of points and baselines of that environment", () => {
  const controls = [1, 1.01, 1, 1.01, 1, 1.01].map((seconds, serial) => session(3, sorted(seconds), { serial }));
  const others = [
    session(5, sorted(1), { serial: 20 }),
    session(5, sorted(1), { environment: "e0", serial: 21 }),
    baseline(4, "e1", "w1", 22),
  ];
  const sort = sortOf([...controls, ...others]);
  const [before, now] = sort.series[0]?.segments ?? [];
  expect(before?.noise).toBeUndefined();
  expect(now?.noise).toMatchObject({ pairs: 5, isOfSuite: false });
  const errors = [before, now]
    .map((segment) => segment?.points.at(-1))
    .map((last) => last?.status === "measured" && last.seconds.standardError);
  const [without, within] = errors;
  expect(without).toBeCloseTo(0.001, 12);
  expect(within).toBeCloseTo(Math.hypot(0.001, now?.noise?.sigma ?? 0), 12);
  expect(now?.noise?.sigma).toBeGreaterThan(0.004);
  expect(sort.baselines[0]?.seconds?.standardError).toBeGreaterThan(0.004);
});
