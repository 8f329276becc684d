import { expect, test } from "vitest";
import type { Measured, Outcome, Session, WorkItem } from "../../../runner/model.ts";
import type { CachedBuild } from "../../../runner/build/cached-builds.ts";
import { isDrawn, isoWeek } from "../../../runner/queue/control-sampling.ts";
import { plan } from "../../../runner/queue/queue.ts";
import { benchmark, complete, failed, here, idOf, input, ok, order, session, stop, today, yesterday } from "./queue-fixture.ts";

test("the plan is what happens: planned again after each item, the rest stays in order", () => {
  const sessions: Session[] = [session(4, complete), session(9, complete)];
  let expected = order(plan(input(23, { sessions })));
  while (expected.length > 0) {
    const [next, ...rest] = expected;
    if (next === undefined || next === "baseline") throw new Error("only revisions here");
    sessions.push(session(next, complete));
    expected = order(plan(input(23, { sessions })));
    expect(expected).toEqual(rest);
  }
});

test("a revision that arrives is next, before the backlog", () => {
  expect(order(plan(input(9, { sessions: [session(7, complete)] })))[0]).toBe(8);
});

test("revisions that touch none of the paths are not planned", () => {
  expect(order(plan(input(6, { wanted: new Set([idOf(1), idOf(4)]) })))).toEqual([4, 1]);
});

test("an upgrade does not make the history unmeasured again, but its baselines are", () => {
  const before = [session(0, complete, { environment: "e2bbbbbb" }), session("baseline", complete, { environment: "e2bbbbbb" })];
  const items = plan(input(1, { sessions: before, benchmarks: [benchmark("a")] }));
  expect(items.map(({ subject, reason }) => [subject.kind, reason])).toEqual([["baseline", "baseline"]]);
});

test("what another host measured is measured here too", () => {
  expect(order(plan(input(1, { sessions: [session(0, complete, { host: "other", environment: "e2bbbbbb" })] })))).toEqual([0]);
});

test("collect measures again what was measured in another environment only", () => {
  const before = [session(0, complete, { environment: "e2bbbbbb" })];
  expect(order(plan(input(1, { sessions: before, onlyRevisions: new Set([idOf(0)]) })))).toEqual([0]);
});

test("collect plans its own revisions alone, as backfill", () => {
  const items = plan(input(6, { onlyRevisions: new Set([idOf(1), idOf(2)]), benchmarks: [benchmark("a")] }));
  expect(order(items)).toEqual([2, 1]);
  expect(items.map(({ reason }) => reason)).toEqual(["backfill", "backfill"]);
});

test("a revision whose session was closed early owes the rest of its own listing, after the newest, before the backlog", () => {
  const items = plan(input(4, { sessions: [session(1, { a: { compiled: ok } })] }));
  expect(order(items)).toEqual([3, 1, 2, 0]);
  expect(items[1]).toMatchObject({ benchmarks: ["b"], because: "1 of 2 benchmarks without a result" });
});

test("what a second session measured is not owed any more", () => {
  const sessions = [
    session(0, { a: { compiled: ok } }),
    session(0, { b: { compiled: ok } }, { listed: [benchmark("a"), benchmark("b"), benchmark("c")], started: `${today}T01:00:00.000Z` }),
  ];
  expect(plan(input(1, { sessions }))).toEqual([]);
});

test.each([
  ["today: not again today", [today], 0],
  ["yesterday: once more, whole", [yesterday], 1],
  ["twice: kept as failed", ["2026-11-20", yesterday], 0],
] satisfies [string, string[], number][])("a revision that failed as a whole %s", (_, days, owed) => {
  const sessions = days.map((day) => session(0, {}, { failure: stop, listed: [], started: `${day}T10:00:00.000Z` }));
  const items = plan(input(1, { sessions }));
  expect(items).toHaveLength(owed);
  for (const item of items) expect(item.benchmarks).toBeUndefined();
});

test("a revision that owes benchmarks and then fails as a whole is not tried for ever", () => {
  const partly = session(0, { a: { compiled: ok } }, { started: "2026-11-19T10:00:00.000Z" });
  const stops = ["2026-11-20", "2026-11-21"].map((day) => session(0, {}, { failure: stop, listed: [], started: `${day}T10:00:00.000Z` }));
  expect(plan(input(1, { sessions: [partly, ...stops] }))).toEqual([]);
});

test("baselines come first, one item for all that have none with their present workload", () => {
  const benchmarks = [benchmark("a"), benchmark("b", "edited"), benchmark("c"), benchmark("d", "w", ["compiled"])];
  const sessions = [session("baseline", { a: { interpreted: ok }, b: { interpreted: ok } })];
  const items = plan(input(1, { benchmarks, sessions }));
  expect(order(items)).toEqual(["baseline", 0]);
  expect(items[0]).toMatchObject({ reason: "baseline", benchmarks: ["b", "c"], because: "baselines missing in this environment: 2 of 3" });
});

test("a baseline is owed again where the packages that it uses changed, and nowhere else", () => {
  const benchmarks = [benchmark("a"), benchmark("b"), benchmark("c")];
  const outcomes = {
    a: { interpreted: { ...ok, fingerprint: "f1" } },
    b: { interpreted: { ...ok, fingerprint: "f1" } },
    c: { interpreted: ok },
  };
  const interpreted = new Map([
    ["a", "f1"],
    ["b", "f2"],
    ["c", "f2"],
  ]);
  const sessions = [session(0, { ...complete, c: { compiled: ok } }), session("baseline", outcomes)];
  expect(plan(input(1, { benchmarks, sessions, interpreted })).map((item) => item.benchmarks)).toEqual([["b"]]);
});

/** A session of baselines that failed as a whole. */
function stoppedOn(day: string): Session {
  return session("baseline", {}, { failure: stop, listed: [], started: `${day}T10:00:00.000Z` });
}

test("no baseline is planned while the suite cannot be listed; what failed before it could is no obstacle", () => {
  const benchmarks = [benchmark("a")];
  const sessions = [session(0, complete), stoppedOn("2026-11-19"), stoppedOn("2026-11-20"), stoppedOn(yesterday)];
  expect(plan(input(1, { benchmarks, sessions, isListingStale: true }))).toEqual([]);
  expect(order(plan(input(1, { benchmarks, sessions })))).toEqual(["baseline"]);
  expect(plan(input(1, { benchmarks, sessions: [...sessions, stoppedOn(today)] }))).toEqual([]);
});

test("a baseline that fails is tried on two days, then kept as failed", () => {
  const owed = [[today], [yesterday], ["2026-11-20", yesterday]].map((days) => {
    const sessions = days.map((day) => session("baseline", { a: { interpreted: failed } }, { started: `${day}T10:00:00.000Z` }));
    return plan(input(0, { benchmarks: [benchmark("a")], sessions })).length;
  });
  expect(owed).toEqual([0, 1, 0]);
});

test("after a transition baselines are measured until five pairs tell how noisy the new environment is", () => {
  const benchmarks = ["a", "b", "c"].map((name) => benchmark(name));
  const baseline = session("baseline", Object.fromEntries(benchmarks.map(({ name }) => [name, { interpreted: ok }])));
  const measured = { ...complete, c: { compiled: ok } };
  const before = session(0, measured, { environment: "e0aaaaaa" });
  const planned = (times: number) => plan(input(1, { benchmarks, sessions: [before, ...Array.from({ length: times }, () => baseline)] }));
  // Three benchmarks give three pairs with the second session, and enough with the third.
  expect([1, 2, 3].map((times) => planned(times).map(({ because }) => because))).toEqual([
    ["measure the noise of this environment: 0 of 5 pairs of sessions"],
    ["measure the noise of this environment: 3 of 5 pairs of sessions"],
    [],
  ]);
  // Without a transition one session is enough.
  expect(plan(input(1, { benchmarks, sessions: [session(0, measured), baseline] }))).toEqual([]);
});

test("bridges come after baselines and before what is new, sessions for a verdict after it", () => {
  const upgrade = {
    bridges: [{ subject: { kind: "revision" as const, revision: idOf(0) }, reason: "bridge" as const, because: "bridge" }],
    verifying: [{ subject: { kind: "revision" as const, revision: idOf(1) }, reason: "verify" as const, because: "verdict" }],
  };
  const items = plan(input(4, { benchmarks: [benchmark("a")], upgrade }));
  expect(items.map(({ reason }) => reason)).toEqual(["baseline", "bridge", "new", "verify", "new", "new", "new"]);
});

test("a slow benchmark is owed by its revisions alone, and items say who is without it", () => {
  const without = new Map([
    [idOf(0), []],
    [idOf(1), ["b"]],
    [idOf(2), ["b"]],
  ]);
  const listed = [benchmark("a"), benchmark("b")];
  expect(plan(input(3, { without })).map((item) => [...order([item]), item.without])).toEqual([
    [2, ["b"]],
    [1, ["b"]],
    [0, undefined],
  ]);
  const half = [0, 1, 2].map((number) => session(number, { a: { compiled: ok } }, { listed }));
  expect(plan(input(3, { without, sessions: half })).map((item) => [...order([item]), item.benchmarks])).toEqual([[0, ["b"]]]);
  const broken = session(1, { a: { compiled: ok }, b: { compiled: failed } }, { listed });
  expect(plan(input(3, { without, sessions: [session(0, complete), broken, session(2, complete)] }))).toEqual([]);
});

test("a pattern leaves out what it matches, of what a revision owes too", () => {
  const without = new Map(input(2).history.map(({ id }) => [id, ["b*"]]));
  const listed = [benchmark("a"), benchmark("b")];
  const half = [0, 1].map((number) => session(number, { a: { compiled: ok } }, { listed }));
  expect(plan(input(2, { without, sessions: half }))).toEqual([]);
  expect(plan(input(2, { without: new Map(), sessions: half }))).toHaveLength(2);
});

test("the revisions of decades are planned without a pause that anybody notices", { timeout: 30_000 }, () => {
  expect(plan(input(20_000))).toHaveLength(20_000);
});

const copy = (as: number): Outcome => ({ status: "reused", workload: "w", fingerprint: "f", as: idOf(as) });
const running = (fingerprint: string): Measured => ({ ...ok, fingerprint });

/** A session of each revision with that outcome of `a`; all else is measured. */
function story(outcomes: Record<number, Outcome>): Session[] {
  return Object.entries(outcomes).map(([number, a]) => session(Number(number), { a: { compiled: a }, b: { compiled: ok } }));
}

test("a revision that runs the programs of a neighbour owes nothing", () => {
  expect(plan(input(3, { sessions: story({ 0: running("f"), 1: copy(0), 2: copy(0) }) }))).toEqual([]);
});

test("a copy is owed once a revision between it and its original is found to run another program", () => {
  const sessions = story({ 0: running("f"), 1: running("g"), 2: copy(0), 3: copy(0) });
  const items = plan(input(4, { sessions }));
  expect(items.map(({ subject, benchmarks }) => [subject, benchmarks])).toEqual([
    [{ kind: "revision", revision: idOf(3) }, ["a"]],
    [{ kind: "revision", revision: idOf(2) }, ["a"]],
  ]);
  // Measured at the newer one, it has an original again.
  expect(plan(input(4, { sessions: [...sessions, session(3, { a: { compiled: running("f") } })] }))).toEqual([]);
});

test("collect leaves copies alone, whose originals may lie outside of its range", () => {
  expect(plan(input(1, { sessions: story({ 0: copy(7) }), onlyRevisions: new Set([idOf(0)]) }))).toEqual([]);
});

/** Cached builds of revisions from 100 on, all drawn this week and measured before. */
function drawn(count: number): { cachedBuilds: CachedBuild[]; sessions: Session[] } {
  const prints: string[] = [];
  for (let number = 0; prints.length < count; number++) {
    if (isDrawn({ fingerprints: { a: String(number) } }, isoWeek(today))) prints.push(String(number));
  }
  return {
    cachedBuilds: prints.map((a, index) => ({
      subject: { kind: "revision", revision: idOf(100 + index) },
      suite: "s",
      environment: here,
      fingerprints: { a },
      lastUsed: yesterday,
    })),
    sessions: prints.map((a, index) => session(100 + index, { a: { compiled: running(a) } })),
  };
}

const reasons = (items: readonly WorkItem[]) =>
  items.map(({ reason, because }) => (reason === "control" ? "control" : because.replace(/ .*/, "")));

test("controls come after the newest and what is begun, before the backlog, at most every fourth item", () => {
  const { cachedBuilds, sessions } = drawn(3);
  const partly = session(1, { a: { compiled: ok } });
  const items = plan(input(9, { cachedBuilds, sessions: [...sessions, partly] }));
  expect(reasons(items)).toEqual([
    "newest",
    "1",
    "control",
    "middle",
    "middle",
    "middle",
    "control",
    "unmeasured",
    "unmeasured",
    "unmeasured",
    "control",
    "unmeasured",
  ]);
});

test("planned again after each item, a backlog still has three of four items", () => {
  const { cachedBuilds, sessions } = drawn(4);
  const done: string[] = [];
  for (let step = 0; step < 12; step++) {
    const [next] = plan(input(40, { cachedBuilds, sessions }));
    if (next?.subject.kind !== "revision") throw new Error("only revisions here");
    done.push(next.reason);
    const number = Number.parseInt(next.subject.revision, 16);
    const started = `${today}T10:00:${String(step).padStart(2, "0")}.000Z`;
    sessions.push(session(number, complete, { reason: next.reason, started }));
  }
  expect(done.map((reason, index) => (reason === "control" ? index : -1)).filter((index) => index >= 0)).toEqual([1, 5, 9]);
});

const far = (number: number): WorkItem => ({
  subject: { kind: "revision", revision: idOf(number) },
  reason: "creeping",
  because: "confirm creeping change: sort +1.2 % over 25 programs: session 1 of at most 18",
});
const reasonsOf = (items: readonly WorkItem[]) => items.map(({ reason }) => reason);

test("pairs of programs far apart come after controls, and as rarely while others wait", () => {
  expect(reasonsOf(plan(input(6, { creeping: [far(0), far(1)] })))).toEqual([
    "new",
    "creeping",
    "new",
    "new",
    "new",
    "creeping",
    "new",
    "new",
  ]);
  const items = plan(input(6, { creeping: [far(0)], sessions: [session(5, complete, { reason: "creeping" })] }));
  expect(reasonsOf(items).indexOf("creeping")).toBeGreaterThan(1);
});

test("without a backlog controls are done one after the other, and never by collect", () => {
  const { cachedBuilds, sessions } = drawn(2);
  expect(reasons(plan(input(0, { cachedBuilds, sessions })))).toEqual(["control", "control"]);
  expect(plan(input(0, { cachedBuilds, sessions, onlyRevisions: new Set() }))).toEqual([]);
});

test("nothing to do without revisions", () => {
  expect(plan(input(0))).toEqual([]);
});

test("what was imported is measured: it is not owed, nor tried again where it failed", () => {
  const imported: Outcome = { status: "imported", workload: "w", seconds: 1, deviation: 0.01, taken: "2020-11-22T10:00:00.000000Z" };
  const old = { reason: "import" as const, environment: "old", started: "2020-11-22T10:00:00.000Z" };
  const sessions = [
    session(0, { a: { compiled: imported }, b: { compiled: failed } }, old),
    session(1, { a: { compiled: imported }, b: { compiled: imported } }, old),
  ];
  expect(plan(input(2, { sessions }))).toEqual([]);
  // Bridged since: what was not measured then is not owed either.
  const bridged = session(1, { a: { compiled: ok } }, { reason: "bridge" });
  expect(plan(input(2, { sessions: [...sessions, bridged] }))).toEqual([]);
});
