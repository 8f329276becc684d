import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { levelBefore, mayDiffer, sigmaOf, zOf, type Reading } from "../../../../runner/timeline/detection/level.ts";
import { criticalT, largestT, winsorised } from "../../../../runner/timeline/detection/scan.ts";
import { generator, normal } from "../../../../bench/simulation/coverage.ts";

const golden = z
  .object({
    vectors: z.array(
      z.object({
        values: z.array(z.number()),
        split: z.number(),
        level: z.object({ value: z.number(), points: z.number() }),
        noise: z.number(),
        sigma: z.number(),
        link: z.number(),
        z: z.number(),
        winsorised: z.array(z.number()),
        scan: z.object({ split: z.number(), t: z.number(), critical: z.number() }),
      }),
    ),
  })
  .parse(JSON.parse(readFileSync(new URL("detection.golden.json", import.meta.url), "utf8")));

const readings = (values: readonly number[], linkError = 0): Reading[] => values.map((value) => ({ value, linkError, sessions: 1 }));

describe("as NumPy and SciPy have it", () => {
  test.each(golden.vectors.map((one) => ({ ...one, name: `${one.values.length} points` })))("$name", (vector) => {
    const { values, split, link } = vector;
    const level = levelBefore(readings(values), 0, split);
    if (!level) throw new Error("there is no level");
    expect(level.value).toBeCloseTo(vector.level.value, 12);
    expect(level.points).toBe(vector.level.points);
    expect((sigmaOf(readings(values)) ?? 0) / vector.noise).toBeCloseTo(1, 9);
    const change = (values[split] ?? 0) - level.value;
    const found = zOf(change, { sigma: vector.sigma, count: 1, level: { ...level, linkVariance: link ** 2 } });
    expect(found).toBeCloseTo(vector.z, 9);
    const window = winsorised(values.slice(-60), 2 * vector.sigma);
    for (const [index, value] of window.entries()) expect(value).toBeCloseTo(vector.winsorised[index] ?? Number.NaN, 12);
    expect(largestT(window)?.split).toBe(vector.scan.split);
    expect(largestT(window)?.t).toBeCloseTo(vector.scan.t, 6);
    expect(criticalT(window.length)).toBeCloseTo(vector.scan.critical, 6);
  });
});

test("noise is never taken for less than .05 %, nor told by less than 8 differences", () => {
  expect(sigmaOf(readings(Array.from({ length: 9 }, () => 1)))).toBe(0.0005);
  expect(sigmaOf(readings(Array.from({ length: 8 }, () => 1)))).toBeUndefined();
});

test("across a transition the error of its factor counts, and the step itself is no noise", () => {
  const all = [
    ...readings(
      Array.from({ length: 15 }, (_, index) => (index % 2) * 0.001),
      0.004,
    ),
    ...readings([0.5, 0.501, 0.5]),
  ];
  expect(levelBefore(all, 0, 15)?.linkVariance).toBeCloseTo(0.004 ** 2, 12);
  expect(sigmaOf(all)).toBeLessThan(0.002);
  const later = [...all, ...readings(Array.from({ length: 9 }, () => 0.5))];
  expect(levelBefore(later, 0, later.length)).toMatchObject({ points: 12, linkVariance: 0 });
});

test("no cut is made where what lies after it was measured before a transition", () => {
  const values = [0, 0, 0, 1, 1, 1, 1, 1];
  expect(largestT(values)?.split).toBe(3);
  expect(largestT(values, { linkErrors: [0.1, 0.1, 0.1, 0.1, 0.1, 0, 0, 0] })?.split).toBeGreaterThan(4);
});

test("a reading far from its level is never taken for one that is near it, whatever sessions and transitions there are", () => {
  const random = generator(3);
  const all = Array.from({ length: 400 }, (_, index): Reading => {
    return { value: 0.01 * normal(random), linkError: index % 60 < 12 ? 0.004 : 0, sessions: 1 + Math.floor(3 * random()) };
  });
  const far = all.map(({ value }, index) => {
    const level = levelBefore(all, 0, index);
    return level !== undefined && Math.abs(value - level.value) > 0.012;
  });
  const taken = all.map((_, index) => mayDiffer(all, 0, index, 0.012));
  expect(far.filter(Boolean).length).toBeGreaterThan(50);
  expect(far.every((isFar, index) => !isFar || taken[index])).toBe(true);
  expect(taken.filter(Boolean).length).toBeLessThan(200);
});
