import { describe, expect, test } from "vitest";
import { schema } from "../../../config/schema.ts";
import { chooseSamples, samplePlan, secondsOf, withinSeconds, type SamplePlanInput } from "../../../runner/measure/sample-plan.ts";
import type { Listed, Measured, Session } from "../../../runner/model.ts";
import { withChosen } from "../../../runner/store/journal-contents.ts";
import { errorOf } from "../../../runner/timeline/estimate.ts";
import { failed, session } from "../report/fixture.ts";
import { journalOf } from "../commands/example.ts";

const defaults = schema.shape.measure.parse({});

function listing(name: string): Listed {
  return { name, group: "main", variants: ["compiled", "interpreted"], workload: "w1" };
}

function result(samples: number, more: Partial<Measured> = {}): Measured {
  return { status: "ok", workload: "w1", seconds: 1, samples, minimum: 1, median: 1, ...errorOf(0.01, samples), ...more };
}

function planOf(sessions: Session[], change: Partial<SamplePlanInput["measure"]> = {}, more: Partial<SamplePlanInput> = {}) {
  const listed = more.listed ?? [listing("a"), listing("b")];
  return samplePlan({ subject: "revision", sessions, environment: "e1", measure: { ...defaults, ...change }, ...more, listed });
}

/** The number each benchmark gets, compiled; undefined where its pilot is to tell. */
function numbers(sessions: Session[], change: Partial<SamplePlanInput["measure"]> = {}, more: Partial<SamplePlanInput> = {}) {
  const { samplesOf } = planOf(sessions, change, more);
  return (more.listed ?? [listing("a"), listing("b")]).map(({ name: benchmark, workload }) =>
    samplesOf({ benchmark, variant: "compiled", workload }),
  );
}

/** A pilot. */
const block = (benchmark: string, wallSeconds: number) => ({
  benchmark,
  variant: "compiled" as const,
  round: 0,
  samples: [1, 1, 1, 1, 1],
  wallSeconds,
  conditions: { load: 0, throttled: 0, swapped: 0 },
  at: "",
});

const total = (each: readonly number[], counts: readonly number[]): number =>
  counts.reduce((sum, n, index) => sum + secondsOf(n, each[index] ?? 0), 0);

describe("the number of samples of a series", () => {
  test("is chosen in its first session, and again for a new workload, environment or benchmark only", () => {
    const before = session(1, { a: { compiled: result(23) } });
    expect(numbers([])).toEqual([undefined, undefined]);
    expect(numbers([before])).toEqual([23, undefined]);
    expect(numbers([before], {}, { environment: "e2" })).toEqual([undefined, undefined]);
    expect(numbers([before], {}, { listed: [{ ...listing("a"), workload: "w2" }] })).toEqual([undefined]);
  });

  test("is not chosen by a session that failed or was a copy", () => {
    const copy = { status: "reused" as const, workload: "w1", fingerprint: "f", as: "0".repeat(40) };
    expect(numbers([session(1, { a: { compiled: failed() }, b: { compiled: copy } })])).toEqual([undefined, undefined]);
  });

  test("stays, whatever later sessions, budget and order say: sample i has seed i in all of them", () => {
    const sessions = [
      session(1, { a: { compiled: result(40, { wallSeconds: 100 }) } }, { serial: 0 }),
      session(2, { a: { compiled: result(7) } }, { serial: 1 }),
    ];
    expect(numbers(sessions)[0]).toBe(40);
    expect(numbers([...sessions].reverse(), { budgetMinutes: 0.001 })[0]).toBe(40);
  });

  test("is the configuration's where it names one, and a slow benchmark's own before that, by name or pattern", () => {
    const before = session(1, { a: { compiled: result(40) } });
    expect(numbers([before], { samples: 12 })).toEqual([12, 12]);
    expect(numbers([before], { samples: 12, slow: [{ benchmarks: ["b*"], every: 10, samples: 6 }] })).toEqual([12, 6]);
  });
});

describe("the time for what is measured for the first time", () => {
  test("is what is left of the budget beside what is known, of everything the suite lists", () => {
    const sessions = [session(1, { a: { compiled: result(10, { wallSeconds: 20 }) } })];
    expect(planOf([]).secondsFor(2)).toBe(600);
    expect(planOf(sessions).secondsFor(1)).toBeCloseTo(600 - secondsOf(10, 20));
    expect(planOf(sessions, { budgetMinutes: 0.1 }).secondsFor(1)).toBe(0);
  });

  test("is shared with those that this session does not measure", () => {
    expect(planOf([], {}, { listed: ["a", "b", "c", "d"].map(listing) }).secondsFor(1)).toBe(150);
  });

  test("does not count slow benchmarks, nor another subject's variants", () => {
    const sessions = [
      session(1, { a: { interpreted: result(10, { wallSeconds: 20 }) }, b: { compiled: result(10, { wallSeconds: 30 }) } }),
    ];
    const slow = [{ benchmarks: ["b"], every: 10, samples: 5 }];
    expect(planOf(sessions, { slow }).secondsFor(1)).toBe(600);
    expect(planOf(sessions, {}, { subject: "baseline" }).secondsFor(1)).toBeCloseTo(600 - secondsOf(10, 20));
  });
});

describe("what fits into a time", () => {
  test("is 40 of each where there is enough of it, 5 where there is none", () => {
    expect(withinSeconds([0.1, 1], 1000)).toEqual([40, 40]);
    expect(withinSeconds([0.1, 1], 0)).toEqual([5, 5]);
    expect(withinSeconds([], 10)).toEqual([]);
  });

  test("gives the short ones more, keeps to the time, and leaves little of it", () => {
    const each = [0.06, 0.06, 0.1, 0.25, 0.5, 1, 4];
    const counts = withinSeconds(each, 75);
    expect(counts).toEqual([...counts].sort((a, b) => b - a));
    expect(counts[0]).toBe(40);
    expect(counts.at(-1)).toBeLessThan(10);
    expect(total(each, counts)).toBeLessThanOrEqual(75);
    expect(total(each, counts)).toBeGreaterThan(70);
  });

  test("is ten minutes at most for the mypyc suite: 107 benchmarks of 0.07 to 4 s, 33 s a pass", () => {
    // 80 that take no time beside their start, and as the suite's slowest binary_trees.
    const each = [...Array<number>(80).fill(0.08), ...Array<number>(26).fill(0.87), 4];
    expect(total(each, Array<number>(each.length).fill(40)) / 60).toBeGreaterThan(20);
    expect(total(each, withinSeconds(each, 600)) / 60).toBeLessThanOrEqual(10);
  });
});

describe("the choice after the pilots", () => {
  const journal = journalOf(["a", "b", "c", "d"], 5);
  journal.header.plan = journal.header.plan.map((one, index) => (index === 3 ? one : { ...one, undecided: true }));
  journal.header.secondsToChoose = 120;

  test("is made of those with a pilot, by its time alone", () => {
    const samples = { ...block("b", 4), samples: [1, 2, 3, 4, 500] };
    const chosen = chooseSamples({ ...journal, blocks: [block("a", 0.1), samples, block("d", 9)] });
    const [a, b] = withinSeconds([0.1, 4], 120);
    expect(chosen).toEqual([
      { benchmark: "a", variant: "compiled", samples: a },
      { benchmark: "b", variant: "compiled", samples: b },
    ]);
    expect(withChosen(journal.header.plan, chosen).map(({ samples, undecided }) => [samples, undecided])).toEqual([
      [a, undefined],
      [b, undefined],
      [5, true],
      [5, undefined],
    ]);
  });

  test("leaves out what failed", () => {
    const failure = { benchmark: "a", variant: "compiled" as const, workload: "w", stage: "run" as const, message: "", output: "" };
    expect(
      chooseSamples({ ...journal, blocks: [block("a", 0.1), block("b", 4)], failed: [failure] }).map(({ benchmark }) => benchmark),
    ).toEqual(["b"]);
  });

  test("made later for one that was interrupted, has that one's share of the time", () => {
    const chosen = [
      { benchmark: "a", variant: "compiled" as const, samples: 40 },
      { benchmark: "b", variant: "compiled" as const, samples: 40 },
    ];
    const resumed = { ...journal, chosen, header: { ...journal.header, plan: withChosen(journal.header.plan, chosen) } };
    expect(chooseSamples({ ...resumed, blocks: [block("c", 4)] })).toEqual([
      { benchmark: "c", variant: "compiled", samples: withinSeconds([4], 40)[0] },
    ]);
  });
});
