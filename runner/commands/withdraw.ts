import { userInfo } from "node:os";
import { nearest } from "../../config/nearest.ts";
import { paths } from "../../config/paths.ts";
import { UserError } from "../../config/user-error.ts";
import type { Withdrawal, Withdrawn } from "../model.ts";
import { noteReportsDue } from "../store/reports-due.ts";
import { minuteOf } from "../text/quantities.ts";
import { publishAll } from "../run/publish-all.ts";
import { openRunnerContext, logToStderr, type RunnerContext } from "../runner-context.ts";
import { bringBack, deletedSessions } from "../store/deleted-results.ts";
import { readWithdrawals, sessionIds, sessionPath } from "../store/sessions.ts";
import { writeWithdrawal } from "../store/withdrawals.ts";
import { busyExit, hostCommand, sharedOptions, stopSignal, underLock, unreachableExit } from "./command.ts";

interface Options {
  why?: string;
  by?: string;
  undo?: true;
  publish: boolean;
  wait: boolean;
}

export const command = hostCommand({
  name: "withdraw",
  summary: "withdraw sessions or benchmarks: their results until now no longer count, and are owed again",
  exitCodes: [unreachableExit, busyExit],
})
  .argument("<name...>", "names of benchmarks, or of the files of sessions in runs/ of the results, without .json")
  .option("--why <text>", "the reason, shown in the reports")
  .option("--by <name>", "who decided it; the account that is logged in by default")
  .option("--undo", "let them count again; also brings back a session that was deleted on the results' remote")
  .option("--no-publish", "keep the decision on this host")
  .option(...sharedOptions.noWait)
  .action(async (names: string[], options: Options) => {
    const signal = stopSignal();
    const context = await openRunnerContext(signal, logToStderr);
    const { undo = false, why, by } = options;
    await underLock("withdraw", options, signal, async () => {
      console.log((await withdraw(context, { names, undo, why, by })).join("\n"));
      if (options.publish) process.exitCode = await publishAll(context);
    });
  });

interface Withdrawing {
  /** Of sessions and benchmarks. */
  names: readonly string[];
  /** Take the withdrawal back. */
  undo: boolean;
  why: string | undefined;
  /** Who decided it; the account that is logged in if not given. */
  by: string | undefined;
}

/**
 * Withdraw sessions, and all that was measured of benchmarks until now, or let them count again. Nothing is written unless all names are known. Only
 * under the host's lock. Returns what was done, a line each.
 * @throws UserError for a name that is neither a session nor a benchmark, or both, and without a reason.
 */
async function withdraw(context: RunnerContext, { names, undo, why, by = operator() }: Withdrawing): Promise<string[]> {
  if (!undo && why === undefined) throw new UserError("a withdrawal needs a reason", "add --why TEXT: reports show it");
  const known = await knownHere(context);
  const wanted = names.map((name) => meantBy(name, known, undo));
  const said: string[] = [];
  for (const what of wanted) {
    const last = withdrawalOf(what, known.withdrawn);
    if (!undo && last && !isMeasuredSince(what, known)) {
      said.push(`${nameOf(what)} is withdrawn already: ${withdrawalText(last)}`);
      continue;
    }
    if (what.kind === "session" && known.deleted.includes(what.session)) {
      await bringBack(context.results, paths.deletedResults, what.session);
    }
    if (last || !undo) {
      const written = new Date().toISOString();
      const action = undo ? "restore" : "withdraw";
      await writeWithdrawal(context.results.root, context.account, {
        written,
        host: context.config.host,
        by,
        what,
        action,
        why: why ?? "",
      });
    }
    await noteReportsDue();
    said.push(undo ? `${nameOf(what)} counts again` : withdrawnText(what));
  }
  return said;
}

/** What can be withdrawn, and what is. */
export interface KnownResults {
  /** Ids of sessions that count. */
  sessions: readonly string[];
  /** Names of benchmarks with results that count. */
  benchmarks: readonly string[];
  withdrawn: Withdrawn;
  /** Ids of sessions that were deleted on the remote. */
  deleted: readonly string[];
}

async function knownHere({ results, stored }: RunnerContext): Promise<KnownResults> {
  const { withdrawn } = await readWithdrawals(results.root);
  return {
    sessions: await sessionIds(results.root),
    benchmarks: (await stored.read()).results.benchmarks.map(({ benchmark }) => benchmark),
    withdrawn,
    deleted: await deletedSessions(results.root, paths.deletedResults),
  };
}

type What = Withdrawal["what"];

/**
 * Returns the session or benchmark that a name means. @param name of a session's file also with its folder and `.json`.
 * @throws UserError where it is neither, or both, or, to undo it, not withdrawn.
 */
export function meantBy(name: string, known: KnownResults, undo: boolean): What {
  const { withdrawn, deleted } = known;
  const id = name.replace(/^.*\//, "").replace(/\.json$/, "");
  const undone = { sessions: [...withdrawn.sessions.keys(), ...deleted], benchmarks: [...withdrawn.benchmarks.keys()] };
  const sessions = [...known.sessions, ...withdrawn.sessions.keys(), ...(undo ? deleted : [])];
  const benchmarks = [...known.benchmarks, ...undone.benchmarks];
  const isBenchmark = benchmarks.includes(name);
  if (sessions.includes(id) && isBenchmark) {
    throw new UserError(`${name} is a session and a benchmark`, `for the session write the path of its file, ${sessionPath(id).session}`);
  }
  if (!sessions.includes(id) && !isBenchmark) {
    const meant = nearest(id, undo ? [...undone.sessions, ...undone.benchmarks] : [...known.sessions, ...known.benchmarks]);
    const hint = "write the name of a benchmark that was measured, or that of a session's file in runs/, without .json";
    throw new UserError(`there is no session and no measured benchmark ${id}`, meant ? `did you mean ${meant}?` : hint);
  }
  if (undo && !(isBenchmark ? undone.benchmarks.includes(name) : undone.sessions.includes(id))) {
    throw new UserError(`${id} is not withdrawn`, "`evenkeel status` counts what is; reports/withdrawn.md lists it");
  }
  return isBenchmark ? { kind: "benchmark", benchmark: name } : { kind: "session", session: id };
}

/** Returns true for a benchmark with values that count: a new withdrawal takes these too. */
function isMeasuredSince(what: What, { benchmarks }: KnownResults): boolean {
  return what.kind === "benchmark" && benchmarks.includes(what.benchmark);
}

function withdrawalOf(what: What, { sessions, benchmarks }: Withdrawn): Withdrawal | undefined {
  return what.kind === "session" ? sessions.get(what.session) : benchmarks.get(what.benchmark);
}

function nameOf(what: What): string {
  return what.kind === "session" ? what.session : what.benchmark;
}

function withdrawnText(what: What): string {
  if (what.kind === "session") return `${what.session} is withdrawn; what no other session measured is owed again`;
  return `all values of ${what.benchmark} until now are withdrawn, on every host; if the suite still has it, they are owed again`;
}

/** `2026-11-02 10:00 UTC by ada on bench1: why` */
function withdrawalText({ written, by, host, why }: Withdrawal): string {
  return `${minuteOf(written)} by ${by} on ${host}: ${why}`;
}

function operator(): string {
  return process.env["SUDO_USER"] ?? userInfo().username;
}
