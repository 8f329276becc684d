import { expect, test } from "vitest";
import { cuts, divisive } from "../../../bench/detection/divisive.ts";
import { fixedThreshold } from "../../../bench/detection/fixed.ts";
import { independent } from "../../../bench/detection/noise.ts";
import { simulate, type Scenario } from "../../../bench/detection/simulate.ts";
import { isolated, manyPoints, streamOf } from "../../../bench/detection/stream.ts";

const noisy = (level: number) => Array.from({ length: 12 }, (_, index) => level + (index % 3) * 0.001);

test("every level of a series is cut from its neighbours, and nothing else", () => {
  expect(cuts([...noisy(0), ...noisy(0.05), ...noisy(-0.02)])).toEqual([12, 24]);
  expect(cuts(noisy(0))).toEqual([]);
});

test("what the others find is what is known of them: a threshold cries at noise, cuts come late", () => {
  const made: Scenario = {
    name: "2 %",
    stream: (random) => streamOf(manyPoints, isolated(0.02, random), independent(0.005, random)),
  };
  const still: Scenario = { name: "3 % of noise", stream: (random) => streamOf(manyPoints, new Map(), independent(0.03, random)) };
  expect(simulate(fixedThreshold(0.03), made, 4, 1).recall).toBeLessThan(0.3);
  const found = simulate(divisive, made, 2, 1);
  expect(found.recall).toBeGreaterThan(0.8);
  expect(found.latency).toBeGreaterThan(0);
  expect(simulate(fixedThreshold(0.03), still, 2, 1).falseAlarms).toBeGreaterThan(100);
});
