import { describe, expect, test } from "vitest";
import type { Session, Withdrawal, WorkItem } from "../../../../runner/model.ts";
import { showRevision, type Shown, type ShowInput } from "../../../../runner/commands/show/show.ts";
import { resultsOf } from "../../../../runner/timeline/results-builder.ts";
import { selected } from "../../../../runner/timeline/selected.ts";
import { benchmarkTimelines } from "../../../../runner/timeline/timeline.ts";
import { decision, environment, failed, history, idOf, measured, revision, session, type Outcomes } from "../../report/fixture.ts";

const fingerprinted = (seconds: number, fingerprint: string): Outcomes => ({ sort: { compiled: { ...measured(seconds), fingerprint } } });

/** What is shown of the revision of that number, of these results. */
function show(
  number: number,
  all: readonly Session[],
  { isOutside = false, ...more }: Partial<ShowInput> & { isOutside?: boolean } = {},
): Shown {
  const results = selected(resultsOf(all), ({ host }) => host === "host");
  const listed = [{ name: "sort", group: "main" as const, variants: ["compiled" as const], workload: "w1" }];
  return showRevision({
    revision: revision(number),
    host: "host",
    branch: "main",
    ...(!isOutside && { inHistory: { isWanted: true, without: [] } }),
    paths: [],
    sessions: all.filter(({ subject }) => subject.kind === "revision" && subject.revision === idOf(number)),
    samples: new Map(),
    withdrawn: [],
    environments: new Map([["e1", environment("e1")]]),
    timelines: benchmarkTimelines({ history: history(6), results, listed, currentEnvironment: "e1", scalingFactors: [] }),
    decisions: [],
    queue: [],
    problems: [],
    unfinished: [],
    obstacles: [],
    names: ["hash", "sort"],
    commands: new Map(),
    ...more,
  });
}

function item(number: number, because: string): WorkItem {
  return { subject: { kind: "revision", revision: idOf(number) }, reason: "new", because };
}

describe("a measured revision has", () => {
  test("each outcome, and the comparison with the previous measured revision", () => {
    const sessions = [
      session(1, { sort: { compiled: measured(1) } }, { serial: 1 }),
      session(2, { sort: { compiled: failed() } }, { serial: 2 }),
      session(3, { sort: { compiled: measured(1.1) } }, { serial: 3 }),
    ];
    const { benchmarks, known, environments } = show(3, sessions);
    expect(benchmarks).toMatchObject([
      {
        benchmark: "sort",
        variant: "compiled",
        outcomes: [{ session: sessions[2]?.id, outcome: { status: "ok", seconds: 1.1 } }],
        value: { seconds: { value: 1.1 }, sessions: 1 },
        previous: { revision: idOf(1), environment: "e1", seconds: { value: 1 }, ratio: { value: expect.closeTo(1.1) }, isSame: false },
      },
    ]);
    expect(known).toEqual([]);
    expect(environments.map(({ id }) => id)).toEqual(["e1"]);
    expect(show(2, sessions).benchmarks).toMatchObject([
      { outcomes: [{ outcome: { status: "failed" } }], previous: { revision: idOf(1), seconds: { value: 1 } } },
    ]);
    expect(show(2, sessions).benchmarks[0]).not.toHaveProperty("previous.ratio");
  });

  test("a note that it runs the same program as the previous one", () => {
    const sessions = [session(1, fingerprinted(1, "f"), { serial: 1 }), session(2, fingerprinted(1.01, "f"), { serial: 2 })];
    expect(show(2, sessions).benchmarks[0]).toMatchObject({ value: { sessions: 2 }, previous: { revision: idOf(1), isSame: true } });
  });

  test("decisions on a change that begins at its program, or that it made suspected", () => {
    const sessions = [
      session(1, fingerprinted(1, "f"), { serial: 1 }),
      session(2, fingerprinted(2, "g"), { serial: 2 }),
      session(3, fingerprinted(2, "g"), { serial: 3 }),
    ];
    const decisions = [decision(2), decision(5, { noticed: idOf(3) }), decision(4), decision(2, { benchmark: "hash" })];
    expect(show(3, sessions, { decisions }).benchmarks[0]?.decisions).toEqual(decisions.slice(0, 2));
    expect(show(1, sessions, { decisions }).benchmarks[0]?.decisions).toEqual([]);
  });

  test("commands, if the present ones are that workload, and samples of a benchmark in full", () => {
    const sessions = [session(1, { sort: { compiled: measured(1) } })];
    const samples = new Map([[sessions[0]?.id ?? "", { sort: { compiled: [1, 2] } }]]);
    const of = (workload: string) =>
      show(1, sessions, { samples, benchmark: "sort", commands: new Map([["sort", { workload, run: "./sort" }]]) });
    expect(of("w1").benchmarks[0]?.outcomes[0]).toMatchObject({ samples: [1, 2], commands: { run: "./sort" } });
    expect(of("w0").benchmarks[0]?.outcomes[0]).not.toHaveProperty("commands");
  });

  test("other hosts' sessions, but no value of theirs", () => {
    const { sessions, benchmarks } = show(1, [session(1, { sort: { compiled: measured(9) } }, { host: "other" })]);
    expect(sessions.map(({ host }) => host)).toEqual(["other"]);
    expect(benchmarks[0]?.outcomes).toHaveLength(1);
    expect(benchmarks[0]).not.toHaveProperty("value");
  });

  test("the reason that a benchmark has no outcome", () => {
    const failure = { stage: "checkout" as const, message: "no submodule", output: "fatal: gone" };
    const whole = show(1, [session(1, {}, { failure, listed: ["sort"] })]);
    expect(whole.sessions[0]?.failure).toEqual(failure);
    expect(whole.benchmarks[0]?.missing).toBe("not measured: the revision failed as a whole: checkout: no submodule");
    const slow = [session(1, { hash: { compiled: measured(1) } }, { listed: ["hash", "sort"] })];
    const missing = (without: string[]) => show(1, slow, { inHistory: { isWanted: true, without } }).benchmarks[1]?.missing;
    expect(missing(["so*"])).toContain("measure.slow");
    expect(missing([])).toBe("not measured");
  });
});

describe("an unmeasured revision has", () => {
  test("its position in the queue, and the reasons that nothing is measured", () => {
    const queue = [item(4, "newest revision"), item(2, "middle of 3 unmeasured")];
    expect(show(2, [], { queue, obstacles: ["paused: moving"] }).known).toEqual([
      "waiting: 2 of 2 items in the queue (new: middle of 3 unmeasured)",
      "paused: moving",
    ]);
  });

  test("the reason that it is skipped", () => {
    expect(show(2, [], { inHistory: { isWanted: false, without: [] }, paths: ["src", "lib"] }).known[0]).toMatch(
      /touches none of target\.paths \(src, lib\)/,
    );
    expect(show(2, [], { isOutside: true }).known[0]).toMatch(/outside of the measured history of main/);
  });

  test("its problems, unfinished sessions and withdrawals", () => {
    const subject = `revision ${idOf(2).slice(0, 12)}`;
    const withdrawal: Withdrawal = {
      schema: 1,
      id: "w",
      written: "2026-07-01T00:00:00.000Z",
      host: "host",
      by: "ann",
      what: { kind: "session", session: "20260601T000000Z-host-x" },
      action: "withdraw",
      why: "the disk was full",
    };
    const at = "2026-06-01T00:00:00.000Z";
    const { known } = show(2, [], {
      problems: [{ kind: "measure", about: subject, since: at, last: at, times: 2, reason: "no index" }],
      unfinished: [{ session: "s", subject, reason: "new", started: at, samples: { taken: 3, planned: 9 } }],
      withdrawn: [withdrawal],
    });
    expect(known).toEqual([
      expect.stringMatching(/^unfinished: .*3 of 9 samples/),
      expect.stringMatching(/^cannot measure revision .*no index/),
      "session 20260601T000000Z-host-x was withdrawn on 2026-07-01 by ann: the disk was full",
    ]);
  });

  test("a sentence if nothing is known", () => {
    expect(show(2, []).known).toEqual(["not measured, and not in the queue of this host"]);
    expect(show(2, [], { benchmark: "sort" }).benchmarks).toMatchObject([{ benchmark: "sort", outcomes: [], missing: "not measured" }]);
  });
});

test("an unknown benchmark is an error with the nearest name, or all names", () => {
  const sessions = [session(1, { sort: { compiled: measured(1) } })];
  expect(() => show(1, sessions, { benchmark: "srot" })).toThrow(expect.objectContaining({ hint: "did you mean sort?" }));
  expect(() => show(1, sessions, { benchmark: "unlike" })).toThrow(expect.objectContaining({ hint: "it has sort" }));
  expect(() => show(1, [], { benchmark: "unlike" })).toThrow(expect.objectContaining({ hint: "it has hash, sort" }));
});
