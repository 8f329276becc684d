import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import type { Measured, Session } from "../../../runner/model.ts";
import { noiseIn, sessionNoise, type Noise } from "../../../runner/timeline/noise.ts";
import { quantityOf } from "../../../runner/timeline/points.ts";
import { interval, medianInefficiency, pooled } from "../../../runner/timeline/quantity.ts";
import { resultsOf } from "../../../runner/timeline/results-builder.ts";
import { measured, session } from "../report/fixture.ts";

const result = z.object({ seconds: z.number(), standardError: z.number(), degreesOfFreedom: z.number() });
const programs = z.array(z.array(result.extend({ day: z.number() })));
const noise = { sigma: z.number(), uncertainty: z.number() };
const point = z.object({ sessions: z.array(result), low: z.number(), high: z.number(), degreesOfFreedom: z.number() });
const golden = z
  .object({
    own: z.array(z.object({ programs, ...noise, pairs: z.number(), points: z.array(point) })),
    suite: z.object({ series: z.array(programs), ...noise }),
    medians: z.array(z.object({ count: z.number(), inefficiency: z.number() })),
  })
  .parse(JSON.parse(readFileSync(new URL("noise.golden.json", import.meta.url), "utf8")));

const context = { environment: "e1", workload: "w1", variant: "compiled" };

const minutesADay = 24 * 60;

/** A session for each result, told apart by the fingerprint of its program. */
function sessionsOf(benchmark: string, of: z.infer<typeof programs>): Session[] {
  return of.flatMap((results, program) =>
    results.map(({ day, ...one }) =>
      sessionOf(benchmark, { ...measured(1), ...one, fingerprint: `p${program}` }, { serial: day * minutesADay }),
    ),
  );
}

function sessionOf(benchmark: string, result: Measured, options: Parameters<typeof session>[2] = {}): Session {
  return session(1, { [benchmark]: { compiled: result } }, options);
}

function noiseOf(sessions: Session[], change: Partial<typeof context> & { benchmark?: string } = {}): Noise | undefined {
  return sessionNoise(sessions)({ ...context, benchmark: "sort", ...change });
}

/** Two sessions each of so many programs, seconds 1 and 1 + difference. */
function pairs(count: number, difference: number, change: Partial<Measured> = {}, options: Parameters<typeof session>[2] = {}): Session[] {
  const ofProgram = (program: number): Session[] =>
    [1, 1 + difference].map((seconds) =>
      sessionOf("sort", { ...measured(seconds, { error: 0.0001 }), fingerprint: `p${program}`, ...change }, options),
    );
  return Array.from({ length: count }, (_, program) => ofProgram(program)).flat();
}

/** Pairs of sessions, each of a program of its own, taken on these days, that differ by so much. */
function dated(pairs: readonly { days: readonly [number, number]; difference: number }[]): Session[] {
  return pairs.flatMap(({ days, difference }, program) =>
    days.map((day, side) => {
      const result = { ...measured(1 + side * difference, { error: 0.0001 }), fingerprint: `p${program}` };
      return sessionOf("sort", result, { serial: Math.round(day * minutesADay) });
    }),
  );
}

/** One of them a week, that differ by .4 to 1.6 times so much. */
function weekly(count: number, difference: number, from = 0, apart = 1): Parameters<typeof dated>[0] {
  return Array.from({ length: count }, (_, index) => ({
    days: [from + 7 * index, from + 7 * index + apart],
    difference: difference * (0.4 + 0.2 * (index % 7)),
  }));
}

/** Degrees of freedom of what is known of noise. */
function knownBy(noise: Noise | undefined): number {
  return ((noise?.sigma ?? NaN) ** 2 / (noise?.uncertainty ?? NaN)) ** 2;
}

describe("an independent computation agrees", () => {
  test.each(golden.own.map((one) => ({ ...one, name: `${one.pairs} pairs` })))(
    "on the noise of $name and what it makes of points",
    (one) => {
      const found = noiseOf(sessionsOf("sort", one.programs));
      expect(found).toMatchObject({ pairs: one.pairs, isOfSuite: false });
      expect(found?.sigma).toBeCloseTo(one.sigma, 12);
      expect(found?.uncertainty).toBeCloseTo(one.uncertainty, 12);
      for (const expected of one.points) {
        const value = pooled(
          expected.sessions.map((result) => quantityOf({ ...measured(1), ...result })),
          found,
        );
        expect(value.degreesOfFreedom / expected.degreesOfFreedom).toBeCloseTo(1, 9);
        expect(interval(value).low / expected.low).toBeCloseTo(1, 9);
        expect(interval(value).high / expected.high).toBeCloseTo(1, 9);
      }
    },
  );

  test("on the suite's median", () => {
    const sessions = golden.suite.series.flatMap((of, index) => sessionsOf(`benchmark ${index}`, of));
    const found = noiseOf(sessions, { benchmark: "another" });
    expect(found).toMatchObject({ pairs: 0, isOfSuite: true });
    expect(found?.sigma).toBeCloseTo(golden.suite.sigma, 12);
    expect(found?.uncertainty).toBeCloseTo(golden.suite.uncertainty, 12);
  });

  test.each(golden.medians)("on the median of $count within 1 %", ({ count, inefficiency }) => {
    expect(Math.abs(medianInefficiency(count) / inefficiency - 1)).toBeLessThan(0.01);
  });
});

describe("A/A noise", () => {
  test("is told by sessions of one program, whatever they were taken for", () => {
    const named = [1, 2].map((number, serial) =>
      session(number, { sort: { compiled: { ...measured(1 + number / 100), fingerprint: "one" } } }, { serial }),
    );
    const unnamed = [session(3, { sort: { compiled: measured(1) } }), session(3, { sort: { compiled: measured(1.01) } }, { serial: 1 })];
    const baselines = [1, 1.02].map((seconds, serial) => session("baseline", { sort: { interpreted: measured(seconds) } }, { serial }));
    expect(noiseOf([...named, ...unnamed])?.pairs).toBe(2);
    expect(noiseOf(baselines, { variant: "interpreted" })?.pairs).toBe(1);
  });

  test("is not told by different programs, environments or workloads, by failures or by copies", () => {
    const copy = { status: "reused" as const, workload: "w1", fingerprint: "p0", as: "0".repeat(40) };
    const sessions = [
      sessionOf("sort", measured(1)),
      session(2, { sort: { compiled: measured(2) } }),
      sessionOf("sort", measured(2), { environment: "e2" }),
      sessionOf("sort", measured(2, { workload: "w2" })),
      session(1, { sort: { compiled: copy } }),
    ];
    expect(noiseOf(sessions)).toBeUndefined();
  });

  test("is never negative, where sessions differ less than their own errors say", () => {
    const sessions = pairs(6, 0.0001, { standardError: 0.01 });
    expect(noiseOf(sessions)).toEqual({ sigma: 0, uncertainty: 0, pairs: 6, isOfSuite: false });
  });

  test("leaves out what the samples within the sessions explain", () => {
    const bare = noiseOf(pairs(6, 0.01, { standardError: 0 }))?.sigma ?? 0;
    const corrected = noiseOf(pairs(6, 0.01, { standardError: 0.005 }))?.sigma ?? 0;
    expect(bare ** 2 - corrected ** 2).toBeCloseTo(0.005 ** 2, 12);
  });

  test("is hardly moved by one session that was disturbed", () => {
    const usual = noiseOf(dated(weekly(20, 0.003)));
    const disturbed = noiseOf(dated([...weekly(19, 0.003), { days: [133, 134], difference: 0.1 }]));
    expect(disturbed?.sigma).toBeLessThan(2 * (usual?.sigma ?? 0));
    expect(disturbed?.sigma).toBeGreaterThan(usual?.sigma ?? 0);
  });

  test("that grew threefold is told by as many new pairs as there were before", () => {
    const grown = noiseOf(dated([...weekly(12, 0.003), ...weekly(12, 0.009, 365)]))?.sigma ?? 0;
    const shrunk = noiseOf(dated([...weekly(12, 0.009), ...weekly(12, 0.003, 365)]))?.sigma ?? 0;
    const all = noiseOf(dated(weekly(12, 0.009)))?.sigma ?? 0;
    expect(grown / all).toBeGreaterThan(0.85);
    expect(shrunk / all).toBeLessThan(0.6);
    // What is old is not believed as much either.
    const [dispersed, recent] = [[...weekly(12, 0.009), ...weekly(12, 0.009, 365)], weekly(24, 0.009)].map(dated).map((of) => noiseOf(of));
    expect(knownBy(dispersed)).toBeLessThan(knownBy(recent));
  });

  test("is told by sessions near each other, rather than by what the machine did between", () => {
    const near = weekly(8, 0.003, 0, 0.1);
    const far = weekly(8, 0.009, 0, 120);
    const [mixed, apart] = [noiseOf(dated([...near, ...far]))?.sigma ?? 0, noiseOf(dated(far))?.sigma ?? 0];
    expect(mixed / apart).toBeLessThan(0.72);
  });

  test("is the suite's until a benchmark has five pairs, and no other environment's", () => {
    const others = sessionsOf("other", golden.own[0]?.programs ?? []);
    const few = noiseOf([...pairs(4, 0.5), ...others]);
    expect(few).toMatchObject({ isOfSuite: true, pairs: 4 });
    expect(noiseOf([...pairs(5, 0.5), ...others])).toMatchObject({ isOfSuite: false, pairs: 5 });
    expect(noiseOf(pairs(5, 0.5), { benchmark: "new" })).toMatchObject({ isOfSuite: true, pairs: 0 });
    expect(noiseOf(pairs(5, 0.5), { environment: "e2" })).toBeUndefined();
  });
});

/** A pair of sessions of one program of a benchmark, seconds 1 and 1 + difference. */
const pairOf = (benchmark: string, difference: number, workload = "w1", environment = "e1"): Session[] =>
  [1, 1 + difference].map((seconds) =>
    sessionOf(benchmark, { ...measured(seconds, { error: 0, workload }), fingerprint: `p ${benchmark} ${workload}` }, { environment }),
  );

describe("the suite's median", () => {
  const declared = [
    { name: "sort", workload: "w1" },
    { name: "tree", workload: "w1" },
  ];
  const sigmaOf = (sessions: Session[], environment = "e1") =>
    noiseIn(resultsOf(sessions), { declared })({ ...context, environment, benchmark: "new" })?.sigma;
  const expected = sigmaOf(pairOf("sort", 0.01));

  test("is of what the suite has now: without benchmarks that were dropped, and without other versions", () => {
    expect(expected).toBeGreaterThan(0.007);
    const noisy = [...pairOf("sort", 0.01), ...pairOf("gone", 3), ...pairOf("constructor", 3)];
    expect(sigmaOf(noisy)).toBe(expected);
    expect(sigmaOf([...pairOf("sort", 0.01), ...pairOf("tree", 3, "w1-v2")])).toBe(expected);
    expect(sigmaOf([...noisy, ...pairOf("tree", 0.01)])).toBe(expected);
    // Where it is not known what the suite has, all count.
    expect(noiseIn(resultsOf(noisy))({ ...context, benchmark: "new" })?.sigma).toBeGreaterThan(1);
    // Where nothing of the suite tells it, nothing does.
    expect(sigmaOf(pairOf("gone", 3))).toBeUndefined();
  });

  test("is of a benchmark's earlier forms only where its present one has no pair", () => {
    expect(sigmaOf([...pairOf("sort", 0.01), ...pairOf("sort", 3, "w0")])).toBe(expected);
    expect(sigmaOf(pairOf("sort", 0.01, "w0"))).toBe(expected);
    const elsewhere = [...pairOf("sort", 3), ...pairOf("sort", 0.01, "w0", "e0")];
    expect(sigmaOf(elsewhere, "e0")).toBe(expected);
  });

  test("leaves a benchmark's own noise as it is, be it dropped", () => {
    const own = pairs(6, 0.02, {}, {});
    const found = noiseIn(resultsOf(own), { declared: [{ name: "tree", workload: "w1" }] })({ ...context, benchmark: "sort" });
    expect(found).toEqual(noiseOf(own));
    expect(found?.isOfSuite).toBe(false);
  });
});
