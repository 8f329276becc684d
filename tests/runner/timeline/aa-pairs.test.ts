import { expect, test } from "vitest";
import { evidenceOf, type Result } from "../../../runner/timeline/aa-pairs.ts";

const result = (value: number, day?: number): Result => ({ value: Math.exp(value), standardError: 0.001, day });

test("one pair tells half its squared difference, and the mean of its squared errors", () => {
  const { total, within, pairs, effectivePairs } = evidenceOf([[result(0), result(0.02)]]);
  expect(total).toBeCloseTo(0.02 ** 2 / 2, 12);
  expect(within).toBeCloseTo(0.001 ** 2, 12);
  expect([pairs, effectivePairs]).toEqual([1, 1]);
});

test("pairs that share a session count for less than as many of different programs", () => {
  expect(evidenceOf([[result(0), result(0.01), result(0)]]).effectivePairs).toBeCloseTo((2 * 2 * 2) / (3 * 3 - 4), 12);
  expect(
    evidenceOf([
      [result(0), result(0.01)],
      [result(0), result(0.01)],
    ]).effectivePairs,
  ).toBeCloseTo(2, 12);
});

const pairOn = (day: number, apart: number, difference: number) => [result(0, day - apart), result(difference, day)];

const totalOf = (...programs: Result[][]) => evidenceOf(programs).total;

test("old pairs and pairs far apart weigh less, an old one a quarter at least", () => {
  const [small, large] = [0.01 ** 2 / 2, 0.02 ** 2 / 2];
  // Weights 1 and 1/2: the older one is a half-life old, or its sessions are 30 days apart.
  expect(totalOf(pairOn(1000, 0, 0.01), pairOn(910, 0, 0.02))).toBeCloseTo((small + 0.5 * large) / 1.5, 12);
  expect(totalOf(pairOn(1000, 0, 0.01), pairOn(1000, 30, 0.02))).toBeCloseTo((small + 0.5 * large) / 1.5, 12);
  expect(totalOf(pairOn(1000, 0, 0.01), pairOn(0, 0, 0.02))).toBeCloseTo((small + 0.25 * large) / 1.25, 12);
});

test("a pair that stands out counts as four robust deviations", () => {
  const quiet = Array.from({ length: 20 }, (_, index) => [result(0), result(0.01 * (index % 2 === 0 ? 1 : 1.1))]);
  const [usual, disturbed, wild] = [[], [[result(0), result(1)]], [[result(0), result(2)]]].map(
    (more) => evidenceOf([...quiet, ...more]).total,
  );
  expect(disturbed).toBeCloseTo(wild ?? Number.NaN, 12);
  expect((disturbed ?? 0) / (usual ?? 1)).toBeLessThan(3);
});
