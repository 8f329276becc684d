import { expect, test } from "vitest";
import { chained } from "../../../runner/timeline/chained.ts";

const change = (phi: number, standardError = 0.002) => ({
  direction: phi > 0 ? ("slower" as const) : ("faster" as const),
  change: { phi, standardError, degreesOfFreedom: 20 },
});
const unsized = { direction: "faster" as const };

test("no change has neither a ratio nor a direction", () => {
  expect(chained([])).toEqual({});
});

test("one change is what it is", () => {
  expect(chained([change(0.05)])).toEqual({
    ratio: { value: Math.exp(0.05), standardError: 0.002, degreesOfFreedom: 20 },
    direction: "slower",
  });
  expect(chained([change(0.001, 0.01)]).direction).toBe("slower");
});

test("ratios of several multiply, and their errors are independent", () => {
  const { ratio, direction } = chained([change(0.05, 0.003), change(-0.02, 0.004)]);
  expect(ratio?.value).toBeCloseTo(Math.exp(0.03), 12);
  expect(ratio?.standardError).toBeCloseTo(0.005, 12);
  expect(direction).toBe("slower");
});

test("changes that cancel each other, within their error, have no direction", () => {
  expect(chained([change(0.05), change(-0.05)]).direction).toBeUndefined();
  expect(chained([change(0.05), change(-0.048)]).direction).toBeUndefined();
  expect(chained([change(0.02), change(-0.05)]).direction).toBe("faster");
});

test("where a size is not known there is no ratio, and a direction only if all have it", () => {
  expect(chained([unsized, change(-0.05)])).toEqual({ direction: "faster" });
  expect(chained([unsized, change(0.05)])).toEqual({});
});
