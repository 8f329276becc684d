import { describe, expect, test } from "vitest";
import type { ScalingFactor, Reason, Session } from "../../../runner/model.ts";
import { bridge, scaleOf } from "../../../runner/timeline/bridge.ts";
import { transitions } from "../../../runner/timeline/line.ts";
import { newestRevision, quantityOf } from "../../../runner/timeline/points.ts";
import { valueThen } from "../../../runner/timeline/recent.ts";
import { shownSeconds } from "../../../runner/timeline/segment.ts";
import { change, isMeasurement, newestMeasured, speedUp, timeline } from "../../../runner/timeline/timeline.ts";
import type { BenchmarkTimeline, Measurement, Series } from "../../../runner/timeline/timeline.ts";
import { brokenScalingFactor, failed, history, scalingFactor, measured, revision, session } from "../report/fixture.ts";

const revisions = history(20);
const numberOf = new Map(revisions.map(({ id }, number) => [id, number]));
const sorted = (seconds: number, workload = "w1") => ({ sort: { compiled: measured(seconds, { workload }) } });

let serial = 0;
const taken = (number: number, environment: string, seconds: number, reason: Reason = "new", workload = "w1"): Session =>
  session(number, sorted(seconds, workload), { environment, serial: serial++, reason });

const program = (number: number, environment: string, seconds: number, reason: Reason = "new") =>
  session(number, { sort: { compiled: { ...measured(seconds), fingerprint: environment } } }, { environment, serial: serial++, reason });

const baseline = (seconds: number, environment: string) =>
  session("baseline", { sort: { interpreted: measured(seconds) } }, { environment, serial: serial++ });

const broke = (number: number, environment: string, reason: Reason = "new"): Session =>
  session(number, { sort: { compiled: failed() } }, { environment, serial: serial++, reason });

function sortOf(sessions: Session[], scalingFactors: ScalingFactor[], currentEnvironment: string, workload = "w1"): BenchmarkTimeline {
  const listed = [{ name: "sort", group: "main" as const, variants: ["compiled" as const], workload }];
  const [sort] = timeline({ history: revisions, sessions, listed, currentEnvironment, scalingFactors }).benchmarks;
  if (!sort) throw new Error("the timeline has no benchmark");
  return sort;
}

function seriesOf(...given: Parameters<typeof sortOf>): Series {
  const [series] = sortOf(...given).series;
  if (!series) throw new Error("the benchmark has no series");
  return series;
}

/** The line as `revision environment`, and `|` where there is a transition. */
function drawn({ line }: Series): string {
  const found = new Set(transitions(line).map(({ before }) => before));
  return line
    .map(({ segment, revisions }, index) => {
      const name = `${revisions.map(({ id }) => numberOf.get(id)).join("+")}${segment.environment}`;
      return found.has(index) ? `| ${name}` : name;
    })
    .join(" ");
}

const shown = ({ segment, point }: Measurement) => shownSeconds(segment, point);
const at = ({ line }: Series, number: number): Measurement => {
  const found = line.filter(isMeasurement).find(({ point }) => numberOf.get(newestRevision(point).id) === number);
  if (!found) throw new Error(`revision ${number} is not on the line`);
  return found;
};

const [a, b, c] = ["a", "b", "c"].map((environment) => ({ environment }));
if (!a || !b || !c) throw new Error("three environments");

/** Three revisions in a, the newest two of them again in b, and a new one there. */
const upgraded = [
  taken(1, "a", 10),
  taken(2, "a", 11),
  taken(3, "a", 12),
  taken(2, "b", 5.5, "bridge"),
  taken(3, "b", 6, "bridge"),
  taken(4, "b", 6),
];

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

describe("the line", () => {
  const scalingFactors = [scalingFactor(a, b, Math.log(0.5)), scalingFactor(b, c, 0)];

  test("has each revision once, where it was measured for its own sake, and a transition after the old environment's last", () => {
    expect(drawn(seriesOf(upgraded, scalingFactors, "b"))).toBe("1a 2a 3a | 4b");
  });

  test("shows a revision where it was measured, be it only to link, rather than where it failed", () => {
    const sessions = [
      taken(1, "a", 10),
      broke(2, "a"),
      taken(3, "a", 10),
      taken(2, "b", 5, "bridge"),
      broke(3, "b", "bridge"),
      taken(4, "b", 5),
    ];
    expect(drawn(seriesOf(sessions, scalingFactors, "b"))).toBe("1a 2b 3a | 4b");
  });

  test("has one transition though a backlog was measured on both sides of it", () => {
    const sessions = [taken(1, "a", 10), taken(9, "a", 10), taken(5, "a", 10), taken(10, "b", 5), taken(7, "b", 5), taken(3, "b", 5)];
    expect(drawn(seriesOf(sessions, scalingFactors, "b"))).toBe("1a 3b 5a 7b 9a | 10b");
  });

  test("goes on in the first environment after a rollback, without any new scaling factor", () => {
    const sessions = [
      taken(1, "a", 10),
      taken(2, "a", 10),
      taken(2, "b", 5, "bridge"),
      taken(3, "b", 5),
      taken(4, "b", 5),
      taken(5, "a", 10),
    ];
    const series = seriesOf(sessions, scalingFactors.slice(0, 1), "a");
    expect(series.segments.map(({ environment, link }) => [environment, link.status])).toEqual([
      ["b", "linked"],
      ["a", "current"],
    ]);
    expect(drawn(series)).toBe("1a 2a | 3b 4b | 5a");
    expect(shown(at(series, 3))?.value).toBeCloseTo(10, 12);
    expect(at(series, 5).segment).toBe(at(series, 1).segment);
    // And again in the second.
    const forth = seriesOf([...sessions, taken(6, "b", 5)], scalingFactors.slice(0, 1), "b");
    expect(drawn(forth)).toBe("1a 2a | 3b 4b | 5a | 6b");
    expect(shown(at(forth, 1))?.value).toBeCloseTo(5, 12);
  });

  test("prefers the current environment where two hosts measure every revision", () => {
    const sessions = [1, 2, 3].flatMap((number) => [taken(number, "a", 10), taken(number, "b", 5)]);
    expect(drawn(seriesOf(sessions, scalingFactors, "a"))).toBe("1a 2a 3a");
    expect(drawn(seriesOf(sessions, scalingFactors, "b"))).toBe("1b 2b 3b");
  });

  test("follows the history, whatever was measured first", () => {
    const sessions = [taken(8, "a", 1), taken(2, "a", 1), taken(9, "b", 1), taken(5, "a", 1)];
    expect(drawn(seriesOf(sessions, scalingFactors, "b"))).toBe("2a 5a 8a | 9b");
  });

  test("is the current segment alone where nothing is linked, and its newest value the newest of all that is linked", () => {
    expect(drawn(seriesOf(upgraded, [], "b"))).toBe("2b 3b 4b");
    const before = upgraded.slice(0, 5);
    const newest = newestMeasured(seriesOf([...before, taken(4, "a", 13)], scalingFactors, "b"));
    expect(newest && shown(newest)?.value).toBeCloseTo(6.5, 12);
    expect(newestMeasured(seriesOf(before.slice(0, 3), [], "b"))).toBeUndefined();
  });

  test("shows a run of one program only with the revisions that are its own there", () => {
    const sessions = [program(1, "a", 10), program(2, "a", 10), program(2, "b", 5, "bridge"), program(3, "b", 5), program(4, "b", 5)];
    expect(drawn(seriesOf(sessions, scalingFactors, "b"))).toBe("1+2a | 3+4b");
  });
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
    const sort = sortOf([...upgraded, baseline(40, "a"), baseline(30, "b")], [scalingFactor(a, b, Math.log(0.5))], "b");
    const [series] = sort.series;
    if (!series) throw new Error("the benchmark has no series");
    expect(speedUp(sort, at(series, 1))?.value).toBeCloseTo(30 / 5, 12);
    expect(speedUp(sort, at(series, 4))?.value).toBeCloseTo(30 / 6, 12);
  });

  test("of values that are not linked is as it was measured", () => {
    const sort = sortOf([...upgraded, baseline(40, "a"), baseline(30, "b")], [], "b");
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
      baseline(interpretedOld, "a"),
      baseline(interpretedNew, "b"),
    ];
    const sort = sortOf(sessions, [scalingFactor(a, b, factor.phi, { factor })], "b");
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
