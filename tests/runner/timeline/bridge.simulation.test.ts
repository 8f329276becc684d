import { describe, expect, test } from "vitest";
import { coverageOfNoisy } from "../../../bench/detection/noisy-bridge.ts";
import { bridgeCoverage, designedErrors, factorErrors } from "../../../bench/simulation/bridge.ts";

describe("95 % intervals of factors hold the truth 92 times in 100 or more, and hardly ever are wider than they need be", () => {
  const cases = [1, 2, 3, 4, 5, 6, 7, 8].flatMap((points) => [1, 3].map((louder) => ({ points, louder })));
  test.each(cases)("with $points points, the new environment $louder times as noisy", ({ points, louder }) => {
    const coverage = bridgeCoverage({ points, noise: [0.005, 0.005 * louder], pairs: 5 }, 4000, points);
    expect(coverage).toBeGreaterThan(0.92);
    // Five pairs tell less of the noise since single disturbed sessions no longer count in full: intervals are a little wide.
    expect(coverage).toBeLessThan(0.99);
  });
});

test.each([5, 8])(
  "a benchmark three times as noisy as its suite, without A/A pairs of its own, is covered as well with %i points",
  (points) => {
    expect(coverageOfNoisy({ points, times: 3 }, points, 4000)).toBeGreaterThan(0.92);
  },
);

describe("a factor errs by as much as the design says", () => {
  test.each(designedErrors)("at $noise noise with $points points", ({ noise, points, ...expected }) => {
    const found = factorErrors(noise, points, 20_000, 1);
    expect(found.rootMeanSquare / expected.rootMeanSquare).toBeGreaterThan(0.93);
    expect(found.rootMeanSquare / expected.rootMeanSquare).toBeLessThan(1.07);
    expect(found.quantile95 / expected.quantile95).toBeGreaterThan(0.93);
    expect(found.quantile95 / expected.quantile95).toBeLessThan(1.07);
  });
});
