import { expect, test } from "vitest";
import { canonicalJson, sixDigits } from "../../../runner/store/canonical.ts";

test("keys are sorted at every depth, and each benchmark has a line", () => {
  const text = canonicalJson({ z: { b: 1, a: [{ d: true, c: null }] }, benchmarks: { two: { y: 1, x: "é" }, one: {} }, absent: undefined });
  expect(text).toBe('{\n"benchmarks": {\n"one": {},\n"two": {"x":"é","y":1}\n},\n"z": {"a":[{"c":null,"d":true}],"b":1}\n}\n');
});

test("each scaling factor has a line too", () => {
  const text = canonicalJson({ scalingFactors: [{ to: "b", from: "a" }, { to: "c" }], n: 1, none: { scalingFactors: [] } });
  expect(text).toBe('{\n"n": 1,\n"none": {"scalingFactors":[]},\n"scalingFactors": [\n{"from":"a","to":"b"},\n{"to":"c"}\n]\n}\n');
});

test("numbers keep six significant digits, integers all", () => {
  expect([0.123456789, 1234.56789, 1e-9 / 3, 1234567890, 0].map(sixDigits)).toEqual([0.123457, 1234.57, 3.33333e-10, 1234567890, 0]);
  expect(canonicalJson({ seconds: 0.00123456789 })).toBe('{\n"seconds": 0.00123457\n}\n');
});

test("the text does not depend on the order of insertion, and reads back as the same value", () => {
  const value = { benchmarks: { b: { compiled: 0.5 }, a: { interpreted: 2 } }, id: "x" };
  expect(canonicalJson({ id: "x", benchmarks: { a: { interpreted: 2 }, b: { compiled: 0.5 } } })).toBe(canonicalJson(value));
  expect(JSON.parse(canonicalJson(value))).toEqual(value);
});

test.each([Number.NaN, Number.POSITIVE_INFINITY])("%d is refused instead of stored as null", (value) => {
  expect(() => canonicalJson({ value })).toThrow(TypeError);
});
