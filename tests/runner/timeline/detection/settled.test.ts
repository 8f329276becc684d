import { expect, test } from "vitest";
import { isBlocked, segmentsOf, type Settled } from "../../../../runner/timeline/detection/settled.ts";

const nothing: Settled = { changes: [], drifts: [], rejected: [] };

test("segments lie between changes and drifts, the newest first; readings inside a range belong to none", () => {
  expect(segmentsOf(50, nothing)).toEqual([{ from: 0, to: 50 }]);
  expect(segmentsOf(50, { ...nothing, changes: [{ split: 20, good: 14 }], drifts: [40] })).toEqual([
    { from: 40, to: 50 },
    { from: 20, to: 40 },
    { from: 0, to: 15 },
  ]);
  expect(
    segmentsOf(3, {
      ...nothing,
      changes: [
        { split: 1, good: 0 },
        { split: 2, good: 1 },
      ],
    }),
  ).toHaveLength(3);
});

test("what was rejected waits for more readings, each time for twice as many, and its neighbours after two tries", () => {
  const once = { ...nothing, rejected: [{ split: 30, noticed: 30 }] };
  expect([34, 35].map((newest) => isBlocked(30, newest, once))).toEqual([true, false]);
  expect(isBlocked(31, 31, once)).toBe(false);
  const twice = { ...nothing, rejected: [...once.rejected, { split: 30, noticed: 35 }] };
  expect([44, 45].map((newest) => isBlocked(30, newest, twice))).toEqual([true, false]);
  const around = { ...nothing, rejected: [29, 30].map((split) => ({ split, noticed: 32 })) };
  expect([36, 37].map((newest) => isBlocked(31, newest, around))).toEqual([true, false]);
});

test("what cannot be confirmed is never raised again, nor what lies just before a drift", () => {
  expect(isBlocked(30, 1000, { ...nothing, rejected: [{ split: 30, noticed: Infinity }] })).toBe(true);
  expect([30, 31, 40, 41].map((split) => isBlocked(split, 1000, { ...nothing, drifts: [40] }))).toEqual([false, true, true, false]);
});
