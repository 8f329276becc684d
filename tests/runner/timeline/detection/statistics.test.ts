// The statistics of level.ts and scan.ts together, against vectors of an independent computation.

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { levelBefore, sigmaOf, zOf } from "../../../../runner/timeline/detection/level.ts";
import { criticalT, largestT, winsorised } from "../../../../runner/timeline/detection/scan.ts";
import { readings } from "./readings-of.ts";

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
