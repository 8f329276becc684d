import { describe, expect, test } from "vitest";
import { compareRules, coverageOf, coverageOfChosen, type Scenario } from "../../../bench/simulation/coverage.ts";

const repetitions = 1500;

const scenarios: Scenario[] = [10, 15, 20, 25, 40].flatMap((n) => [
  { n, spread: 0.002, pairs: 8, sessions: 1 },
  { n, spread: 0.004, pairs: 5, sessions: 1 },
  { n, spread: 0.02, pairs: 5, sessions: 3 },
]);

describe("95 % intervals hold the truth of many sessions 92 to 97 times in 100", () => {
  test.each(scenarios)("$n samples, sessions $spread apart, $pairs A/A pairs, $sessions sessions a point", (scenario) => {
    const { point, change } = coverageOf(scenario, repetitions, scenario.n);
    for (const share of [point, change]) {
      expect(share).toBeGreaterThan(0.92);
      expect(share).toBeLessThan(0.97);
    }
  });
});

test("where sessions do not differ at all, intervals err on the wide side only", () => {
  const { point } = coverageOf({ n: 15, spread: 0, pairs: 5, sessions: 1 }, repetitions, 3);
  expect(point).toBeGreaterThan(0.94);
  expect(point).toBeLessThan(0.985);
});

test("the error within sessions alone does not, where sessions differ", () => {
  const { withinOnly } = coverageOf({ n: 20, spread: 0.01, pairs: 5, sessions: 1 }, repetitions, 1);
  expect(withinOnly).toBeLessThan(0.6);
});

test("numbers of samples chosen by the time of counted pilots cost no coverage", () => {
  const { coverage, numbers } = coverageOfChosen(400, 5);
  expect(Math.min(...numbers)).toBe(5);
  expect(Math.max(...numbers)).toBe(40);
  expect(coverage).toBeGreaterThan(0.935);
  expect(coverage).toBeLessThan(0.965);
});

test("stopping once an interval looks narrow enough costs coverage and exactness; a number fixed beforehand does not", () => {
  const { fixed, stopping } = compareRules(0.007, 3000, 1);
  expect(fixed.coverage).toBeGreaterThan(0.92);
  expect(stopping.samples).toBeGreaterThan(fixed.samples);
  expect(stopping.coverage).toBeLessThan(fixed.coverage - 0.01);
  expect(stopping.difference).toBeGreaterThan(fixed.difference);
});
