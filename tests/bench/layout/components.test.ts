import { describe, expect, test } from "vitest";
import { components, deviation, evidence, exceeds, largestDifference } from "../../../bench/layout/components.ts";
import { seeded } from "../../../bench/random.ts";
import { mean } from "../../../runner/timeline/stats.ts";
import { normal } from "../../../bench/simulation/coverage.ts";

const known = { layout: 0.004, drift: 0.01, noise: 0.006 };
const shape = { builds: 12, sessions: 4 };
const repetitions = 4000;

/** Values of builds and sessions whose components are known. */
function simulated(sigma: typeof known, seed: number): ReturnType<typeof components>[] {
  const random = seeded(seed);
  return Array.from({ length: repetitions }, () => {
    const drift = Array.from({ length: shape.sessions }, () => sigma.drift * normal(random));
    return components(
      Array.from({ length: shape.builds }, () => {
        const layout = sigma.layout * normal(random);
        return drift.map((shift) => layout + shift + sigma.noise * normal(random));
      }),
    );
  });
}

describe("known components are recovered", () => {
  const found = simulated(known, 1);
  const variances = found.map(({ between }) => between);
  const centre = mean(variances);
  const variance = mean(variances.map((value) => (value - centre) ** 2));

  test("the variance between builds, without that of noise and of drift that all builds share", () => {
    const error = Math.sqrt(variance / repetitions);
    expect(Math.abs(centre - known.layout ** 2)).toBeLessThan(3 * error);
    expect(error).toBeLessThan(0.02 * known.layout ** 2);
    expect(mean(found.map(({ within }) => within)) / known.noise ** 2).toBeCloseTo(1, 1);
  });

  test("its standard error: the mean of its squares is the variance of the estimates", () => {
    expect(mean(found.map(({ standardError }) => standardError ** 2)) / variance).toBeCloseTo(1, 1);
  });

  test("of builds that do not differ, a variance that is zero on average and not cut at zero", () => {
    const equal = simulated({ ...known, layout: 0 }, 2);
    const none = equal.map(({ between }) => between);
    expect(Math.abs(mean(none))).toBeLessThan(0.01 * known.noise ** 2);
    expect(none.filter((between) => between < 0).length / repetitions).toBeCloseTo(0.57, 1);
    expect(mean(equal.map(({ errorOfEqual }) => errorOfEqual)) ** 2 / mean(none.map((between) => between ** 2))).toBeCloseTo(1, 1);
  });
});

test("a case computed by hand: two builds, two sessions", () => {
  // Builds have the means 1 and 4, sessions 1.5 and 3.5; what is left is +-1: MSE = 4 / 1, MSA = 2 (1.5^2 + 1.5^2) / 1 = 9.
  const { between, within, standardError } = components([
    [1, 1],
    [2, 6],
  ]);
  expect(within).toBeCloseTo(4, 12);
  expect(between).toBeCloseTo((9 - 4) / 2, 12);
  expect(standardError).toBeCloseTo(Math.sqrt((2 / 4) * (81 / 3 + 16 / 3)), 12);
});

test("drift that all builds share is no part of the components", () => {
  const still = [
    [1, 2, 4],
    [3, 3, 5],
  ];
  const drifted = still.map((row) => row.map((value, session) => value + 10 * session));
  expect(components(drifted).between).toBeCloseTo(components(still).between, 9);
  expect(components(drifted).within).toBeCloseTo(components(still).within, 9);
});

test("the largest difference is that of the outermost means, with the error of two means", () => {
  const values = [
    [1, 1],
    [2, 6],
  ];
  expect(largestDifference(values)).toEqual({ difference: 3, standardError: 2 });
});

test("evidence of several benchmarks adds up, whatever the noise of each", () => {
  const one = { between: 2, standardError: 9, errorOfEqual: 1, within: 2 };
  const noisy = { between: 2e4, standardError: 9e4, errorOfEqual: 1e4, within: 2e4 };
  expect(evidence([one])).toBe(2);
  expect(evidence([one, noisy, one, noisy])).toBe(4);
});

test("a deviation has the error of the delta method, and near zero that of the variance", () => {
  expect(deviation({ between: 4, standardError: 1 })).toEqual({ sigma: 2, standardError: 0.25 });
  expect(deviation({ between: -1, standardError: 4 })).toEqual({ sigma: 0, standardError: 2 });
});

test("a limit is exceeded or not where the interval of the variance lies on one side of its square; else it is not told", () => {
  const found = { between: 9, standardError: 2 };
  expect(exceeds(found, 2)).toBe(true);
  expect(exceeds(found, 2.5)).toBeUndefined();
  expect(exceeds(found, 3.5)).toBeUndefined();
  expect(exceeds(found, 4)).toBe(false);
});

test("values that tell nothing are refused", () => {
  expect(() => components([[1, 2]])).toThrow(RangeError);
  expect(() => components([[1], [2]])).toThrow(RangeError);
  expect(() => components([[1, 2], [1]])).toThrow(RangeError);
});
