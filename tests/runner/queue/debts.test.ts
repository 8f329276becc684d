import { expect, test } from "vitest";
import type { Failed, Measured, Session } from "../../../runner/model.ts";
import { plan, type QueueInput } from "../../../runner/queue/queue.ts";
import {
  benchmark,
  complete,
  failed,
  here,
  idOf,
  input,
  ok,
  order,
  session,
  stop,
  today,
  yesterday,
  type Outcomes,
} from "./queue-fixture.ts";

const corrected: Measured = { ...ok, workload: "corrected" };
const wrong: Failed = { ...failed, workload: "wrong" };
const listed = [benchmark("a", "corrected", ["compiled"]), benchmark("b", "corrected", ["compiled"])];
const allWrong: Outcomes = { a: { compiled: wrong }, b: { compiled: wrong } };
const allCorrected: Outcomes = { a: { compiled: corrected }, b: { compiled: corrected } };

/** What is planned, as [revision or "baseline", benchmarks owed]. */
function owed(count: number, more: Partial<QueueInput>): [number | "baseline", string[] | "all"][] {
  return plan(input(count, more)).map((item) => [order([item])[0] ?? "baseline", item.benchmarks ?? "all"]);
}

/** Two sessions of baselines in which `a` failed, the last one today. */
function failing(workload: string, setup: string): Session[] {
  return [yesterday, today].map((day) =>
    session("baseline", { a: { interpreted: { ...failed, workload } } }, { started: `${day}T10:00:00.000Z`, setup }),
  );
}

/** A session of baselines that failed as a whole today. */
function stopped(setup: string): Session[] {
  return [session("baseline", {}, { failure: stop, listed: [], started: `${today}T10:00:00.000Z`, setup })];
}

/** So many sessions of a revision, on different days, the last one today. */
function tried(times: number, revision: number, outcomes: Outcomes, more: Partial<Session> = {}): Session[] {
  return ["2026-11-20", yesterday, today]
    .slice(-times)
    .map((day) => session(revision, outcomes, { started: `${day}T10:00:00.000Z`, ...more }));
}

test("after a wrong command for all benchmarks was corrected, the next run measures the newest revision, and says why", () => {
  const sessions = tried(3, 0, allWrong);
  expect(plan(input(1, { sessions, benchmarks: listed }))).toMatchObject([
    { because: "newest revision, which failed with an earlier configuration or environment" },
  ]);
  expect(owed(1, { sessions, benchmarks: listed })).toEqual([[0, "all"]]);
  // As before the correction, its failures are results.
  const before = listed.map((one) => ({ ...one, workload: "wrong" }));
  expect(owed(1, { sessions, benchmarks: before })).toEqual([]);
});

test("older revisions without a value are the backlog again once the newest has values, not where the correction was another mistake", () => {
  const sessions = [0, 1, 2, 3].flatMap((number) => tried(2, number, allWrong));
  expect(order(plan(input(4, { sessions, benchmarks: listed })))).toEqual([3]);
  const works = [...sessions, ...tried(1, 3, allCorrected)];
  expect(order(plan(input(4, { sessions: works, benchmarks: listed })))).toEqual([1, 2, 0]);
  const failsAgain = [...sessions, ...tried(1, 3, { a: { compiled: { ...wrong, workload: "corrected" } }, b: { compiled: corrected } })];
  expect(owed(4, { sessions: failsAgain, benchmarks: listed })).toEqual([2, 1, 0].map((number) => [number, ["b"]]));
});

test("a failure of another workload is no result; a value of another one is, but for the newest revision", () => {
  const outcomes = { a: { compiled: { ...ok, workload: "wrong" } }, b: { compiled: wrong } };
  const newest = session(2, allCorrected);
  expect(owed(3, { sessions: [...tried(2, 0, outcomes), ...tried(2, 1, outcomes), newest], benchmarks: listed })).toEqual([
    [1, ["b"]],
    [0, ["b"]],
  ]);
  const items = plan(input(1, { sessions: tried(2, 0, outcomes), benchmarks: listed }));
  expect(items).toMatchObject([
    { benchmarks: ["a", "b"], because: "1 benchmark changed since; 1 failed with an earlier configuration or environment" },
  ]);
});

test("a corrected benchmark that fails again is tried on two days, then kept as failed", () => {
  const again = { a: { compiled: { ...failed, workload: "corrected" } }, b: { compiled: corrected } };
  const days = [1, 2].map((times) => tried(times, 0, again));
  expect(days.map((sessions) => owed(1, { sessions: [...tried(2, 0, allWrong), ...sessions], benchmarks: listed }))).toEqual([[], []]);
  const yesterdays = session(0, again, { started: `${yesterday}T11:00:00.000Z` });
  expect(owed(1, { sessions: [yesterdays], benchmarks: listed })).toEqual([[0, ["a"]]]);
});

test("a benchmark added since is measured at the newest revision at once, and owed by no older one", () => {
  const benchmarks = [benchmark("a", "w", ["compiled"]), benchmark("b", "w", ["compiled"]), benchmark("c", "w", ["compiled"])];
  const sessions = [session(0, complete), session(1, complete)];
  expect(plan(input(2, { sessions, benchmarks }))).toMatchObject([
    { subject: { revision: idOf(1) }, reason: "new", benchmarks: ["c"], because: "1 benchmark added since" },
  ]);
  expect(owed(2, { sessions: [...sessions, session(1, { c: { compiled: ok } }, { listed: benchmarks })], benchmarks })).toEqual([]);
  // Where the newest is not measured at all, it has them anyway.
  expect(owed(3, { sessions, benchmarks })).toEqual([[2, "all"]]);
});

test("a slow one that is added is measured at the newest of its revisions", () => {
  const benchmarks = [benchmark("a", "w", ["compiled"]), benchmark("b", "w", ["compiled"]), benchmark("slow", "w", ["compiled"])];
  const sessions = [0, 1, 2].map((number) => session(number, complete));
  const without = new Map([0, 1, 2].map((number) => [idOf(number), number === 2 ? ["sl*"] : []]));
  expect(owed(3, { sessions, benchmarks, without })).toEqual([[1, ["slow"]]]);
});

test("a benchmark that is no longer declared is owed by nobody, whatever became of it", () => {
  const benchmarks = [benchmark("a", "w", ["compiled"])];
  const half = session(0, { a: { compiled: ok } });
  const gone = session(0, { a: { compiled: ok }, b: { compiled: failed } });
  expect([half, gone].map((one) => owed(1, { sessions: [one], benchmarks }))).toEqual([[], []]);
  expect(owed(2, { sessions: [half, session(1, { a: { compiled: ok } })], benchmarks, onlyRevisions: new Set([idOf(0)]) })).toEqual([]);
});

test("collect fills the gaps of older revisions, benchmark by benchmark, in the benchmarks' present form", () => {
  const benchmarks = [benchmark("a", "w", ["compiled"]), benchmark("b", "new", ["compiled"]), benchmark("c", "w", ["compiled"])];
  const sessions = [0, 1, 2].map((number) => session(number, complete));
  const full = session(2, { b: { compiled: { ...ok, workload: "new" } }, c: { compiled: ok } });
  const items = plan(input(3, { sessions: [...sessions, full], benchmarks, onlyRevisions: new Set([0, 1, 2].map(idOf)) }));
  expect(items).toMatchObject([
    { subject: { revision: idOf(1) }, reason: "backfill", benchmarks: ["c", "b"] },
    { subject: { revision: idOf(0) }, reason: "backfill", benchmarks: ["c", "b"] },
  ]);
});

test("what was measured to link two forms is no value of the newest revision's own", () => {
  const sessions = [session(0, { a: { compiled: { ...ok, workload: "before" } }, b: { compiled: corrected } })];
  const bridged = session(0, { a: { compiled: corrected } }, { reason: "bridge" });
  expect(owed(1, { sessions: [...sessions, bridged], benchmarks: listed })).toEqual([[0, ["a"]]]);
  expect(owed(1, { sessions: [...sessions, session(0, { a: { compiled: corrected } })], benchmarks: listed })).toEqual([]);
});

test("after packages, requirements or limits were corrected, what failed for them is tried again", () => {
  const benchmarks = [benchmark("a", "w", ["compiled"]), benchmark("b", "w", ["compiled"])];
  const half = { a: { compiled: ok }, b: { compiled: failed } };
  const none = { a: { compiled: failed }, b: { compiled: failed } };
  const before = { setup: "before" };
  const sessions = [...tried(2, 0, none, before), ...tried(2, 1, half, before), ...tried(2, 2, half, before)];
  expect(owed(3, { sessions, benchmarks, setup: "before" })).toEqual([]);
  // A revision without any value is measured too, what works elsewhere; one with values keeps its failure, until an operator collects it.
  expect(owed(3, { sessions, benchmarks, setup: "now" })).toEqual([
    [2, ["b"]],
    [0, ["a"]],
  ]);
  const works = [...sessions, session(2, { b: { compiled: ok } }, { setup: "now" })];
  expect(owed(3, { sessions: works, benchmarks, setup: "now" })).toEqual([[0, "all"]]);
  expect(owed(3, { sessions: works, benchmarks, setup: "now", onlyRevisions: new Set([idOf(1)]) })).toEqual([[1, ["b"]]]);
});

test("in another environment, what failed at the newest revision is tried again", () => {
  const benchmarks = [benchmark("a", "w", ["compiled"]), benchmark("b", "w", ["compiled"])];
  const sessions = tried(2, 0, { a: { compiled: ok }, b: { compiled: failed } }, { environment: "e0aaaaaa" });
  expect(owed(1, { sessions, benchmarks })).toEqual([[0, ["b"]]]);
});

test("a revision that failed as a whole is unmeasured again where the configuration is another one", () => {
  const sessions = [0, 1].flatMap((revision) => tried(2, revision, {}, { failure: stop, listed: [], setup: "before" }));
  expect(owed(2, { sessions, benchmarks: listed, setup: "before" })).toEqual([]);
  expect(owed(2, { sessions, benchmarks: listed, setup: "now" })).toEqual([[1, "all"]]);
  const works = [...sessions, session(1, allCorrected, { setup: "now" })];
  expect(owed(2, { sessions: works, benchmarks: listed, setup: "now" })).toEqual([[0, "all"]]);
});

test("a revision at which the suite could not be listed is unmeasured again at the suite's next revision", () => {
  const failure = { ...stop, stage: "list" as const };
  const sessions = tried(2, 0, {}, { failure, listed: [] });
  expect(owed(1, { sessions, benchmarks: listed, suite: "s" })).toEqual([]);
  expect(owed(1, { sessions, benchmarks: listed, suite: "t" })).toEqual([[0, "all"]]);
  expect(owed(1, { sessions: tried(2, 0, {}, { failure: stop, listed: [] }), benchmarks: listed, suite: "t" })).toEqual([]);
});

test("nothing is measured for ever where a revision's listing differs from the suite's at one revision of the suite", () => {
  const sessions = tried(2, 0, { a: { compiled: wrong }, b: { compiled: { ...ok, workload: "wrong" } } });
  const more = [...listed, benchmark("c", "w", ["compiled"])];
  expect(owed(1, { sessions, benchmarks: more, suite: "s" })).toEqual([]);
  expect(owed(1, { sessions, benchmarks: more, suite: "t" })).toEqual([[0, ["c", "b", "a"]]]);
});

test("a changed branch is measured from its newest revision on, whatever the old one left", () => {
  const other = input(2).history.map((revision, number) => (number === 1 ? { ...revision, id: idOf(9) } : revision));
  const sessions = [session(0, complete), session(1, { a: { compiled: ok } }), session(2, { a: { compiled: failed } })];
  expect(owed(0, { history: other, wanted: new Set(other.map(({ id }) => id)), sessions })).toEqual([[9, "all"]]);
});

test("a baseline is owed at once where its command, the packages or the limits were corrected", () => {
  const benchmarks = [benchmark("a", "w")];
  const measured = session(0, complete, { setup: "now" });
  const baselines = (sessions: Session[]) => order(plan(input(1, { benchmarks, sessions: [measured, ...sessions], setup: "now" })));
  expect(baselines(failing("w", "now"))).toEqual([]);
  expect(baselines(failing("before", "now"))).toEqual(["baseline"]);
  expect(baselines(failing("w", "before"))).toEqual(["baseline"]);
  expect([baselines(stopped("now")), baselines(stopped("before"))]).toEqual([[], ["baseline"]]);
});

test("what another system failed at stays its result", () => {
  const sessions = [session(0, { a: { compiled: ok }, b: { compiled: wrong } }, { reason: "import", environment: here })];
  expect(owed(1, { sessions, benchmarks: listed })).toEqual([]);
});
