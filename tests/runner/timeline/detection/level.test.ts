import { expect, test } from "vitest";
import { levelBefore, mayDiffer, sigmaOf, type Reading } from "../../../../runner/timeline/detection/level.ts";
import { generator, normal } from "../../../../bench/simulation/coverage.ts";
import { readings } from "./readings-of.ts";

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
