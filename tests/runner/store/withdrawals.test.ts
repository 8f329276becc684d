import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { accountOf, type Account } from "../../../runner/system/account.ts";
import type { ScalingFactor, Outcome, Session, Withdrawal } from "../../../runner/model.ts";
import { keepResults, readResults, type ReadResults } from "../../../runner/store/cache.ts";
import { nextNumber, readDecisions, writeDecision } from "../../../runner/store/decisions.ts";
import { readScalingFactors, writeScalingFactors } from "../../../runner/store/scaling-factors.ts";
import {
  readSession,
  readSessions,
  readStoredSessions,
  readWithdrawals,
  sessionIds,
  writeSession,
} from "../../../runner/store/sessions.ts";
import { writeWithdrawal } from "../../../runner/store/withdrawals.ts";
import { decision } from "../report/fixture.ts";
import { sessionsOf } from "../../../runner/timeline/results.ts";
import { exampleHeader, exampleId } from "./example.ts";

let root: string;
let account: Account;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "evenkeel-withdrawals-"));
  account = await accountOf(userInfo().uid === 0 ? "nobody" : userInfo().username);
});
afterEach(() => rm(root, { recursive: true }));

const { bootId: _boot, buildId: _build, plan: _plan, failed: _failed, same: _same, ...head } = exampleHeader();

function log(session: string, more: Partial<Withdrawal> = {}): Promise<Withdrawal> {
  return writeWithdrawal(root, account, {
    written: "2026-11-24T10:00:00.000Z",
    host: "bench-1",
    by: "ada",
    what: { kind: "session", session },
    action: "withdraw",
    why: "the disk was full",
    ...more,
  });
}

function scalingFactor(benchmark: string, revision: string): ScalingFactor {
  return {
    benchmark,
    variant: "compiled",
    from: { environment: "e0aaaaaabbbb", workload: "w1" },
    to: { environment: "e1aaaaaabbbb", workload: "w1" },
    status: "linked",
    factor: { phi: 0.01, standardError: 0.001, degreesOfFreedom: 8 },
    revisions: [revision.padEnd(40, "0")],
  };
}

/** Ids of the sessions that count, as each way of reading sees them: these must agree. */
async function counting(): Promise<string[]> {
  const cache = join(root, "cache");
  const read = await readResults(root, cache);
  await keepResults(cache, read);
  const ids = await sessionIds(root);
  expect((await readSessions(root)).sessions.map(({ id }) => id)).toEqual(ids);
  expect(read.results.sessions.map(({ id }) => id)).toEqual(ids);
  return ids;
}

/** Benchmarks of each session that counts, as each way of reading sees them: these must agree. */
async function benchmarksCounting(earlier?: ReadResults): Promise<string[]> {
  const { sessions } = await readSessions(root);
  const read = await readResults(root, join(root, "cache"), earlier);
  await keepResults(join(root, "cache"), read);
  const texts = sessions.map(({ benchmarks }) => Object.keys(benchmarks).join());
  expect(sessionsOf(read.results).map(({ benchmarks }) => Object.keys(benchmarks).sort().join())).toEqual(texts);
  expect((await readSession(root, exampleId(1)))?.benchmarks).toEqual(sessions[0]?.benchmarks);
  return texts;
}

describe("a withdrawn session", () => {
  beforeEach(async () => {
    for (const n of [1, 2, 3]) {
      const session: Session = { ...head, id: exampleId(n), ended: head.started, reason: "new", benchmarks: {} };
      await writeSession(root, account, session, { schema: 1, id: session.id, samples: {} });
    }
  });

  test("is in no way of reading sessions, and back once that is undone", async () => {
    expect(await counting()).toEqual([1, 2, 3].map(exampleId));
    await log(exampleId(2));
    expect(await counting()).toEqual([1, 3].map(exampleId));
    await log(exampleId(2), { action: "restore", written: "2026-11-25T10:00:00.000Z" });
    expect(await counting()).toEqual([1, 2, 3].map(exampleId));
    expect(await readdir(join(root, "withdrawn"))).toHaveLength(2);
  });

  test("is what its last word says, whichever host wrote it and in whatever order files arrive", async () => {
    await log(exampleId(1), { action: "restore", written: "2026-11-25T10:00:00.000Z", host: "bench-2" });
    await log(exampleId(1), { written: "2026-11-24T10:00:00.000Z" });
    await log(exampleId(1), { written: "2026-11-26T10:00:00.000Z", host: "bench-2", why: "after all" });
    const { withdrawn } = await readWithdrawals(root);
    expect([...withdrawn.sessions.values()].map(({ host, why }) => [host, why])).toEqual([["bench-2", "after all"]]);
  });
});

describe("what a withdrawn session took part in", () => {
  const id = "20261123T101112Z-bench-1-0123456789ab-e1aaaaaa-confirm-0042";

  test("a decision is void, and its number stays taken; one that was made later stands", async () => {
    const made = { ...decision(3), sessions: [id], written: "2026-11-23T12:00:00.000Z" };
    await writeDecision(root, account, made);
    await log(id);
    const { decisions, voided } = await readDecisions(root);
    expect([decisions, voided]).toEqual([[], [made]]);
    const again = { ...made, n: nextNumber(made, voided), written: "2026-11-25T10:00:00.000Z" };
    await writeDecision(root, account, again);
    expect((await readDecisions(root)).decisions).toEqual([again]);
  });

  test("a factor is void where the session's revision was its bridge; others of the file, earlier and later ones stand", async () => {
    const [touched, other] = [scalingFactor("richards", "0123456789ab"), scalingFactor("deltablue", "ba9876543210")];
    const writes = ["2026-11-23T10:00:00.000Z", "2026-11-23T12:00:00.000Z", "2026-11-25T12:00:00.000Z"];
    for (const [at, written] of writes.entries()) {
      await writeScalingFactors(root, account, { schema: 1, n: at + 1, host: "bench-1", written, scalingFactors: [touched, other] });
    }
    await log(id);
    const { files, all } = await readScalingFactors(root);
    expect(files.map(({ scalingFactors }) => scalingFactors.map(({ benchmark }) => benchmark))).toEqual([
      ["richards", "deltablue"],
      ["deltablue"],
      ["richards", "deltablue"],
    ]);
    expect(all).toHaveLength(3);
  });
});

describe("a withdrawn benchmark", () => {
  const ok: Outcome = { status: "ok", workload: "w", seconds: 3, standardError: 0, degreesOfFreedom: 3, samples: 5, minimum: 3, median: 3 };
  const failed: Outcome = { status: "failed", workload: "w", stage: "run", message: "no", output: "" };
  const before = "2026-11-23T10:11:12.000Z";
  const after = "2026-11-24T10:00:00.000Z";
  const what = { kind: "benchmark", benchmark: "constructor" } as const;

  async function store(n: number, started: string, outcome: Outcome): Promise<void> {
    const benchmarks = { ["constructor"]: { compiled: outcome }, richards: { compiled: ok } };
    const session: Session = { ...head, id: exampleId(n), started, ended: started, reason: "new", benchmarks };
    await writeSession(root, account, session, { schema: 1, id: session.id, samples: {} });
  }

  test("counts with what sessions measured that began later, and with all again once that is undone", async () => {
    await store(1, before, failed);
    await store(2, after, ok);
    const both = "constructor,richards";
    expect(await benchmarksCounting()).toEqual([both, both]);
    const earlier = await readResults(root, join(root, "cache"));
    await log("", { what, written: after });
    expect(await benchmarksCounting(earlier)).toEqual(["richards", both]);
    const now = await readResults(root, join(root, "cache"), earlier);
    expect(now.results.sessions.map(({ counts }) => [counts.ok, counts.failed])).toEqual([
      [1, 0],
      [2, 0],
    ]);
    // Known results are the very same as long as nothing is withdrawn.
    expect((await readResults(root, join(root, "cache"), now)).results).toBe(now.results);
    expect((await readStoredSessions(root)).sessions.map(({ benchmarks }) => Object.keys(benchmarks).length)).toEqual([2, 2]);
    await log("", { what, written: "2026-11-25T10:00:00.000Z" });
    expect(await benchmarksCounting(now)).toEqual(["richards", "richards"]);
    await log("", { what, written: "2026-11-26T10:00:00.000Z", action: "restore" });
    expect(await benchmarksCounting(now)).toEqual([both, both]);
  });

  test("voids its decisions and factors until then, and those that another host made of earlier sessions", async () => {
    const id = "20261123T101112Z-bench-1-0123456789ab-e1aaaaaa-confirm-0042";
    const made = [
      { ...decision(3), benchmark: "constructor", written: "2026-11-23T12:00:00.000Z" },
      { ...decision(4), benchmark: "constructor", written: "2026-11-25T12:00:00.000Z", sessions: [id] },
      { ...decision(5), benchmark: "constructor", written: "2026-11-25T12:00:00.000Z", sessions: [id.replace("20261123", "20261125")] },
      { ...decision(3), written: "2026-11-23T12:00:00.000Z" },
    ];
    for (const one of made) await writeDecision(root, account, one);
    for (const [at, written] of ["2026-11-23T12:00:00.000Z", "2026-11-25T12:00:00.000Z"].entries()) {
      const scalingFactors = [scalingFactor("constructor", "0123456789ab"), scalingFactor("richards", "0123456789ab")];
      await writeScalingFactors(root, account, { schema: 1, n: at + 1, host: "bench-1", written, scalingFactors });
    }
    await log("", { what, written: after });
    const { decisions, voided } = await readDecisions(root);
    expect(decisions).toHaveLength(2);
    expect(decisions).toEqual(expect.arrayContaining(made.slice(2)));
    expect(voided).toHaveLength(2);
    expect((await readScalingFactors(root)).files.map(({ scalingFactors }) => scalingFactors.map(({ benchmark }) => benchmark))).toEqual([
      ["richards"],
      ["constructor", "richards"],
    ]);
  });
});
