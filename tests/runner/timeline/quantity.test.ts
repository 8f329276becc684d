import { expect, test } from "vitest";
import { drawnInterval, interval, pooled, ratio } from "../../../runner/timeline/quantity.ts";

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
  expect(three.standardError).toBeCloseTo((0.01 * Math.sqrt(1.346)) / Math.sqrt(3), 5);
});

test("sessions without any spread, within them and between them, have an interval of no width", () => {
  const still = { sigma: 0, uncertainty: 0, pairs: 6, isOfSuite: false };
  expect(interval(pooled([quantity(2, 0), quantity(2, 0)], still))).toEqual({ low: 2, high: 2 });
});

test("the noise from session to session is added, and more sessions average it", () => {
  const noise = { sigma: 0.03, uncertainty: 0.0004, pairs: 6, isOfSuite: false };
  const one = pooled([quantity(2)], noise);
  expect(one.standardError ** 2).toBeCloseTo(0.01 ** 2 + 0.03 ** 2, 12);
  expect(one.degreesOfFreedom).toBeCloseTo(0.001 ** 2 / (0.01 ** 4 / 9 + 0.0004 ** 2), 9);
  const two = pooled([quantity(2), quantity(2)], noise);
  expect(two.standardError ** 2).toBeCloseTo((0.01 ** 2 + 0.03 ** 2) / 2, 12);
});

test("two values with the same noise know it no better than one", () => {
  const noise = { sigma: 0.03, uncertainty: 0.0004, pairs: 6, isOfSuite: false };
  const value = pooled([quantity(2, 0)], noise);
  expect(value.degreesOfFreedom).toBeCloseTo(0.0009 ** 2 / 0.0004 ** 2, 9);
  expect(ratio(value, value).degreesOfFreedom).toBeCloseTo(value.degreesOfFreedom, 9);
  const unrelated = { value: 2, standardError: 0.03, degreesOfFreedom: value.degreesOfFreedom };
  expect(ratio(unrelated, unrelated).degreesOfFreedom).toBeCloseTo(2 * value.degreesOfFreedom, 9);
});

test("sessions without any spread give an interval of no width, not NaN", () => {
  expect(interval(ratio(quantity(2, 0), quantity(2, 0)))).toEqual({ low: 1, high: 1 });
  expect(() => pooled([])).toThrow(RangeError);
});

test("the interval of charts is that of numbers, to a thousandth of its width", () => {
  for (const degreesOfFreedom of [1, 1.005, 1.3, 2.71, 9, 33.333, 250, 999, 1e5]) {
    const quantity = { value: 2, standardError: 0.003, degreesOfFreedom };
    const [drawn, exact] = [drawnInterval(quantity), interval(quantity)];
    const width = exact.high - exact.low;
    expect(Math.abs(drawn.low - exact.low) / width).toBeLessThan(1e-3);
    expect(Math.abs(drawn.high - exact.high) / width).toBeLessThan(1e-3);
  }
});
