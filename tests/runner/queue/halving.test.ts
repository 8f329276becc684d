import { expect, test } from "vitest";
import { describeRun, halve, middleOf } from "../../../runner/queue/halving.ts";
import { plan } from "../../../runner/queue/queue.ts";
import { input, order, revisions } from "./queue-fixture.ts";

test("a backlog is halved: the newest, then the middle of the longest run, the newer of equals first", () => {
  expect(order(plan(input(8)))).toEqual([7, 3, 5, 1, 6, 4, 2, 0]);
});

test("each item says why", () => {
  const history = revisions(5).map((revision, number) => ({ ...revision, id: "abcde".charAt(number).repeat(40) }));
  const items = plan(input(0, { history, wanted: new Set(history.map(({ id }) => id)) }));
  expect(items.map(({ because }) => because)).toEqual([
    "newest revision",
    "middle of 4 unmeasured before eeeeeeeeeeee",
    "middle of 2 unmeasured before cccccccccccc",
    "unmeasured between cccccccccccc and eeeeeeeeeeee",
    "unmeasured before bbbbbbbbbbbb",
  ]);
});

test.each([1, 2, 3, 10, 61, 200])("of %i wanted revisions every one is planned exactly once", (count) => {
  const seen = order(plan(input(count)));
  expect([...seen].sort((a, b) => Number(a) - Number(b))).toEqual(Array.from({ length: count }, (_, number) => number));
});

test("after any prefix of a backlog of 64 was measured, the longest unmeasured run is no longer than halving allows", () => {
  const seen = order(plan(input(64)));
  for (const [prefix, limit] of [
    [1, 63],
    [2, 31],
    [4, 15],
    [8, 7],
    [16, 3],
    [32, 1],
  ] as const) {
    const measured = new Set(seen.slice(0, prefix));
    let longest = 0;
    let run = 0;
    for (let number = 0; number < 64; number++) {
      run = measured.has(number) ? 0 : run + 1;
      longest = Math.max(longest, run);
    }
    expect(longest).toBeLessThanOrEqual(limit);
  }
});

test("measured revisions part the runs: the longest is halved first, whatever its age", () => {
  const unmeasured = [true, true, true, false, true, false, true];
  expect(halve(unmeasured).map((run) => [run.from, run.to, middleOf(run)])).toEqual([
    [0, 2, 1],
    [6, 6, 6],
    [4, 4, 4],
    [2, 2, 2],
    [0, 0, 0],
  ]);
  expect(halve([false, false])).toEqual([]);
});

test("a run at both ends of the candidates names no neighbour", () => {
  expect(describeRun({ from: 0, to: 1 }, revisions(2))).toBe("middle of 2 unmeasured");
});
