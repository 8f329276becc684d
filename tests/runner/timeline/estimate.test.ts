import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import * as z from "zod";
import { estimate } from "../../../runner/timeline/estimate.ts";
import { interval } from "../../../runner/timeline/quantity.ts";

const golden = z
  .object({
    estimates: z.array(
      z.object({
        samples: z.array(z.number()),
        seconds: z.number(),
        standardError: z.number(),
        degreesOfFreedom: z.number(),
        minimum: z.number(),
        median: z.number(),
        low: z.number(),
        high: z.number(),
      }),
    ),
  })
  .parse(JSON.parse(readFileSync(new URL("estimate.golden.json", import.meta.url), "utf8"))).estimates;

test("location, error and interval agree with SciPy", () => {
  expect(golden.length).toBeGreaterThan(8);
  for (const expected of golden) {
    const { seconds, standardError, degreesOfFreedom, ...rest } = estimate(expected.samples);
    const { low, high } = interval({ value: seconds, standardError, degreesOfFreedom });
    expect(seconds / expected.seconds).toBeCloseTo(1, 10);
    expect(standardError).toBeCloseTo(expected.standardError, 12);
    expect(degreesOfFreedom).toBe(expected.degreesOfFreedom);
    expect(rest).toEqual({ samples: expected.samples.length, minimum: expected.minimum, median: expected.median });
    expect(low / expected.low).toBeCloseTo(1, 9);
    expect(high / expected.high).toBeCloseTo(1, 9);
  }
});

test("the order of the samples does not matter", () => {
  const [samples] = golden.slice(-2).map((one) => one.samples);
  expect(estimate([...(samples ?? [])].reverse())).toEqual(estimate(samples ?? []));
});

test("one wild sample in ten hardly moves the location", () => {
  const calm = [1, 1.001, 1.002, 1.003, 1.004, 1.005, 1.006, 1.007, 1.008, 1.009];
  const wild = [...calm.slice(0, 9), 50];
  expect(Math.abs(Math.log(estimate(wild).seconds / estimate(calm).seconds))).toBeLessThan(1e-9);
});

test("what is no set of durations is refused", () => {
  expect(() => estimate([])).toThrow("at least two samples");
  expect(() => estimate([1])).toThrow("at least two samples");
  expect(() => estimate([1, 0, 1])).toThrow("0 seconds");
  expect(() => estimate([1, -1])).toThrow(RangeError);
  expect(() => estimate([1, Number.NaN])).toThrow(RangeError);
  expect(() => estimate([1, Infinity])).toThrow(RangeError);
});

test.for([
  { n: 10, noise: "heavy" as const, from: 0.92 },
  { n: 15, noise: "heavy" as const, from: 0.93 },
  { n: 20, noise: "heavy" as const, from: 0.93 },
  { n: 15, noise: "late" as const, from: 0.92 },
  { n: 20, noise: "late" as const, from: 0.92 },
])("95 % intervals of $n $noise-tailed samples hold the truth as often as they say", ({ n, noise, from }) => {
  const random = generator(n * 7919);
  const draw = noise === "heavy" ? () => studentOf3(random) : () => normal(random) + lateness(random);
  const repetitions = 6000;
  const logs = Array.from({ length: repetitions }, () => Array.from({ length: n }, () => 0.01 * draw()));
  const estimates = logs.map((set) => estimate(set.map(Math.exp)));
  // The truth is what the location converges to over many sessions, as the cuts are not symmetric.
  const truth = Math.exp(estimates.reduce((sum, one) => sum + Math.log(one.seconds), 0) / repetitions);
  const holds = estimates.filter((one) => {
    const { low, high } = interval({ value: one.seconds, ...one });
    return low <= truth && truth <= high;
  });
  expect(holds.length / repetitions).toBeGreaterThan(from);
  expect(holds.length / repetitions).toBeLessThan(0.96);
});

/** One sample in five comes late, by an exponential share: how a busy machine disturbs. */
function lateness(random: () => number): number {
  return random() < 0.2 ? -4 * Math.log(1 - random()) : 0;
}

function studentOf3(random: () => number): number {
  const squares = normal(random) ** 2 + normal(random) ** 2 + normal(random) ** 2;
  return normal(random) / Math.sqrt(squares / 3);
}

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Uniform numbers in [0, 1), the same for the same seed (the 13, 17, 5 shifts of Marsaglia 2003). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
