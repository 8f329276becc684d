import { readdirSync, readFileSync, statSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Account } from "./account.ts";
import { isLiving, processName } from "./living.ts";

/** Environment variable that marks a process's descendants, even after they change group, session or parent. */
export const markName = "EVENKEEL_PROCESS";

/** Prefix of marks of trusted commands, before the name of the process that started them. */
const trustedPrefix = "of.";

/** Mark of the trusted commands that this process starts, mainly git. */
export const ownMark = `${trustedPrefix}${processName() ?? ""}`;

const rounds = 200;

/** Kills every marked process of an account until none is left, except trusted commands of living processes of ours. */
export function endStrays(account: Account): Promise<void> {
  return endAll(account, (found) => !isOfLiving(found));
}

/** Kills the trusted commands that a dead process of ours left running. */
export function endOrphans(account: Account): Promise<void> {
  return endAll(account, (found) => found.startsWith(trustedPrefix) && !isOfLiving(found));
}

function isOfLiving(mark: string): boolean {
  return mark.startsWith(trustedPrefix) && isLiving(mark.slice(trustedPrefix.length));
}

async function endAll(account: Account, isSelected: (mark: string) => boolean): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    const strays = marked(account, isSelected);
    if (strays.length === 0) return;
    strays.forEach(kill);
    await sleep(5);
  }
}

/** Returns marked processes. Reads synchronously, so that fewer processes can fork meanwhile. */
function marked({ uid }: Account, isSelected: (mark: string) => boolean): number[] {
  const found: number[] = [];
  for (const entry of readdirSync("/proc")) {
    const pid = Number(entry);
    if (!Number.isInteger(pid)) continue;
    try {
      if (statSync(`/proc/${pid}`).uid !== uid) continue;
      const mark = markOf(pid);
      if (mark === undefined || !isSelected(mark)) continue;
      const [, state] = /^\d+ \(.*\) (\S) /s.exec(readFileSync(`/proc/${pid}/stat`, "utf8")) ?? [];
      // A zombie is dead; its parent has not reaped it yet.
      if (state !== undefined && state !== "Z" && state !== "X") found.push(pid);
    } catch {
      // The process has ended since.
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
    // The process has ended since.
  }
}
