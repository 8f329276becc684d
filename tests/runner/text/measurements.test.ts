import { expect, test } from "vitest";
import {
  changeText,
  factorText,
  scalingFactorText,
  isSignificant,
  noiseText,
  secondsText,
  tickText,
  unitFor,
  valueAndInterval,
} from "../../../runner/text/measurements.ts";

const noise = (sigma: number, pairs: number, isOfSuite: boolean) => noiseText({ sigma, pairs, isOfSuite, uncertainty: 0 });
const quantity = (value: number, standardError: number) => ({ value, standardError, degreesOfFreedom: 9 });

test("a unit leaves one to three digits before the point, from nanoseconds to hours", () => {
  expect([2e-7, 1e-6, 0.00099, 0.001, 0.999, 1, 299, 300, 7199, 7200, 36000].map((seconds) => unitFor(seconds).symbol)).toEqual(
    "ns µs µs ms ms s s min min h h".split(" "),
  );
  for (const seconds of [3e-9, 4.2e-7, 5e-5, 0.02, 7, 200, 4000, 30000]) {
    const { perSecond } = unitFor(seconds);
    expect(seconds * perSecond).toBeGreaterThanOrEqual(1);
    expect(seconds * perSecond).toBeLessThan(1000);
  }
  expect(secondsText(quantity(5400, 0.001), unitFor(5400))).toBe("90.00 ± 0.20 min");
});

test("a label on an axis is exact, whatever the step", () => {
  const ms = unitFor(0.003);
  const labels = (step: number, first: number, count: number) =>
    Array.from({ length: count }, (_, index) => tickText((first + index) * step, step, ms));
  expect(labels(0.25, 11, 4)).toEqual(["2.75 ms", "3.00 ms", "3.25 ms", "3.50 ms"]);
  expect(labels(2.5, 1, 3)).toEqual(["2.5 ms", "5.0 ms", "7.5 ms"]);
  expect(labels(0.1, 3, 3)).toEqual(["0.3 ms", "0.4 ms", "0.5 ms"]);
  expect(labels(0.002, 1, 2)).toEqual(["0.002 ms", "0.004 ms"]);
  expect(labels(25, 1, 2)).toEqual(["25 ms", "50 ms"]);
  for (const factor of [1, 2, 2.5, 5]) {
    for (const power of [-6, -3, -1, 0, 2]) {
      const step = factor * 10 ** power;
      for (const [index, label] of labels(step, 1, 9).entries()) expect(Number.parseFloat(label)).toBeCloseTo((index + 1) * step, 10);
    }
  }
});

test("a value is as exact as its interval", () => {
  const unit = unitFor(0.0123);
  expect(secondsText(quantity(0.0123456, 0.001), unit)).toBe("12.346 ± 0.028 ms");
  expect(secondsText(quantity(0.0123456, 0.1), unit)).toBe("12.3 ± 2.8 ms");
  expect(secondsText(quantity(0.0123456, 0), unit)).toBe("12.35 ms");
  expect(valueAndInterval(quantity(0.0123456, 0.001), unit)).toEqual(["12.346 ms", "12.318 … 12.374"]);
  expect(valueAndInterval(quantity(0.0123456, 0), unit)).toEqual(["12.35 ms", "12.35 … 12.35"]);
});

test("a very noisy value is shown from low to high, with ± only where half the interval is no more than half the value", () => {
  const unit = unitFor(0.0123);
  // Student's t of 9 degrees of freedom is 2.262, so these reach asinh(.5) = .4812 less and more than a thousandth.
  expect(secondsText(quantity(0.0123456, 0.2127), unit)).toBe("12.3 ± 6.2 ms");
  expect(secondsText(quantity(0.0123456, 0.2129), unit)).toBe("7.6 … 20 ms");
  expect(valueAndInterval(quantity(0.0123456, 1), unit)).toEqual(["12 ms", "1.3 … 120"]);
  expect(changeText(quantity(1, 0.2127))).toBe("0 % ± 50 %");
  expect(changeText(quantity(1, 0.2129))).toBe("−38 % … +62 %");
  expect(changeText(quantity(1, 1))).toBe("−90 % … +860 %");
  expect(scalingFactorText(0, 0.5)).toBe("1.0000 ± 50 %");
  expect(scalingFactorText(0, 0.51)).toBe("0.61 … 1.6");
});

test("an interval whose ends are more than a hundredfold apart is not shown: it says nothing", () => {
  const unit = unitFor(0.0123456);
  expect(secondsText(quantity(0.0123456, 3), unit)).toBe("12.35 ms (error above a factor of 10)");
  expect(valueAndInterval(quantity(0.0123456, 3), unit)).toEqual(["12.35 ms", "error above a factor of 10"]);
  expect(changeText(quantity(1.02, 3))).toBe("+2.0 % (error above a factor of 10)");
  expect(scalingFactorText(0, 80)).toBe("1 (error above a factor of 10)");
});

test("changes have a sign, and none where they round to nothing", () => {
  expect(changeText(quantity(0.979, 0.001))).toBe("−2.10 % ± 0.22 %");
  expect(changeText(quantity(1.5, 0.01))).toBe("+50.0 % ± 3.4 %");
  expect(changeText(quantity(1.000001, 0.001))).toBe("0.00 % ± 0.23 %");
  expect(changeText(quantity(1, 0))).toBe("0.00 % ± 0.00 %");
});

test("a change is significant where its interval leaves out no change", () => {
  expect(isSignificant(quantity(1.01, 0.001))).toBe(true);
  expect(isSignificant(quantity(0.99, 0.001))).toBe(true);
  expect(isSignificant(quantity(1.001, 0.001))).toBe(false);
  expect(isSignificant(quantity(1, 0))).toBe(false);
});

test("factors have three digits", () => {
  expect([0.123456, 1, 3.2149, 42.42, 1234].map((value) => factorText(quantity(value, 0.1)))).toEqual([
    "0.123×",
    "1.00×",
    "3.21×",
    "42.4×",
    "1234×",
  ]);
});

test("noise says from how many pairs it is known, and whose", () => {
  expect(noise(0.00214, 7, false)).toBe("session to session: 0.21 %, from 7 pairs");
  expect(noise(0.0123, 1, true)).toBe("session to session: 1.2 %, the suite's median (1 pair of its own)");
  expect(noise(0.002, 0, true)).toBe("session to session: 0.2 %, the suite's median (no pairs of its own)");
  expect(noise(0, 5, false)).toBe("session to session: no difference seen, from 5 pairs");
});
