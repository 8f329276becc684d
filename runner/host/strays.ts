import { readdirSync, readFileSync, statSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Account } from "./account.ts";

/** Environment variable by which a process's descendants are found, whatever group, session or parent they moved to. */
export const markName = "EVENKEEL_PROCESS";

/** A process that outlived the one that started it. */
export interface Stray {
  pid: number;
  /** Process group. */
  group: number;
  name: string;
}

const rounds = 200;

/** Kill every process of an account that bears a mark, any mark if not given, until none is left. Returns what was found. */
export async function endStrays(account: Account, mark = ""): Promise<Stray[]> {
  const ended = new Map<number, Stray>();
  for (let round = 0; round < rounds; round++) {
    const strays = marked(account, mark);
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
function marked({ uid }: Account, mark: string): Stray[] {
  const found: Stray[] = [];
  for (const entry of readdirSync("/proc")) {
    const pid = Number(entry);
    if (!Number.isInteger(pid)) continue;
    try {
      if (statSync(`/proc/${pid}`).uid !== uid) continue;
      if (!`\0${readFileSync(`/proc/${pid}/environ`, "latin1")}`.includes(`\0${markName}=${mark}`)) continue;
      const [, name = "", state, group] = /^\d+ \((.*)\) (\S) \d+ (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, "utf8")) ?? [];
      // A zombie is dead: its parent has not looked yet.
      if (state !== undefined && state !== "Z" && state !== "X") found.push({ pid, group: Number(group), name });
    } catch {
      // It ended meanwhile.
    }
  }
  return found;
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended meanwhile.
  }
}
