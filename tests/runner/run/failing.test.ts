import { expect, test } from "vitest";
import { isNothingMeasured } from "../../../runner/run/failing.ts";
import type { Failing } from "../../../runner/timeline/failing.ts";

const failure = { stage: "run" as const, message: "it ended with exit code 127", output: "" };
const none: Failing = { benchmarks: [], measured: [], unmeasured: [] };

test("a single revision that fails as a whole is an ordinary result; two in a row are not", () => {
  const after = (revisions: number): Failing => ({ ...none, all: { since: "a".repeat(40), revisions, failure } });
  expect([1, 2, 4].map((revisions) => isNothingMeasured(after(revisions)))).toEqual([false, true, true]);
  expect([none, undefined].map(isNothingMeasured)).toEqual([false, false]);
});

test("a single benchmark may fail at every revision", () => {
  expect(isNothingMeasured({ ...none, benchmarks: [{ benchmark: "sort", since: "a".repeat(40), revisions: 99, failure }] })).toBe(false);
});
