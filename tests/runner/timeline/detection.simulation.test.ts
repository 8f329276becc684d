import { expect, test } from "vitest";
import { evenkeel, simulate, type Made } from "./detection-simulation.ts";

/** A few series of each row that `npm run bench -- detection` takes hundreds of: bounds leave room for the few. */
const repetitions = 4;

test.each<Made & { precision: number; recall: number; latency: number }>([
  { noise: 0.0015, step: 0.01, precision: 0.95, recall: 1, latency: 0 },
  { noise: 0.005, step: 0.01, precision: 0.9, recall: 0.9, latency: 5 },
  { noise: 0.005, step: 0.02, precision: 0.9, recall: 0.95, latency: 0 },
  { noise: 0.005, step: 0.05, precision: 0.9, recall: 0.95, latency: 0 },
  { noise: 0.01, step: 0.02, precision: 0.9, recall: 0.9, latency: 5 },
  { noise: 0.03, step: 0.05, precision: 0.9, recall: 0.85, latency: 9 },
  { noise: 0.002, step: 0.03, bimodal: 0.1, precision: 0.85, recall: 0.9, latency: 9 },
])("steps of $step in noise of $noise are found soon, and little else", ({ precision, recall, latency, ...made }) => {
  const found = simulate(evenkeel, made, repetitions, 2);
  expect(found.precision).toBeGreaterThanOrEqual(precision);
  expect(found.recall).toBeGreaterThanOrEqual(recall);
  expect(found.latency).toBeLessThanOrEqual(latency);
});

test("400 unchanged points raise at most one false alarm in four series, for at most 8 % more sessions", () => {
  const found = simulate(evenkeel, { noise: 0.005, step: 0 }, 8, 2);
  expect(found.falseAlarms).toBeLessThanOrEqual(0.25);
  expect(found.extra).toBeLessThan(0.08);
});
