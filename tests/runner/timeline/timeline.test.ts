import { expect, test, describe } from "vitest";
import type { Session } from "../../../runner/model.ts";
import { newestMeasured, speedUp, timeline, change } from "../../../runner/timeline/timeline.ts";
import { failed, history, measured, revision, session, brokenScalingFactor, scalingFactor } from "../report/fixture.ts";
import { sorted, compiledOf, numbers, listed, sortOf } from "./sort-series.ts";
import { bridge, scaleOf } from "../../../runner/timeline/bridge.ts";
import { quantityOf } from "../../../runner/timeline/points.ts";
import { valueThen } from "../../../runner/timeline/recent.ts";
import { a, b, seriesOf, upgraded, at, taken, c, linkedSortOf, interpretedIn, revisions, drawn } from "./linked-series.ts";

const baseline = (seconds: number, environment: string, workload: string, serial: number) =>
  session("baseline", { sort: { interpreted: measured(seconds, { workload }) } }, { environment, serial });

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

describe("a change", () => {
  const scalingFactors = [scalingFactor(a, b, Math.log(0.5))];

  test("across a transition has the scaling factor's error, once", () => {
    const series = seriesOf(upgraded, scalingFactors, "b");
    const found = change(series, at(series, 1), at(series, 4));
    expect(found?.value).toBeCloseTo(6 / 5, 12);
    expect(found?.standardError).toBeCloseTo(Math.hypot(0.001, 0.001, 0.002), 12);
  });

  test("within an old segment has none of it: the factor cancels", () => {
    const series = seriesOf(upgraded, scalingFactors, "b");
    const found = change(series, at(series, 1), at(series, 3));
    expect(found?.value).toBeCloseTo(1.2, 12);
    expect(found?.standardError).toBeCloseTo(Math.hypot(0.001, 0.001), 12);
  });

  test("between two old segments has the error of the scaling factors between them only", () => {
    const sessions = [taken(1, "a", 8), taken(2, "b", 4), taken(3, "c", 1)];
    const far = scalingFactor(b, c, Math.log(0.25), {
      factor: { phi: Math.log(0.25), standardError: 0.03, degreesOfFreedom: 8 },
      status: "weak",
    });
    const series = seriesOf(sessions, [...scalingFactors, far], "c");
    const found = change(series, at(series, 1), at(series, 2));
    expect(found?.value).toBeCloseTo(1, 12);
    expect(found?.standardError).toBeCloseTo(Math.hypot(0.001, 0.001, 0.002), 12);
  });

  test("is not told between segments that are not linked", () => {
    const series = seriesOf(upgraded, [], "b");
    const [old, now] = series.segments;
    const [from, to] = [old, now].map((segment) => segment?.points.at(-1));
    if (!old || !now || from?.status !== "measured" || to?.status !== "measured") throw new Error("two segments with values");
    expect(change(series, { segment: old, point: from }, { segment: now, point: to })).toBeUndefined();
  });

  test("is told from a value before a transition that is linked, and else it is said why not", () => {
    // Day n is the day of revision n; now is day 4.
    const now = revision(4).committed;
    const series = seriesOf(upgraded, scalingFactors, "b");
    const [then, newest] = [valueThen(3, series, now), newestMeasured(series)];
    if (then.kind !== "value" || !newest) throw new Error("no value then, or none now");
    const found = change(series, then.entry, newest);
    expect(found?.value).toBeCloseTo(6 / 5, 12);
    expect(found?.standardError).toBeCloseTo(Math.hypot(0.001, 0.001, 0.002), 12);
    expect(valueThen(3, seriesOf(upgraded, [], "b"), now)).toEqual({ kind: "not yet linked" });
    const broken = seriesOf(upgraded, [brokenScalingFactor(a, b, "it does not compile")], "b");
    expect(valueThen(3, broken, now)).toEqual({ kind: "broken", reason: "it does not compile" });
    expect(valueThen(9, seriesOf(upgraded, scalingFactors, "b"), now)).toEqual({ kind: "no older value" });
  });
});

describe("speed-up over the interpreter", () => {
  test("of linked values is that of today's interpreter over the seconds shown", () => {
    const sort = linkedSortOf([...upgraded, interpretedIn(40, "a"), interpretedIn(30, "b")], [scalingFactor(a, b, Math.log(0.5))], "b");
    const [series] = sort.series;
    if (!series) throw new Error("the benchmark has no series");
    expect(speedUp(sort, at(series, 1))?.value).toBeCloseTo(30 / 5, 12);
    expect(speedUp(sort, at(series, 4))?.value).toBeCloseTo(30 / 6, 12);
  });

  test("of values that are not linked is as it was measured", () => {
    const sort = linkedSortOf([...upgraded, interpretedIn(40, "a"), interpretedIn(30, "b")], [], "b");
    const [segment] = sort.series[0]?.segments ?? [];
    const [point] = segment?.points ?? [];
    if (!segment || point?.status !== "measured") throw new Error("an old value");
    expect(speedUp(sort, { segment, point })?.value).toBeCloseTo(4, 12);
  });

  test.each([
    { compiled: [0.0123, 0.0087], interpreted: [0.0951, 0.0712], older: 0.0119 },
    { compiled: [2.51, 3.07], interpreted: [9.13, 8.01], older: 2.9 },
  ])("with one bridge revision is what the reference's factor makes of it", ({ compiled, interpreted, older }) => {
    const [compiledOld = 0, compiledNew = 0] = compiled;
    const [interpretedOld = 0, interpretedNew = 0] = interpreted;
    const factor = bridge([{ revision: "", old: quantityOf(measured(compiledOld)), new: quantityOf(measured(compiledNew)) }]);
    const sessions = [
      taken(1, "a", older),
      taken(2, "a", compiledOld),
      taken(2, "b", compiledNew, "bridge"),
      interpretedIn(interpretedOld, "a"),
      interpretedIn(interpretedNew, "b"),
    ];
    const sort = linkedSortOf(sessions, [scalingFactor(a, b, factor.phi, { factor })], "b");
    const [series] = sort.series;
    if (!series) throw new Error("the benchmark has no series");
    const reference = interpretedNew / compiledNew / (interpretedOld / compiledOld);
    expect((speedUp(sort, at(series, 1))?.value ?? 0) / ((interpretedOld / older) * reference)).toBeCloseTo(1, 14);
    expect((speedUp(sort, at(series, 2))?.value ?? 0) / (interpretedNew / compiledNew)).toBeCloseTo(1, 14);
    expect(scaleOf(factor).value).toBeCloseTo(compiledNew / compiledOld, 14);
  });
});

test("a benchmark that the suite dropped is shown where it was measured last, with all that is linked with that", () => {
  const sessions = [...upgraded, session(6, { other: { compiled: measured(1) } }, { environment: "c", serial: 900 })];
  const all = timeline({
    history: revisions,
    sessions,
    listed: [],
    currentEnvironment: "c",
    scalingFactors: [scalingFactor(a, b, Math.log(0.5))],
  });
  const sort = all.benchmarks.find(({ name }) => name === "sort");
  expect(sort?.current).toEqual({ environment: "b", workload: "w1" });
  expect(sort?.series.map(drawn)).toEqual(["1a 2a 3a | 4b"]);
});
