import { expect, test } from "vitest";
import { seeded } from "../../../bench/random.ts";
import { knowsNoise, verdicts, type Judged } from "../../../runner/timeline/judgement.ts";
import { withNoise, pool } from "../../../runner/timeline/quantity.ts";

const judged = (value: number, more: Partial<Judged> = {}): Judged => ({
  ratio: { value, standardError: 0.01, degreesOfFreedom: 20 },
  isSame: false,
  isNoiseKnown: true,
  isConfirmed: false,
  ...more,
});

test("a ratio is a change where it was confirmed, or leaves out chance; nothing else is", () => {
  expect(verdicts([judged(1.05), judged(0.95), judged(1.005), judged(1.005, { isConfirmed: true })])).toEqual([
    "differs",
    "differs",
    "no change shown",
    "confirmed",
  ]);
  expect(verdicts([judged(1, { isSame: true, isNoiseKnown: false })])).toEqual(["same program"]);
});

test("without the noise from session to session, or without any error, nothing is judged, however large", () => {
  expect(verdicts([judged(2, { isNoiseKnown: false })])).toEqual(["not judged"]);
  expect(verdicts([judged(2, { ratio: { value: 2, standardError: Infinity, degreesOfFreedom: 1 } })])).toEqual(["not judged"]);
  expect(verdicts([judged(2, { isNoiseKnown: false, isConfirmed: true })])).toEqual(["confirmed"]);
});

test("where nothing changed, not one benchmark of 111 differs in 95 of 100 comparisons", () => {
  const random = seeded(7);
  const normal = () => Array.from({ length: 12 }, random).reduce((sum, one) => sum + one, -6);
  let wrong = 0;
  for (let trial = 0; trial < 400; trial++) {
    const all = Array.from({ length: 111 }, () =>
      judged(Math.exp(0.01 * normal()), { ratio: { value: Math.exp(0.01 * normal()), standardError: 0.01, degreesOfFreedom: 1000 } }),
    );
    if (verdicts(all).includes("differs")) wrong++;
  }
  expect(wrong / 400).toBeLessThan(0.08);
});

test("a value knows the noise that was counted in, also where that is none", () => {
  const value = { value: 1, standardError: 0.001, degreesOfFreedom: 9 };
  expect(knowsNoise(withNoise(pool([value])))).toBe(false);
  expect(knowsNoise(withNoise(pool([value]), { sigma: 0, uncertainty: 0, isOfSuite: false }))).toBe(true);
});
