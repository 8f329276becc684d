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

const rounds = 200;

/** Kill every process of an account that bears a mark, until none is left; but for what a living process of ours has started. */
export function endStrays(account: Account): Promise<void> {
  return endAll(account, (found) => !isOfLiving(found));
}

/** Kill the trusted commands that a dead process of ours has left at work. */
export function endOrphans(account: Account): Promise<void> {
  return endAll(account, (found) => found.startsWith(ofOurs) && !isOfLiving(found));
}

function isOfLiving(mark: string): boolean {
  return mark.startsWith(ofOurs) && isLiving(mark.slice(ofOurs.length));
}

async function endAll(account: Account, isMeant: (mark: string) => boolean): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    const strays = marked(account, isMeant);
    if (strays.length === 0) return;
    strays.forEach(kill);
    await sleep(5);
  }
}

/** Read in one go: while this waits for nothing, less can fork away. */
function marked({ uid }: Account, isMeant: (mark: string) => boolean): number[] {
  const found: number[] = [];
  for (const entry of readdirSync("/proc")) {
    const pid = Number(entry);
    if (!Number.isInteger(pid)) continue;
    try {
      if (statSync(`/proc/${pid}`).uid !== uid) continue;
      const mark = markOf(pid);
      if (mark === undefined || !isMeant(mark)) continue;
      const [, state] = /^\d+ \(.*\) (\S) /s.exec(readFileSync(`/proc/${pid}/stat`, "utf8")) ?? [];
      // A zombie is dead: its parent has not looked yet.
      if (state !== undefined && state !== "Z" && state !== "X") found.push(pid);
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
