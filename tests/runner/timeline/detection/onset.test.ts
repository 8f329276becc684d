import { expect, test } from "vitest";
import { onset } from "../../../../runner/timeline/detection/onset.ts";
import { levelBefore } from "../../../../runner/timeline/detection/level.ts";
import { readings } from "./readings-of.ts";

const sigma = 0.01;

/** Twenty values of one level, then these; noticed at the last. */
function onsetOf(after: readonly number[], mayBegin: (split: number) => boolean = () => true): number | undefined {
  const all = readings([...Array.from({ length: 20 }, () => 0), ...after]);
  const split = all.length - 1;
  const level = levelBefore(all, 0, split);
  if (!level) throw new Error("there is no level");
  const noticed = { split, level, change: (all[split]?.value ?? 0) - level.value };
  return onset({ readings: all, from: 0, leastLevel: 10, mayBegin }, noticed, sigma)?.split;
}

test("a change begins with the first of the values that differ, though a later one is noticed", () => {
  expect(onsetOf([0.03, 0.03, 0.05])).toBe(20);
  expect(onsetOf([0.05])).toBe(20);
});

test("values of the other direction are no part of it", () => {
  expect(onsetOf([-0.03, -0.03, 0.05])).toBe(22);
});

test("where it may not begin, the best of those that are about as likely; none where these may not either", () => {
  const values = [0.03, 0.03, 0.03, 0.05];
  expect(onsetOf(values, (split) => split !== 20)).toBe(21);
  expect(onsetOf(values, () => false)).toBeUndefined();
  expect(onsetOf([0.03, 0.03, 0.03, 0.03, 0.05], (split) => split === 24)).toBeUndefined();
});

test("no change begins more than ten points before the one that is noticed", () => {
  expect(onsetOf([...Array.from({ length: 13 }, () => 0.03), 0.05])).toBe(24);
});
