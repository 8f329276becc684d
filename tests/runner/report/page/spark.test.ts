import { expect, test } from "vitest";
import { sparkHeights, sparkText } from "../../../../runner/report/page/spark.ts";

test("a course comes back with its lowest value at the bottom, its highest at the top, and its failures", () => {
  const heights = sparkHeights(sparkText([1, 1.5, undefined, 2]));
  expect([heights[0], heights[2], heights[3]]).toEqual([0, undefined, 1]);
  expect(heights[1]).toBeCloseTo(0.5, 1);
});

test("values that differ by little lie in the middle: noise is to look like noise", () => {
  const [low = 0, high = 0] = sparkHeights(sparkText([1, 1.001]));
  expect(low).toBeGreaterThan(0.4);
  expect(high).toBeLessThan(0.6);
  expect(high - low).toBeCloseTo(0.05, 1);
});
