import { describe, expect, test } from "vitest";
import { measured, Server, type Simulation } from "../../../bench/detection/server.ts";
import type { WorkItem } from "../../../runner/model.ts";
import { unjudgedText } from "../../../runner/queue/changes.ts";
import { halve, middleOf } from "../../../runner/queue/halving.ts";
import { plan } from "../../../runner/queue/queue.ts";
import { standing } from "../../../runner/timeline/detection/readings.ts";
import { scalingFactor, idOf } from "../report/fixture.ts";

const slowerFrom =
  (from: number, factor = 1.05) =>
  (number: number): number =>
    number >= from ? factor : 1;

describe("a change is confirmed by sessions of its own", () => {
  const server = measured({ revisions: 20, truth: slowerFrom(18) });
  const asked = server.changes();
  const done = server.settle();

  test("the first is of the changed program, in words", () => {
    expect(asked.findings).toEqual([]);
    expect(asked.items).toHaveLength(1);
    expect(asked.items[0]).toMatchObject({
      subject: { revision: idOf(18) },
      reason: "confirm",
      benchmarks: ["sort"],
      because: expect.stringMatching(/^confirm sort \+[45]\.\d\d % at [0-9a-f]{12}: session 1 of at most 19$/),
    });
  });

  test("the others are pairs with its predecessor, one after the other", () => {
    expect(done.map((item) => server.numberOf(item))).toEqual([18, 17, 17, 18, 18, 17]);
    expect(new Set(done.map(({ nth }) => nth)).size).toBe(3);
  });

  test("the decision names both revisions, direction, size, and the sessions that made it", () => {
    expect(server.decisions).toEqual([
      expect.objectContaining({
        benchmark: "sort",
        outcome: "confirmed",
        found: "online",
        direction: "slower",
        firstBad: idOf(18),
        lastGood: idOf(17),
        skipped: 0,
        noticed: idOf(18),
        sessions: server.sessions.filter(({ reason }) => reason === "confirm").map(({ id }) => id),
      }),
    ]);
    const { change } = server.decisions[0] ?? {};
    expect(Math.abs((change?.phi ?? 0) - Math.log(1.05))).toBeLessThan(4 * (change?.standardError ?? 0));
  });

  test("nothing more follows from it, and later points are compared with the new level", () => {
    expect(server.changes()).toMatchObject({ items: [], findings: [], open: [] });
  });
});

test("a one-off outlier is rejected by one fresh session, and not raised again", () => {
  const server = measured({ revisions: 20, truth: (number, _, nth) => (number === 15 && nth === 0 ? 1.08 : 1) });
  expect(server.settle().map((item) => server.numberOf(item))).toEqual([15]);
  expect(server.decisions.map(({ outcome }) => outcome)).toEqual(["rejected"]);
  for (const number of [16, 17, 18, 19]) server.measure(number, { reason: "control" });
  expect(server.changes().items).toEqual([]);
});

test("a program that cannot be measured again ends it as unconfirmable, for good", () => {
  const server = measured({ revisions: 30, truth: (number, _, nth) => (number === 20 && nth > 0 ? undefined : slowerFrom(20)(number)) }, [
    ...Array(22).keys(),
  ]);
  server.settle();
  expect(server.decisions).toEqual([
    expect.objectContaining({ outcome: "unconfirmable", reason: "compile: cc said no", firstBad: idOf(20) }),
  ]);
  for (let number = 22; number < 30; number++) server.measure(number);
  server.settle();
  expect(server.decisions.filter(({ firstBad }) => firstBad === idOf(20))).toHaveLength(1);
});

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

test("what confirms a suspicion is no part of what raised it", () => {
  // The fresh session of the changed program is low: pooled with the first it would call off what it has to reject.
  const server = measured({ revisions: 20, truth: (number, _, nth) => (number === 19 && nth === 0 ? 1.009 : 1) });
  server.measure(19, { reason: "confirm", benchmarks: ["sort"] });
  const { findings } = server.changes();
  expect(findings).toEqual([expect.objectContaining({ outcome: "rejected", firstBad: idOf(19) })]);
});

describe("a change among revisions that were skipped", () => {
  const gap = [...Array(16).keys(), 24, 25];

  test("is bisected until it is known which it was", () => {
    const server = measured({ revisions: 26, truth: slowerFrom(21) }, gap);
    const done = server.settle();
    const bisecting = done.filter(({ reason }) => reason === "bisect");
    expect(bisecting.map((item) => server.numberOf(item))).toEqual([20, 22, 21]);
    expect(bisecting[0]?.because).toBe("find which of 9 revisions made sort slower: 8 of them unmeasured");
    expect(server.decisions).toEqual([
      expect.objectContaining({ outcome: "confirmed", firstBad: idOf(24), lastGood: idOf(15), skipped: 8 }),
      expect.objectContaining({
        outcome: "confirmed",
        found: "bisection",
        firstBad: idOf(21),
        lastGood: idOf(20),
        skipped: 0,
        supersedes: { firstBad: idOf(24), n: 1 },
      }),
    ]);
  });

  test("where one of them cannot be measured, the range around it stays", () => {
    const server = measured({ revisions: 26, truth: (number) => (number === 21 ? undefined : slowerFrom(22)(number)) }, gap);
    server.settle();
    expect(server.decisions.at(-1)).toMatchObject({ found: "bisection", lastGood: idOf(20), firstBad: idOf(22), skipped: 1 });
  });

  test("revisions that touch nothing that is measured are not among them", () => {
    const server = measured({ revisions: 26, truth: slowerFrom(24), wanted: (number) => gap.includes(number) }, gap);
    expect(server.settle().filter(({ reason }) => reason === "bisect")).toEqual([]);
    expect(server.decisions).toEqual([expect.objectContaining({ skipped: 0, firstBad: idOf(24) })]);
  });

  test("a benchmark that is measured on some revisions only is measured alone on the others", () => {
    const slow = new Map(Array.from({ length: 48 }, (_, number) => [idOf(number), number % 4 === 0 ? [] : ["sort"]]));
    const server = new Server({
      revisions: 48,
      benchmarks: ["sort", "other"],
      truth: (number, name) => (name === "sort" ? slowerFrom(42)(number) : 1),
      without: slow,
    });
    for (let number = 0; number < 48; number++) server.measure(number, { benchmarks: number % 4 === 0 ? ["sort", "other"] : ["other"] });
    const bisecting = server.settle().filter(({ reason }) => reason === "bisect");
    expect(bisecting.map((item) => [server.numberOf(item), item.benchmarks])).toEqual([
      [42, ["sort"]],
      [41, ["sort"]],
    ]);
    expect(server.decisions.at(-1)).toMatchObject({ firstBad: idOf(42), skipped: 0 });
  });
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

/** The new environment takes half the time; whether the code is slower is another matter. */
function afterTransition(slower: number, standardError: number): Server {
  const server = new Server({
    revisions: 21,
    truth: (number, _, _nth, environment) => slowerFrom(20, slower)(number) * (environment === "here" ? 0.5 : 1),
  });
  server.environment = "before";
  for (let number = 0; number < 20; number++) server.measure(number);
  server.environment = "here";
  const places = [
    { environment: "before", workload: "w" },
    { environment: "here", workload: "w" },
  ] as const;
  server.scalingFactors = [scalingFactor(...places, Math.log(0.5), { factor: { phi: Math.log(0.5), standardError, degreesOfFreedom: 8 } })];
  server.measure(20);
  return server;
}

describe("the first revision after a transition", () => {
  test("is compared with what is linked, and confirmed by its predecessor measured after the transition", () => {
    const server = afterTransition(1.04, 0.002);
    const done = server.settle();
    expect(done.map((item) => server.numberOf(item))).toEqual([20, 19, 19, 20, 20, 19]);
    expect(server.sessions.slice(21).every(({ environment }) => environment === "here")).toBe(true);
    expect(server.decisions).toEqual([expect.objectContaining({ outcome: "confirmed", firstBad: idOf(20), lastGood: idOf(19) })]);
    expect(server.decisions[0]?.change?.phi).toBeCloseTo(Math.log(1.04), 2);
  });

  test("shows no change where the code has none, nor where the factor is not known well enough", () => {
    expect(afterTransition(1, 0.002).changes().items).toEqual([]);
    expect(afterTransition(1.04, 0.02).changes().items).toEqual([]);
  });

  test("starts a new level and is no change where it is the factor that is wrong", () => {
    const server = afterTransition(1, 0.002);
    server.scalingFactors = server.scalingFactors.map((one) => ({
      ...one,
      factor: { phi: Math.log(0.48), standardError: 0.002, degreesOfFreedom: 8 },
    }));
    server.settle();
    expect(server.decisions.map(({ outcome }) => outcome)).toEqual(["drifted"]);
  });
});

/** The confirmed changes that stand, oldest first. */
function confirmedBy(server: Server): { at: number; skipped: number; direction: string }[] {
  return standing(server.decisions)
    .filter(({ outcome }) => outcome === "confirmed")
    .map(({ firstBad, skipped, direction }) => ({ at: server.history.findIndex(({ id }) => id === firstBad), skipped, direction }))
    .sort((a, b) => a.at - b.at);
}

/** Measures revisions in that order, and lets everything be decided after each. */
function decidedIn(order: readonly number[], how: Simulation): Server {
  const server = new Server(how);
  const known = new Set<number>();
  for (const number of order) {
    if (known.has(number)) continue;
    server.measure(number);
    known.add(number);
    for (const item of server.settle(200)) known.add(server.numberOf(item));
  }
  return server;
}

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

test("the size of a range that is narrowed is that of its own boundary, not of the range", () => {
  const how: Simulation = { revisions: 60, truth: (number) => (number >= 50 ? 0.97 : 1) * (number >= 40 ? 1.05 : 1) };
  const server = decidedIn([...Array(32).keys(), 55, 56, 57, 58, 59], how);
  expect(confirmedBy(server)).toEqual([
    { at: 40, skipped: 0, direction: "slower" },
    { at: 50, skipped: 0, direction: "faster" },
  ]);
  const sizes = standing(server.decisions).flatMap(({ outcome, change }) => (outcome === "confirmed" && change ? [change.phi] : []));
  expect(sizes.sort((a, b) => a - b).map((phi) => phi.toFixed(2))).toEqual([Math.log(0.97).toFixed(2), Math.log(1.05).toFixed(2)]);
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
