import { describe, expect, test } from "vitest";
import { schema } from "../../../config/schema.ts";
import { samplePlan, wantedSamples, type SamplePlanInput } from "../../../runner/measure/sample-plan.ts";
import type { Listed, Measured, Session } from "../../../runner/model.ts";
import { errorOf } from "../../../runner/timeline/estimate.ts";
import { tQuantile } from "../../../runner/timeline/stats.ts";
import { failed, session } from "../report/fixture.ts";

const defaults = schema.shape.measure.parse({});

function listing(name: string): Listed {
  return { name, group: "main", variants: ["compiled", "interpreted"], workload: "w1" };
}

/** A result of so many samples whose logs have this winsorised standard deviation. */
function result(spread: number, samples: number, more: Partial<Measured> = {}): Measured {
  return { status: "ok", workload: "w1", seconds: 1, samples, minimum: 1, median: 1, ...errorOf(spread, samples), ...more };
}

/** The number each benchmark gets, compiled. */
function numbers(sessions: Session[], change: Partial<SamplePlanInput["measure"]> = {}, more: Partial<SamplePlanInput> = {}): number[] {
  const listed = more.listed ?? [listing("a"), listing("b")];
  const samplesOf = samplePlan({ subject: "revision", sessions, environment: "e1", measure: { ...defaults, ...change }, ...more, listed });
  return listed.map(({ name, workload }) => samplesOf({ benchmark: name, variant: "compiled", workload }));
}

function tenSeconds(spread: number): Measured {
  return result(spread, 40, { wallSeconds: 10 });
}

/** The spread with which this number of samples just gives the wanted interval. */
function enoughFor(n: number): number {
  const { standardError, degreesOfFreedom } = errorOf(1, n);
  return 0.005 / (standardError * tQuantile(0.975, degreesOfFreedom));
}

const calm = 0.001;
const wild = 0.1;

describe("the number of samples", () => {
  test("is 40 in the first session of a series: a new workload, environment or benchmark starts one", () => {
    const before = session(1, { a: { compiled: result(calm, 40) } });
    expect(numbers([])).toEqual([40, 40]);
    expect(numbers([before])).toEqual([10, 40]);
    expect(numbers([before], {}, { environment: "e2" })).toEqual([40, 40]);
    expect(numbers([before], {}, { listed: [{ ...listing("a"), workload: "w2" }] })).toEqual([40]);
  });

  test("is not decided by a session that failed or was a copy", () => {
    const copy = { status: "same" as const, workload: "w1", fingerprint: "f", as: "0".repeat(40) };
    expect(numbers([session(1, { a: { compiled: failed() }, b: { compiled: copy } })])).toEqual([40, 40]);
  });

  test.each([10, 15, 25, 40])("is %i where that is the smallest whose interval is expected to be within 0.5 %", (n) => {
    expect(wantedSamples(result(enoughFor(n) * 0.9999, 40))).toBe(n);
    expect(wantedSamples(result(enoughFor(n) * 1.0001, 40))).toBe([15, 25, 40, 40][[10, 15, 25, 40].indexOf(n)]);
  });

  test("follows from the spread a session found, whatever its own number was", () => {
    for (const samples of [5, 10, 23, 40]) expect(wantedSamples(result(0.0065, samples))).toBe(25);
  });

  test("is fixed from the second session on, whatever later sessions, budget and order say", () => {
    const sessions = [
      session(1, { a: { compiled: result(calm, 40, { wallSeconds: 100 }) } }, { serial: 0 }),
      session(2, { a: { compiled: result(wild, 7) } }, { serial: 1 }),
      session(3, { a: { compiled: result(wild, 25) } }, { serial: 2 }),
    ];
    expect(numbers(sessions)[0]).toBe(7);
    expect(numbers([...sessions].reverse(), { budgetMinutes: 0.001 })[0]).toBe(7);
  });

  test("is the configuration's where it names one, and a slow benchmark's own before that", () => {
    const before = session(1, { a: { compiled: result(wild, 40) } });
    const slow = [{ benchmarks: ["b"], every: 10, samples: 6 }];
    expect(numbers([before], { samples: 12 })).toEqual([12, 12]);
    expect(numbers([before], { samples: 12, slow })).toEqual([12, 6]);
  });
});

describe("the budget", () => {
  test("scales all numbers down together", () => {
    const sessions = [session(1, { a: { compiled: tenSeconds(wild) }, b: { compiled: tenSeconds(0.005) } })];
    expect(numbers(sessions)).toEqual([40, 15]);
    // 40 and 15 samples of ten seconds are 550 s.
    expect(numbers(sessions, { budgetMinutes: 550 / 60 })).toEqual([40, 15]);
    expect(numbers(sessions, { budgetMinutes: 275 / 60 })).toEqual([20, 7]);
  });

  test("takes none below 5, and what those need off the others", () => {
    const sessions = [session(1, { a: { compiled: tenSeconds(wild) }, b: { compiled: tenSeconds(calm) } })];
    expect(numbers(sessions, { budgetMinutes: 200 / 60 })).toEqual([15, 5]);
    expect(numbers(sessions, { budgetMinutes: 0.001 })).toEqual([5, 5]);
  });

  test("counts neither slow benchmarks, nor what has no first session, nor another subject's variant, and scales no first session", () => {
    const sessions = [session(1, { a: { compiled: tenSeconds(wild), interpreted: tenSeconds(wild) }, b: { compiled: tenSeconds(wild) } })];
    const listed = ["a", "b", "new"].map(listing);
    const slow = [{ benchmarks: ["b"], every: 10, samples: 5 }];
    expect(numbers(sessions, { budgetMinutes: 400 / 60, slow }, { listed })).toEqual([40, 5, 40]);
  });

  test("holds for baselines as for revisions", () => {
    const sessions = [session("baseline", { a: { interpreted: tenSeconds(wild) } })];
    const measure = { ...defaults, budgetMinutes: 200 / 60 };
    const samplesOf = samplePlan({ subject: "baseline", listed: [listing("a")], sessions, environment: "e1", measure });
    expect(samplesOf({ benchmark: "a", variant: "interpreted", workload: "w1" })).toBe(20);
  });

  test("decides the same for a benchmark whichever others were decided before", () => {
    const firsts = { a: { compiled: tenSeconds(wild) }, b: { compiled: tenSeconds(wild) } };
    const sessions = [session(1, firsts), session(2, { a: { compiled: result(wild, 10) } }, { serial: 1 })];
    expect(numbers(sessions, { budgetMinutes: 200 / 60 })).toEqual([10, 10]);
  });
});
