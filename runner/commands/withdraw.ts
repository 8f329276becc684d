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
  summary: "withdraw sessions or benchmarks: their results until now no longer count, and are measured again",
  exitCodes: [unreachableExit, busyExit],
})
  .argument("<name...>", "names of benchmarks, or of the files of sessions in runs/ of the results, without .json")
  .option("--why <text>", "the reason, shown in the reports")
  .option("--by <name>", "name of the person who decided it; the login account by default")
  .option("--undo", "let them count again; also restores a session that was deleted on the results' remote")
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
  /** Names of sessions and benchmarks. */
  names: readonly string[];
  /** True to undo the withdrawal. */
  undo: boolean;
  why: string | undefined;
  /** Name of the person who decided it; the login account by default. */
  by: string | undefined;
}

/**
 * Withdraws sessions, and all values of benchmarks until now, or undoes that. Writes nothing unless all names are known. Requires the host's
 * lock. Returns a line per name.
 * @throws UserError for a name that is neither a session nor a benchmark, or both, and for a missing reason.
 */
async function withdraw(context: RunnerContext, { names, undo, why, by = operator() }: Withdrawing): Promise<string[]> {
  if (!undo && why === undefined) throw new UserError("a withdrawal needs a reason", "add --why TEXT; the reports show it");
  const known = await knownHere(context);
  const wanted = names.map((name) => meantBy(name, known, undo));
  const lines: string[] = [];
  for (const what of wanted) {
    const last = withdrawalOf(what, known.withdrawn);
    if (!undo && last && !isMeasuredSince(what, known)) {
      lines.push(`${nameOf(what)} is already withdrawn: ${withdrawalText(last)}`);
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
    lines.push(undo ? `${nameOf(what)} counts again` : withdrawnText(what));
  }
  return lines;
}

/** Results that can be withdrawn, and those that are. */
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
 * Returns the session or benchmark of a name. @param name of a benchmark, or of a session's file, with or without its folder and `.json`.
 * @throws UserError if it is neither, or both, or, with `undo`, not withdrawn.
 */
export function meantBy(name: string, known: KnownResults, undo: boolean): What {
  const { withdrawn, deleted } = known;
  const id = name.replace(/^.*\//, "").replace(/\.json$/, "");
  const undone = { sessions: [...withdrawn.sessions.keys(), ...deleted], benchmarks: [...withdrawn.benchmarks.keys()] };
  const sessions = [...known.sessions, ...withdrawn.sessions.keys(), ...(undo ? deleted : [])];
  const benchmarks = [...known.benchmarks, ...undone.benchmarks];
  const isBenchmark = benchmarks.includes(name);
  if (sessions.includes(id) && isBenchmark) {
    throw new UserError(
      `${name} is both a session and a benchmark`,
      `to name the session, write the path of its file, ${sessionPath(id).session}`,
    );
  }
  if (!sessions.includes(id) && !isBenchmark) {
    const meant = nearest(id, undo ? [...undone.sessions, ...undone.benchmarks] : [...known.sessions, ...known.benchmarks]);
    const hint = "write the name of a measured benchmark, or of a session's file in runs/, without .json";
    throw new UserError(`there is no session and no measured benchmark ${id}`, meant ? `did you mean ${meant}?` : hint);
  }
  if (undo && !(isBenchmark ? undone.benchmarks.includes(name) : undone.sessions.includes(id))) {
    throw new UserError(`${id} is not withdrawn`, "reports/withdrawn.md lists what is withdrawn");
  }
  return isBenchmark ? { kind: "benchmark", benchmark: name } : { kind: "session", session: id };
}

/** Returns true for a benchmark with values that count: a new withdrawal includes them. */
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
  if (what.kind === "session") return `${what.session} is withdrawn; values that no other session has will be measured again`;
  return `all values of ${what.benchmark} until now are withdrawn, on every host; if the suite still has it, it will be measured again`;
}

/** Returns `2026-11-02 10:00 UTC by ada on bench1: why`. */
function withdrawalText({ written, by, host, why }: Withdrawal): string {
  return `${minuteOf(written)} by ${by} on ${host}: ${why}`;
}

function operator(): string {
  return process.env["SUDO_USER"] ?? userInfo().username;
}
