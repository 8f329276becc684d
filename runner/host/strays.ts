import { readdirSync, readFileSync, statSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Account } from "./account.ts";
import { isLiving, processName } from "./living.ts";

/** Environment variable by which a process's descendants are found, whatever group, session or parent they moved to. */
export const markName = "EVENKEEL_PROCESS";

/** Before the name of the process of ours that started a trusted command. */
const ofOurs = "of.";

/** Mark of the trusted commands that this process starts: git above all. */
export const ownMark = `${ofOurs}${processName() ?? ""}`;

/** A process that outlived the one that started it. */
export interface Stray {
  pid: number;
  /** Process group. */
  group: number;
  name: string;
}

const rounds = 200;

/**
 * Kill every process of an account that bears a mark, any mark if not given, until none is left. What a process of ours that lives
 * has started is spared. Returns what was found.
 */
export function endStrays(account: Account, mark = ""): Promise<Stray[]> {
  return endAll(account, (found) => found.startsWith(mark) && !isOfLiving(found));
}

/** Kill the trusted commands that a dead process of ours has left at work. */
export function endOrphans(account: Account): Promise<Stray[]> {
  return endAll(account, (found) => found.startsWith(ofOurs) && !isOfLiving(found));
}

function isOfLiving(mark: string): boolean {
  return mark.startsWith(ofOurs) && isLiving(mark.slice(ofOurs.length));
}

async function endAll(account: Account, isMeant: (mark: string) => boolean): Promise<Stray[]> {
  const ended = new Map<number, Stray>();
  for (let round = 0; round < rounds; round++) {
    const strays = marked(account, isMeant);
    if (strays.length === 0) break;
    for (const stray of strays) {
      ended.set(stray.pid, stray);
      kill(stray.pid);
    }
    await sleep(5);
  }
  return [...ended.values()];
}

/** Read in one go: while this waits for nothing, less can fork away. */
function marked({ uid }: Account, isMeant: (mark: string) => boolean): Stray[] {
  const found: Stray[] = [];
  for (const entry of readdirSync("/proc")) {
    const pid = Number(entry);
    if (!Number.isInteger(pid)) continue;
    try {
      if (statSync(`/proc/${pid}`).uid !== uid) continue;
      const mark = markOf(pid);
      if (mark === undefined || !isMeant(mark)) continue;
      const [, name = "", state, group] = /^\d+ \((.*)\) (\S) \d+ (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, "utf8")) ?? [];
      // A zombie is dead: its parent has not looked yet.
      if (state !== undefined && state !== "Z" && state !== "X") found.push({ pid, group: Number(group), name });
    } catch {
      // It ended meanwhile.
    }
  }
  return found;
}

function markOf(pid: number): string | undefined {
  const variable = `${markName}=`;
  const entries = readFileSync(`/proc/${pid}/environ`, "latin1").split("\0");
  return entries.find((entry) => entry.startsWith(variable))?.slice(variable.length);
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended meanwhile.
  }
}
