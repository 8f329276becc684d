import { expect, test } from "vitest";
import { creepingRanges } from "../../../../runner/timeline/detection/ranges.ts";
import { decision, history, idOf } from "../../report/fixture.ts";

const positions = new Map(history(40).map(({ id }, index) => [id, index]));
const range = decision(30, {
  outcome: "creeping",
  found: "creeping",
  lastGood: idOf(5),
  change: { phi: 0.04, standardError: 0.003, degreesOfFreedom: 9 },
});
const since = (number: number, phi: number, changes: Parameters<typeof decision>[1] = {}) =>
  decision(number, { written: "2026-07-02T00:00:00.000Z", change: { phi, standardError: 0.004, degreesOfFreedom: 9 }, ...changes });
const left = (...others: ReturnType<typeof decision>[]) => creepingRanges([range, ...others], positions).map(({ change }) => change);

test("a change confirmed since is taken out of the range that it lies in, its error added", () => {
  expect(left()).toEqual([range.change]);
  const [change] = left(since(10, 0.02));
  expect(change?.phi).toBeCloseTo(0.02, 12);
  expect(change?.standardError).toBeCloseTo(0.005, 12);
});

test("a range that changes since explain is none any more", () => {
  expect(left(since(10, 0.04))).toEqual([]);
});

test.each([
  ["outside of the range", since(35, 0.04)],
  ["that was known when the range was found", since(10, 0.04, { written: "2026-06-30T00:00:00.000Z" })],
  ["of another benchmark", since(10, 0.04, { benchmark: "tree" })],
  ["that was not confirmed", since(10, 0.04, { outcome: "rejected" })],
])("a change %s explains nothing of it", (_, other) => {
  expect(left(other)).toEqual([range.change]);
});

test("narrowing down a change that was known before tells nothing new of its size", () => {
  const wide = decision(12, { skipped: 4, written: "2026-06-30T00:00:00.000Z" });
  expect(left(wide, since(10, 0.04, { supersedes: { firstBad: wide.firstBad, n: wide.n } }))).toEqual([range.change]);
});
