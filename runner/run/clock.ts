import { readFile, rm } from "node:fs/promises";
import * as z from "zod";
import { paths } from "../../config/paths.ts";
import { tryGit } from "../system/git.ts";
import { writeAtomically } from "../system/atomic.ts";
import { readClock, type ClockState } from "../system/clock.ts";
import type { RunnerContext } from "../runner-context.ts";
import { readJsonFile } from "../system/json-file.ts";

/**
 * Plausibility of the clock. Sessions are ordered by it, so nothing is measured while it is not set. A clock that the kernel reports as
 * synchronised is accepted. A clock that runs ahead looks like that of a host that was off for long. `StoredResults` ignores results dated in the
 * future until that time has come.
 */

/** Evidence for the plausibility of the clock. Times are ISO 8601 strings in UTC. */
export interface ClockEvidence extends ClockState {
  now: string;
  /** The session of this host with the latest recorded end. */
  session?: { id: string; ended: string };
  /** The newest commit of the branch that is measured. */
  commit?: { id: string; committed: string };
}

/** Milliseconds that the clock may be behind. Sessions were dated by this clock, commits by those of other machines. */
const behindSession = 60 * 60 * 1000;
const behindCommit = 24 * 60 * 60 * 1000;

/** Returns the reason that this clock forbids measuring, with the fix; undefined if it does not. */
export function clockProblem({ isSynchronised, daemon, now, session, commit }: ClockEvidence): string | undefined {
  if (isSynchronised) return undefined;
  if (isSynchronised === false && daemon !== undefined) {
    return `the clock is not synchronised: ${daemon} has not set it yet; check \`timedatectl\`, and that the host reaches a time server`;
  }
  const time = Date.parse(now);
  if (session && time < Date.parse(session.ended) - behindSession) {
    return `the clock shows ${now}, but session ${session.id} of this host ended at ${session.ended}; set the clock, or withdraw that session if the clock is right`;
  }
  if (commit && time < Date.parse(commit.committed) - behindCommit) {
    return `the clock shows ${now}, but the target's newest commit ${commit.id.slice(0, 12)} is dated ${commit.committed}; set the clock, and let a time daemon synchronise it`;
  }
  return undefined;
}

/** Returns a remark on a clock that permits measuring; undefined if it is synchronised, or its state is unknown. */
export function clockRemark({ isSynchronised }: Pick<ClockState, "isSynchronised">): string | undefined {
  if (isSynchronised !== false) return undefined;
  return "not synchronised, and no time daemon is active; it is only compared with this host's sessions and the target's commits";
}

/** Returns the evidence for this host's clock. */
export async function clockHere(context: Pick<RunnerContext, "config" | "target" | "stored">): Promise<ClockEvidence> {
  const { config, target, stored } = context;
  const { sessions, misdated } = await stored.read();
  const own = [...sessions, ...misdated].filter(({ host, reason }) => host === config.host && reason !== "import");
  const last = own.reduce(
    (latest: (typeof own)[number] | undefined, one) => (latest && latest.ended >= one.ended ? latest : one),
    undefined,
  );
  const log = await tryGit(target, ["log", "-1", "--no-show-signature", "--format=%H %ct", `refs/remotes/origin/${config.target.branch}`]);
  const [id = "", seconds] = log.ok ? log.stdout.trim().split(" ") : [];
  return {
    ...(await readClock()),
    now: new Date().toISOString(),
    ...(last && { session: { id: last.id, ended: last.ended } }),
    ...(seconds !== undefined && { commit: { id, committed: new Date(Number(seconds) * 1000).toISOString() } }),
  };
}

/** Problem of the clock that forbids measuring. */
export interface ClockTrouble {
  problem: string;
  /** True after an hour: the operator must look at it. */
  lasts: boolean;
}

/** Seconds within which a start of the machine explains the problem. */
const lastingSeconds = 60 * 60;

const troubleSchema = z.object({ bootId: z.string(), uptime: z.number() });

/** Returns the problem of the clock, and stores when it began: as the machine's uptime, because the clock is wrong. */
export async function clockTrouble(
  context: Pick<RunnerContext, "config" | "target" | "stored" | "bootId">,
): Promise<ClockTrouble | undefined> {
  const problem = clockProblem(await clockHere(context));
  if (problem === undefined) {
    await rm(paths.clockTrouble, { force: true });
    return undefined;
  }
  const uptime = Number((await readFile("/proc/uptime", "utf8")).split(" ")[0]);
  const before = await readTrouble();
  const begun = before?.bootId === context.bootId ? before.uptime : uptime;
  await writeAtomically(paths.clockTrouble, `${JSON.stringify({ bootId: context.bootId, uptime: begun })}\n`);
  return { problem, lasts: uptime - begun >= lastingSeconds };
}

async function readTrouble(): Promise<z.infer<typeof troubleSchema> | undefined> {
  return readJsonFile(paths.clockTrouble, troubleSchema);
}
