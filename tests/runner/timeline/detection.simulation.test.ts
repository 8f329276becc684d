import { expect, test } from "vitest";
import { evenkeel } from "../../../bench/detection/evenkeel.ts";
import { grouped, independent } from "../../../bench/detection/noise.ts";
import { simulate, type Scenario } from "../../../bench/detection/simulate.ts";
import { isolated, manyPoints, streamOf } from "../../../bench/detection/stream.ts";

/** A few series of each row that `npm run bench -- detection` takes more of: bounds leave room for the few. */
const repetitions = 4;

test.each<{ noise: number; step: number; bimodal?: number; precision: number; recall: number; latency: number }>([
  { noise: 0.0015, step: 0.01, precision: 0.95, recall: 1, latency: 0 },
  { noise: 0.005, step: 0.01, precision: 0.9, recall: 0.9, latency: 5 },
  { noise: 0.005, step: 0.02, precision: 0.9, recall: 0.95, latency: 0 },
  { noise: 0.005, step: 0.05, precision: 0.9, recall: 0.95, latency: 0 },
  { noise: 0.01, step: 0.02, precision: 0.9, recall: 0.9, latency: 5 },
  { noise: 0.03, step: 0.05, precision: 0.9, recall: 0.85, latency: 9 },
  { noise: 0.002, step: 0.03, bimodal: 0.1, precision: 0.85, recall: 0.9, latency: 9 },
])("steps of $step in noise of $noise are found soon, and little else", ({ precision, recall, latency, noise, step, bimodal = 0 }) => {
  const stream = (random: () => number) =>
    streamOf(
      manyPoints,
      isolated(step, random),
      grouped(noise, bimodal, () => 0.13 + 0.09 * random(), random),
    );
  const found = simulate(evenkeel, { name: "steps", stream }, repetitions, 2);
  expect(found.precision).toBeGreaterThanOrEqual(precision);
  expect(found.recall).toBeGreaterThanOrEqual(recall);
  expect(found.latency).toBeLessThanOrEqual(latency);
});

const unchanged: Scenario = {
  name: "unchanged",
  stream: (random) => streamOf(manyPoints, new Map(), independent(0.005, random)),
};

test("400 unchanged points raise at most one false alarm in four series, for at most 8 % more sessions", () => {
  const found = simulate(evenkeel, unchanged, 8, 2);
  expect(found.falseAlarms).toBeLessThanOrEqual(0.25);
  expect(found.extra).toBeLessThan(0.08);
});
