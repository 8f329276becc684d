import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import * as z from "zod";
import { median, quantile, tQuantile } from "../../../runner/timeline/stats.ts";

const golden = z
  .object({
    t: z.array(z.object({ probability: z.number(), degreesOfFreedom: z.number(), t: z.number() })),
    quantiles: z.array(z.object({ values: z.array(z.number()), probability: z.number(), quantile: z.number() })),
  })
  .parse(JSON.parse(readFileSync(new URL("estimate.golden.json", import.meta.url), "utf8")));

test("the t quantile agrees with SciPy to a relative 1e-8, in the middle and far in the tails", () => {
  expect(golden.t.length).toBeGreaterThan(100);
  for (const { probability, degreesOfFreedom, t } of golden.t) {
    const difference = Math.abs(tQuantile(probability, degreesOfFreedom) - t);
    const tolerance = 1e-8 * Math.max(Math.abs(t), 1e-3);
    expect(difference, `t(${probability}, ${degreesOfFreedom}) = ${t}`).toBeLessThanOrEqual(tolerance);
  }
});

test("quantiles agree with NumPy's default", () => {
  for (const { values, probability, quantile: expected } of golden.quantiles) {
    expect(quantile(values, probability)).toBeCloseTo(expected, 12);
  }
});

test("a median leaves its input as it was", () => {
  const values = [3, 1, 2, 10];
  expect(median(values)).toBe(2.5);
  expect(values).toEqual([3, 1, 2, 10]);
});

test("what cannot be computed is refused", () => {
  expect(() => median([])).toThrow(RangeError);
  expect(() => quantile([1], 1.1)).toThrow(RangeError);
  expect(() => tQuantile(1, 5)).toThrow(RangeError);
  expect(() => tQuantile(0.9, 0.5)).toThrow(RangeError);
  expect(() => tQuantile(0.9, Number.NaN)).toThrow(RangeError);
});
