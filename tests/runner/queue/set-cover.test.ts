import { expect, test } from "vitest";
import type { Session } from "../../../runner/model.ts";
import { setCover, type Need } from "../../../runner/queue/set-cover.ts";
import { complete, here, idOf, order, session } from "./queue-fixture.ts";
import { afterTransition } from "./upgrade-server.ts";

test("one session serves all benchmarks that it can", () => {
  const server = afterTransition({
    revisions: 20,
    benchmarks: ["often", "slowly"],
    // One of them changes every third revision only: its programs are run by several revisions.
    program: (benchmark, number) => (benchmark === "slowly" ? Math.floor(number / 3) : number),
  });
  const { items } = server.plan();
  const of = (name: string) => items.filter(({ benchmarks }) => benchmarks?.includes(name)).map((item) => server.numberOf(item));
  expect(of("often")).toEqual(expect.arrayContaining([18, 17, 16, 15, 14]));
  expect(new Set(of("slowly").map((number) => Math.floor(number / 3))).size).toBe(5);
  expect(items.length).toBeLessThan(10);
});

const cover = (needs: readonly Need[], sessions: readonly Session[] = []) =>
  setCover({
    needs,
    reason: "bridge",
    history: [0, 1, 2].map(idOf),
    sessions,
    environment: here,
    because: (count) => `${count} benchmarks`,
  }).map(({ subject, benchmarks, nth }) => [...order([{ subject, reason: "bridge", because: "" }]), benchmarks?.join(), nth]);

test("the revision that serves most benchmarks comes first, of equals the newest", () => {
  expect(
    cover([
      { benchmark: "a", revisions: [idOf(0), idOf(1)], sessions: 1 },
      { benchmark: "b", revisions: [idOf(0), idOf(1)], sessions: 1 },
      { benchmark: "c", revisions: [idOf(2)], sessions: 2 },
    ]),
  ).toEqual([
    [1, "a,b", 1],
    [2, "c", 1],
    [2, "c", 2],
  ]);
});

test("items are numbered after the sessions of their kind in this environment; unknown revisions are left out", () => {
  const done = [
    session(1, complete, { reason: "bridge" }),
    session(1, complete, { reason: "new" }),
    session(1, complete, { reason: "bridge", environment: "e2bbbbbb" }),
  ];
  expect(cover([{ benchmark: "a", revisions: [idOf(1)], sessions: 1 }], done)).toEqual([[1, "a", 2]]);
  expect(cover([{ benchmark: "a", revisions: [idOf(9)], sessions: 1 }])).toEqual([]);
});
