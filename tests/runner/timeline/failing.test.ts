import { describe, expect, test } from "vitest";
import type { Failure, Listed, Session } from "../../../runner/model.ts";
import { failingBenchmarks, type Failing } from "../../../runner/timeline/failing.ts";
import { resultsOf } from "../../../runner/timeline/results-builder.ts";
import { failed, history, idOf, measured, session, type Outcomes } from "../report/fixture.ts";

const exited: Failure = { stage: "run", message: "it ended with exit code 127: sort: not found", output: "" };
const listed: Listed[] = ["hash", "sort"].map((name) => ({ name, group: "main", variants: ["compiled"], workload: "w1" }));

/** Outcomes by name: true is a value. */
function outcomes(those: Record<string, boolean>, workload = "w1"): Outcomes {
  return Object.fromEntries(
    Object.entries(those).map(([name, ok]) => [name, { compiled: ok ? measured(1, { workload }) : failed(exited, workload) }]),
  );
}
const both = (ok: boolean): Outcomes => outcomes({ hash: ok, sort: ok });

function failing(sessions: readonly Session[], more: Partial<Parameters<typeof failingBenchmarks>[0]> = {}): Failing {
  return failingBenchmarks({ history: history(6), results: resultsOf(sessions), host: "host", environment: "e1", listed, ...more });
}

describe("a benchmark fails", () => {
  test("since the first revision of the row that ends at the newest one tried, skipped revisions left out", () => {
    const sessions = [
      session(0, outcomes({ sort: false, hash: true }), { serial: 0 }),
      session(1, both(true), { serial: 1 }),
      session(2, outcomes({ sort: false, hash: true }), { serial: 2 }),
      session(3, outcomes({ hash: true }), { serial: 3 }),
      session(5, outcomes({ sort: false, hash: true }), { serial: 4 }),
    ];
    expect(failing(sessions)).toEqual({
      benchmarks: [{ benchmark: "sort", since: idOf(2), revisions: 2, failure: exited }],
      measured: [{ benchmark: "hash", revision: idOf(5) }],
      unmeasured: [],
    });
  });

  test("by the order of the history, not by when revisions were measured", () => {
    const backlog = [session(5, both(true), { serial: 0 }), session(4, outcomes({ sort: false, hash: true }), { serial: 1 })];
    expect(failing(backlog).benchmarks).toEqual([]);
    const older = [session(5, outcomes({ sort: false, hash: true }), { serial: 0 }), session(4, both(false), { serial: 1 })];
    expect(failing(older).benchmarks).toMatchObject([{ benchmark: "sort", since: idOf(4), revisions: 2 }]);
  });

  test("not where another try at the revision had a value, before or after", () => {
    const tries = [session(5, outcomes({ sort: false, hash: true }), { serial: 0 }), session(5, outcomes({ sort: true }), { serial: 1 })];
    expect(failing(tries).benchmarks).toEqual([]);
    expect(failing([...tries, session(5, outcomes({ sort: false }), { serial: 2, reason: "control" })]).benchmarks).toEqual([]);
  });

  test("by no result of another host, environment, workload or of a revision outside of the history", () => {
    const broken = both(false);
    expect(failing([session(5, broken, { host: "other" })]).unmeasured).toEqual(["hash", "sort"]);
    expect(failing([session(5, broken, { environment: "e2" })]).unmeasured).toEqual(["hash", "sort"]);
    expect(failing([session(5, outcomes({ sort: false, hash: false }, "w0"))])).toEqual({
      benchmarks: [],
      measured: [],
      unmeasured: ["hash", "sort"],
    });
    expect(failing([session(9, broken)]).benchmarks).toEqual([]);
  });

  test("where its revision failed before it: with that failure, if it was among what the revision owed", () => {
    const failure: Failure = { stage: "checkout", message: "its submodule is gone", output: "" };
    const sessions = [session(4, both(true), { serial: 0 }), session(5, {}, { serial: 1, failure, listed: [] })];
    expect(failing(sessions).benchmarks).toMatchObject(["hash", "sort"].map((benchmark) => ({ benchmark, since: idOf(5), failure })));
    expect(failing([session(5, {}, { failure, listed: ["hash"] })])).toMatchObject({
      benchmarks: [{ benchmark: "hash" }],
      unmeasured: ["sort"],
    });
  });

  test("though its name is one that JavaScript knows", () => {
    const names = listed.slice(1).map((one) => ({ ...one, name: "constructor" }));
    expect(failing([session(5, outcomes({ constructor: false }))], { listed: names }).benchmarks).toMatchObject([
      { benchmark: "constructor" },
    ]);
  });
});

describe("every benchmark fails", () => {
  test("since the first of the newest revisions in a row of which none has a value", () => {
    const sessions = [0, 1, 2, 3].map((number) => session(number, both(number === 0), { serial: number }));
    expect(failing(sessions).all).toEqual({ since: idOf(1), revisions: 3, failure: exited });
    expect(failing([...sessions, session(4, outcomes({ sort: true, hash: false }), { serial: 9 })]).all).toBeUndefined();
  });

  test("whether or not the benchmarks were listed by then, and where none ever was", () => {
    const failure: Failure = { stage: "dependencies", message: "no index", output: "" };
    const sessions = [session(1, both(true), { serial: 1 }), ...[2, 3].map((at) => session(at, {}, { serial: at, failure, listed: [] }))];
    expect(failing(sessions).all).toEqual({ since: idOf(2), revisions: 2, failure });
    expect(failing(sessions, { listed: [] }).all).toEqual({ since: idOf(2), revisions: 2, failure });
  });

  test("though slow ones were measured before, and are not on these revisions", () => {
    const sessions = [session(0, both(true), { serial: 0 }), ...[1, 2].map((at) => session(at, outcomes({ sort: false }), { serial: at }))];
    expect(failing(sessions)).toMatchObject({ all: { since: idOf(1), revisions: 2 }, measured: [{ benchmark: "hash" }] });
  });

  test("with the reason of the newest session of a revision that failed twice", () => {
    const failure: Failure = { stage: "checkout", message: "no such submodule", output: "" };
    const whole = session(5, {}, { serial: 0, failure, listed: [] });
    expect(failing([whole, session(5, both(false), { serial: 1 })]).all).toMatchObject({ failure: exited });
    const after = [session(5, both(false), { serial: 0 }), session(5, {}, { serial: 1, failure, listed: [] })];
    expect(failing(after).all).toMatchObject({ failure });
  });

  test("not by the failures of some that somebody asked for", () => {
    const asked = session(5, outcomes({ sort: false }), { serial: 9, reason: "manual" });
    expect(failing([session(4, both(true), { serial: 0 }), asked]).all).toBeUndefined();
    expect(failing([session(4, both(false), { serial: 0 }), asked]).all).toMatchObject({ since: idOf(4), revisions: 1 });
  });
});
