import { expect, test } from "vitest";
import { noiseOf, real } from "../../../bench/detection/noise.ts";
import { shortfalls } from "../../../bench/detection/scenarios.ts";
import { realWindows } from "../../../bench/detection/windows.ts";

test("a window is measured as it was, and sessions taken later are of the machine as it is then", () => {
  const window = [...Array.from({ length: 40 }, () => 0), ...Array.from({ length: 40 }, () => 0.05)];
  const noise = real(window, () => 0.5);
  expect(window.map((_, index) => noise(index, index, 1))).toEqual(window.map((value) => value + 1));
  // Later sessions of an early program show the machine of later: the step is the machine's.
  expect(noise(3, 70, 0)).toBeCloseTo(0.05, 9);
  expect(noise(3, 20, 0)).toBeCloseTo(0, 9);
});

test("the windows of real noise are there, as many held out as for tuning, and none is of both: each with noise, and long enough", () => {
  const [heldOut, tuning] = [realWindows("held out"), realWindows("tuning")];
  expect([heldOut.length > 45, tuning.length > 45, heldOut.length + tuning.length]).toEqual([true, true, 106]);
  expect([...heldOut, ...tuning].every((window) => window.length >= 160 && noiseOf(window) > 0)).toBe(true);
  const texts = new Set(heldOut.map(String));
  expect(tuning.some((window) => texts.has(String(window)))).toBe(false);
});

test("a row falls short of what it promises, to either side", () => {
  const figures = { precision: 0.9, recall: 0.5, exact: undefined, latency: 3, falseAlarms: 0.2, wrong: 0, extra: 0.1 };
  expect(shortfalls(figures, { precision: 0.9, recall: 0.5, latency: 3, falseAlarms: 0.2, extra: 0.1 })).toEqual([]);
  expect(shortfalls(figures, { recall: 0.6, falseAlarms: 0.1, exact: 0.95 })).toEqual([
    "recall 0.50 < 0.6",
    "falseAlarms 0.20 > 0.1",
    "exact unknown",
  ]);
});
