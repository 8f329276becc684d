import { describe, expect, test } from "vitest";
import type { Decision, Imported, Listed, Session } from "../../../runner/model.ts";
import { cellWithin, courseOf, type Cell } from "../../../runner/report/cell.ts";
import { timeline, type TimelineInput } from "../../../runner/timeline/timeline.ts";
import { decision, history, scalingFactor, idOf, measured, revision, session } from "./fixture.ts";

const listed: Listed[] = [{ name: "sort", group: "main", variants: ["compiled"], workload: "w1" }];
const revisions = history(40);
const at = (number: number, seconds: number, environment = "e1"): Session =>
  session(number, { sort: { compiled: measured(seconds) } }, { serial: number, environment });

/** Forty revisions, a day each: 10 ms, from the tenth on 11 ms, from the thirtieth on 12 ms. */
const stairs = Array.from({ length: 40 }, (_, number) => at(number, number < 10 ? 0.01 : number < 30 ? 0.011 : 0.012));

/** What the cell says of so many days before the last revision. */
function cell(days: number, decisions: readonly Decision[], changes: Partial<TimelineInput> = {}): Cell {
  const input = { history: revisions, sessions: stairs, listed, currentEnvironment: "e1", scalingFactors: [], ...changes };
  const [series] = timeline(input).benchmarks[0]?.series ?? [];
  if (!series) throw new Error("no series");
  return cellWithin(days, courseOf("sort", series, decisions), revision(39).committed);
}

const slower = (number: number, phi: number, more: Partial<Decision> = {}) =>
  decision(number, { change: { phi, standardError: 0.001, degreesOfFreedom: 20 }, direction: phi > 0 ? "slower" : "faster", ...more });
const first = slower(10, Math.log(1.1));
const second = slower(30, Math.log(12 / 11));

describe("a cell", () => {
  test("says that no change is confirmed, however far two values lie apart", () => {
    expect(cell(35, [])).toEqual({ text: "no confirmed change" });
    expect(cell(35, [{ ...first, outcome: "rejected" }])).toEqual({ text: "no confirmed change" });
  });

  test("says the confirmed change since then, with the interval of the sessions that confirmed it, and the medians of both segments", () => {
    const found = cell(20, [first, second]);
    expect(found).toMatchObject({ text: "+9.09 % ± 0.23 %", direction: "slower" });
    expect(found.medians?.[0]).toBeCloseTo(0.011, 9);
    expect(found.medians?.[1]).toBeCloseTo(0.012, 9);
  });

  test("chains several changes: their sizes multiply, and their errors add up", () => {
    const found = cell(35, [second, first]);
    expect(found.text).toBe("+20.00 % ± 0.34 % (2 changes)");
    expect(found.ratio?.standardError).toBeCloseTo(0.001 * Math.SQRT2, 9);
    expect(found.medians?.[0]).toBeCloseTo(0.01, 9);
  });

  test("of changes that cancel each other has no direction, but says that there were some", () => {
    const back = slower(30, -Math.log(1.1));
    const found = cell(35, [first, back]);
    expect(found.text).toBe("0.00 % ± 0.29 % (2 changes)");
    expect(found.direction).toBeUndefined();
  });

  test("does not count a change before then, nor one that begins with the value of then", () => {
    expect(cell(5, [first, second]).text).toBe("no confirmed change");
    expect(cell(9, [first, second]).text).toBe("no confirmed change");
    expect(cell(10, [first, second]).text).toBe("+9.09 % ± 0.23 %");
  });

  test("says of a range that then lies in that the change may be older", () => {
    const ranged = slower(30, 0.09, { lastGood: idOf(20), skipped: 9 });
    expect(cell(12, [ranged]).text).toBe("+9.42 % ± 0.23 % (maybe older)");
    expect(cell(25, [ranged]).text).toBe("+9.42 % ± 0.23 %");
  });

  test("names a drift as that: it is no change, and a segment ends there", () => {
    const drift = { ...first, outcome: "drifted" as const };
    expect(cell(35, [drift])).toEqual({ text: "no confirmed change (drift)" });
    const found = cell(35, [drift, second]);
    expect(found.text).toBe("+9.09 % ± 0.23 % (drift)");
    expect(found.medians?.[0]).toBeCloseTo(0.01, 9);
  });

  test("says the changes since the first value where there is none from before", () => {
    expect(cell(90, []).text).toBe("no older value");
    expect(cell(90, [first, second]).text).toBe("+20.00 % ± 0.34 % (2 changes)");
  });

  test("says the direction alone of a change whose size is not known", () => {
    const { change: _, ...without } = second;
    expect(cell(20, [without])).toMatchObject({ text: "slower", direction: "slower" });
  });

  test("is the same whatever the order of the decisions, and leaves out what a later one narrows down", () => {
    const wide = slower(30, 0.05, { lastGood: idOf(20), skipped: 9 });
    const narrow = slower(25, 0.09, { found: "bisection", supersedes: { firstBad: idOf(30), n: 1 } });
    expect(cell(35, [wide, narrow, first])).toEqual(cell(35, [first, narrow, wide]));
    expect(cell(20, [wide, narrow]).text).toBe("+9.42 % ± 0.23 %");
  });
});

describe("a transition", () => {
  const halved = Array.from({ length: 40 }, (_, number) => at(number, number < 30 ? 0.02 : 0.0101, number < 30 ? "e0" : "e1"));
  const linked = { sessions: halved, scalingFactors: [scalingFactor({ environment: "e0" }, { environment: "e1" }, Math.log(0.5))] };

  test("is no change; those before it count, the median of then is in today's seconds, and that of now of values since", () => {
    expect(cell(35, [], linked).text).toBe("no confirmed change");
    const before = slower(10, 0.01, { context: { environment: "e0", workload: "w1" } });
    const found = cell(35, [before], linked);
    expect(found.text).toBe("+1.01 % ± 0.21 %");
    expect(found.medians?.[0]).toBeCloseTo(0.01, 9);
    expect(found.medians?.[1]).toBeCloseTo(0.0101, 9);
  });

  test("that is not linked says so", () => {
    expect(cell(35, [], { sessions: halved }).text).toBe("not yet linked");
  });
});

function imported(number: number): Session {
  const compiled: Imported = { status: "imported", workload: "w1", seconds: number < 10 ? 0.01 : 0.011, deviation: 0.0001, taken: "" };
  return session(number, { sort: { compiled } }, { serial: number, reason: "import" });
}

describe("where nothing can be judged", () => {
  test("no confirmed change is not said: too few programs tell no noise", () => {
    expect(cell(35, [], { sessions: [0, 1, 39].map((number) => at(number, 0.01)) }).text).toBe("not judged yet");
  });

  test("values of others are not judged, and named where own ones follow", () => {
    const all = revisions.map((_, number) => imported(number));
    expect(cell(35, [], { sessions: all }).text).toBe("not judged yet");
    const own = stairs.map((one, number) => (number < 20 ? imported(number) : one));
    expect(cell(35, [], { sessions: own }).text).toBe("no confirmed change (imported values not judged)");
  });
});
