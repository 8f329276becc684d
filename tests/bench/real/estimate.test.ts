import { expect, test } from "vitest";
import { referenceTime, type ReferenceInput } from "../../../bench/real/estimate.ts";

const input: ReferenceInput = {
  benchmarks: [
    { name: "run", module: "benchmarks.one", iterations: 10 },
    { name: "short", module: "benchmarks.one", iterations: 10 },
    { name: "long", module: "benchmarks.two", iterations: 30 },
    { name: "not measured", module: "benchmarks.two", iterations: 10 },
  ],
  results: new Map([
    ["run", { seconds: 1, wallSeconds: 1.5 }],
    ["short", { seconds: 0.01, wallSeconds: 0.06 }],
    ["long", { seconds: 4, wallSeconds: 4.5 }],
  ]),
  compile: new Map([
    ["benchmarks.one", 8],
    ["benchmarks.two", 5],
  ]),
  steps: new Map([["run", { prepare: 2, run: 25 }]]),
};

test("the reference's time is what was measured, and elsewhere compilation plus two seconds of samples, one process dropped", () => {
  const { seconds, measured, measuredByExtrapolation } = referenceTime(input);
  expect(measured).toBe(27);
  expect(measuredByExtrapolation).toBeCloseTo(2 + 8 + 11 * 1.5);
  expect(seconds).toBeCloseTo(27 + (2 + 8 + 201 * 0.06) + (2 + 5 + 31 * 4.5));
});
