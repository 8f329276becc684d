import { describe, expect, test } from "vitest";
import { axisWidth, eachDayOnce, labelledIndexes } from "../../page/axis.ts";

describe("labelled places", () => {
  test("end with the last one in view, and none is too close to it", () => {
    expect(labelledIndexes({ low: -0.5, high: 39.5, step: 10, least: 4 })).toEqual([0, 10, 20, 30, 39]);
    expect(labelledIndexes({ low: -0.5, high: 41.5, step: 10, least: 4 })).toEqual([0, 10, 20, 30, 41]);
    expect(labelledIndexes({ low: 12.5, high: 30.5, step: 5, least: 5 })).toEqual([15, 20, 25, 30]);
  });

  test("are one where there is one, or room for one", () => {
    expect(labelledIndexes({ low: 6.5, high: 7.5, step: 1, least: 1 })).toEqual([7]);
    expect(labelledIndexes({ low: -0.5, high: 9.5, step: 5, least: 100 })).toEqual([9]);
  });
});

test("a day is named once, the last one at the last place", () => {
  expect(eachDayOnce(["a", "a", "b", "c", "c"])).toEqual(["a", "", "b", "", "c"]);
  expect(eachDayOnce(["a"])).toEqual(["a"]);
  expect(eachDayOnce(["a", "a"])).toEqual(["", "a"]);
});

test("an axis is as wide as its labels", () => {
  expect(axisWidth(undefined)).toBe(70);
  expect(axisWidth(["1.00 ms", "1.25 ms"])).toBe(70);
  expect(axisWidth(["10.000025 ms"])).toBeGreaterThan(12 * 7);
});
