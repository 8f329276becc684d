import { expect, test } from "vitest";
import { interval, pooled, ratio } from "../../../runner/timeline/quantity.ts";

const quantity = (value: number, standardError = 0.01, degreesOfFreedom = 9) => ({ value, standardError, degreesOfFreedom });

test("an interval is Student's t around the logarithm", () => {
  const { low, high } = interval(quantity(2, 0.1, 9));
  expect(Math.log(high / 2)).toBeCloseTo(0.1 * 2.2621571628, 9);
  expect(low * high).toBeCloseTo(4, 12);
});

test("a ratio has the errors of both sides, with Welch's degrees of freedom", () => {
  const { value, standardError, degreesOfFreedom } = ratio(quantity(3, 0.03, 9), quantity(2, 0.04, 14));
  expect(value).toBe(1.5);
  expect(standardError).toBeCloseTo(0.05, 12);
  expect(degreesOfFreedom).toBeCloseTo(0.05 ** 4 / (0.03 ** 4 / 9 + 0.04 ** 4 / 14), 9);
});

test("one session stands for itself, and more narrow the error", () => {
  expect(pooled([quantity(2)])).toEqual(quantity(2));
  const two = pooled([quantity(2), quantity(8)]);
  expect(two.value).toBeCloseTo(4, 12);
  expect(two.standardError).toBeCloseTo(0.01 / Math.SQRT2, 12);
  expect(two.degreesOfFreedom).toBeCloseTo(18, 9);
});

test("one wild session of three does not move the value, and the median's own noise is counted", () => {
  const three = pooled([quantity(2), quantity(90), quantity(2.02)]);
  expect(three.value).toBeCloseTo(2.02, 12);
  expect(three.standardError).toBeCloseTo((0.01 * Math.sqrt(Math.PI / 2)) / Math.sqrt(3), 12);
});

test("sessions without any spread give an interval of no width, not NaN", () => {
  expect(interval(ratio(quantity(2, 0), quantity(2, 0)))).toEqual({ low: 1, high: 1 });
  expect(() => pooled([])).toThrow(RangeError);
});
