import { describe, expect, test } from "vitest";
import { measured, Server, type Simulation } from "../../../bench/detection/server.ts";
import type { WorkItem } from "../../../runner/model.ts";
import { unjudgedText } from "../../../runner/queue/changes.ts";
import { halve, middleOf } from "../../../runner/queue/halving.ts";
import { plan } from "../../../runner/queue/queue.ts";
import { idOf } from "../report/fixture.ts";
import { slowerFrom, confirmedBy, decidedIn } from "./changes-server.ts";

test("the order in which sessions are read, or in which revisions were measured, changes nothing", () => {
  const server = measured({ revisions: 20, noise: 0, truth: slowerFrom(18) });
  server.measure(18, { reason: "confirm", benchmarks: ["sort"] });
  const asked = server.changes();
  expect(asked.items.map((item) => server.numberOf(item))).toEqual([17]);
  server.sessions.reverse();
  expect(server.changes()).toEqual(asked);
  const newestFirst = measured({ revisions: 20, noise: 0, truth: slowerFrom(18) }, [...Array(20).keys()].reverse());
  newestFirst.measure(18, { reason: "confirm", benchmarks: ["sort"] });
  expect(newestFirst.changes().items).toEqual(asked.items);
});

test("one session serves all benchmarks that changed at a revision", () => {
  const server = measured({
    revisions: 20,
    benchmarks: ["a", "b", "c"],
    truth: (number, name) => (name === "c" ? 1 : slowerFrom(18)(number)),
  });
  expect(server.changes().items.map(({ benchmarks, because }) => [benchmarks, because.includes("and 1 more")])).toEqual([
    [["a", "b"], true],
  ]);
  server.settle();
  expect(server.decisions.map(({ benchmark, outcome }) => `${benchmark} ${outcome}`)).toEqual(["a confirmed", "b confirmed"]);
});

test("cached builds are measured again rather than built anew", () => {
  const server = measured({ revisions: 20, truth: slowerFrom(18), program: (number) => (number === 19 ? 18 : number) });
  const kept = { suite: "s0", environment: "here", fingerprints: {}, lastUsed: "" };
  server.cachedBuilds = [{ ...kept, subject: { kind: "revision", revision: idOf(18) } }];
  expect(server.changes().items[0]).toMatchObject({ subject: { revision: idOf(18) }, suite: "s0" });
  server.cachedBuilds = [];
  expect(server.changes().items[0]).toMatchObject({ subject: { revision: idOf(19) } });
  expect(server.changes().items[0]).not.toHaveProperty("suite");
});

test("while the machine is not what it was, suspicions wait", () => {
  const names = Array.from({ length: 12 }, (_, index) => `b${index}`);
  const server = measured({
    revisions: 20,
    benchmarks: names,
    truth: (number, name, nth) => (nth > 0 ? 1.03 : name === "b0" ? slowerFrom(18)(number) : 1),
  });
  expect(server.changes().items).toHaveLength(1);
  server.measure(5, { reason: "control" });
  // One set of controls may be chance: it is repeated before anything else.
  expect(server.changes()).toMatchObject({ machine: "suspected", items: [], findings: [] });
  expect(server.changes().open).toHaveLength(names.length);
  server.measure(6, { reason: "control" });
  expect(server.changes()).toMatchObject({ machine: "moved", items: [], findings: [] });
  expect(server.changes().open).toHaveLength(names.length);
});

test("in the queue they come before new revisions and after bridges, and take every second place at most", () => {
  const server = measured({ revisions: 24, benchmarks: ["a", "b"], truth: (number, name) => slowerFrom(name === "a" ? 16 : 18)(number) }, [
    ...Array(20).keys(),
  ]);
  const asked = server.changes().items;
  expect(asked).toHaveLength(2);
  const bridge: WorkItem = { subject: { kind: "revision", revision: idOf(3) }, reason: "bridge", because: "" };
  const queue = (): (string | number)[] =>
    plan({
      history: server.history,
      wanted: new Set(server.history.map(({ id }) => id)),
      sessions: server.sessions,
      host: "host",
      environment: "here",
      benchmarks: server.listed,
      today: "2026-02-01",
      changes: asked,
      upgrade: { bridges: [bridge], verifying: [] },
    }).map(({ reason }) => reason);
  expect(queue()).toEqual(["bridge", "confirm", "new", "confirm", "new", "new", "new"]);
  server.measure(18, { reason: "confirm" });
  expect(queue()).toEqual(["bridge", "new", "confirm", "new", "confirm", "new", "new"]);
});

describe("the settled history does not depend on the order of measuring", () => {
  /** Slower at 15, faster at 30 and back right after, slower twice at 44 and 45. */
  const how: Simulation = {
    revisions: 60,
    noise: 0.002,
    truth: (number) => (number >= 15 ? 1.1 : 1) * (number === 30 ? 0.95 : 1) * (number >= 44 ? 1.05 : 1) * (number >= 45 ? 1.05 : 1),
  };
  const forward = Array.from({ length: how.revisions }, (_, number) => number);
  const orders = {
    "in order": forward,
    reversed: forward.toReversed(),
    "by halving": [59, ...halve(forward.slice(0, 59).map(() => true)).map(middleOf)],
  };

  test.each(Object.entries(orders))("%s", (_, order) => {
    expect(confirmedBy(decidedIn(order, how))).toEqual([
      { at: 15, skipped: 0, direction: "slower" },
      { at: 30, skipped: 0, direction: "faster" },
      { at: 31, skipped: 0, direction: "slower" },
      { at: 44, skipped: 0, direction: "slower" },
      { at: 45, skipped: 0, direction: "slower" },
    ]);
  });
});

test("a machine that moved both programs is a drift: told once, and a new level starts", () => {
  const server = new Server({ revisions: 40, truth: (number, _, nth) => (number >= 20 || nth > 0 ? 1.04 : 1) });
  for (let number = 0; number < 40; number++) {
    server.measure(number);
    server.settle();
  }
  expect(server.decisions.filter(({ outcome }) => outcome === "drifted")).toHaveLength(1);
  expect(server.decisions.filter(({ outcome }) => outcome === "confirmed")).toEqual([]);
});

test("a benchmark of which no change can be detected yet is named, until enough programs are measured or sessions repeated", () => {
  const few = measured({ revisions: 20, benchmarks: ["sort", "tree"] }, [0, 1, 2]);
  expect(unjudgedText(few.changes())).toBe(
    "cannot detect changes of 2 benchmarks (sort, tree) until 9 programs are measured or 5 sessions repeated",
  );
  for (const number of [0, 0, 1, 1, 2]) few.measure(number, { reason: "control", benchmarks: ["sort"] });
  expect(unjudgedText(few.changes())).toMatch(/^cannot detect changes of 1 benchmark \(tree\)/);
  for (let number = 3; number < 9; number++) few.measure(number);
  expect(unjudgedText(few.changes())).toBeUndefined();
});

test.each([
  { name: "five A/A pairs", controls: [0, 0, 1, 1, 1], changed: [{ at: 2, skipped: 0, direction: "slower" }] },
  { name: "four", controls: [0, 0, 1, 1], changed: [] },
])("with $name a large change is found at the third program, or not before the ninth", ({ controls, changed }) => {
  const server = measured({ revisions: 3, noise: 0.005, truth: slowerFrom(2, 1.3) }, [0, 1]);
  for (const number of controls) server.measure(number, { reason: "control" });
  server.measure(2);
  server.settle();
  expect(confirmedBy(server)).toEqual(changed);
  expect(server.changes().unjudged).toEqual(changed.length > 0 ? [] : ["sort"]);
});
