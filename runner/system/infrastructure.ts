import { readFile } from "node:fs/promises";
import type { Account } from "./account.ts";
import { bytesIn } from "./disk-use.ts";
import { freeBytes } from "./free-bytes.ts";
import type { ProcessResult } from "./process.ts";
import { InfrastructureError } from "./infrastructure-error.ts";
import { withLastLine } from "./last-line.ts";
import type { Scope } from "./scope.ts";
import { withoutControls } from "../text/plain-text.ts";

/** Signals that come from outside a program: from the kernel out of memory, an operator or a shutdown. */
export const outsideSignals: readonly NodeJS.Signals[] = ["SIGKILL", "SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT", "SIGXCPU"];

/** Free bytes below which a disk counts as full. */
const fullBytes = 1e9;

/** Number of processes that the kernel killed for lack of memory since boot: in a scope, and all others. */
export interface MemoryKills {
  own: number;
  others: number;
}

/** Evidence that measured code cannot forge. It decides who is responsible for a failure. */
export interface Circumstances {
  /** Processes that the kernel killed for lack of memory meanwhile. */
  memoryKills: MemoryKills;
  /** True if the disk would be full even without the files of the failed process. */
  isDiskFull: boolean;
}

/** Reads the kernel's counts: `oom_kill` in /proc/vmstat, and in memory.events of the scope if its control groups have it. */
export async function memoryKills(scope?: Pick<Scope, "memoryKills">): Promise<MemoryKills> {
  const vmstat = await readFile("/proc/vmstat", "utf8").catch(() => "");
  const all = Number(/^oom_kill (\d+)$/m.exec(vmstat)?.[1] ?? 0);
  const own = (await scope?.memoryKills()) ?? 0;
  return { own, others: Math.max(0, all - own) };
}

export function killsSince(before: MemoryKills, now: MemoryKills): MemoryKills {
  return { own: Math.max(0, now.own - before.own), others: Math.max(0, now.others - before.others) };
}

/** Returns true if a disk is full of files of others. @param folders folders that the process could write to, on one file system. */
export async function isFullByOthers(account: Account, folders: readonly [string, ...string[]]): Promise<boolean> {
  const free = await freeBytes(folders[0]);
  return free < fullBytes && free + (await bytesIn(account, folders)) < fullBytes;
}

/** Returns the external cause that ended a process in a sandbox, as text; undefined if it succeeded or failed by itself. */
export function infrastructureCause(result: ProcessResult, { memoryKills: kills, isDiskFull }: Circumstances): string | undefined {
  if (result.killed === "aborted") return "it was stopped from outside";
  if (result.killed || result.exitCode === 0) return undefined;
  if (result.signal) return `it was killed from outside by ${result.signal}`;
  if (!result.hasEndedInSandbox) return "its sandbox failed";
  if (isDiskFull) return "the disk is full";
  return kills.others > 0 ? "the machine ran out of memory" : undefined;
}

/** @throws InfrastructureError if an external cause ended the process. */
export function refuseInfrastructureCause(what: string, result: ProcessResult, circumstances: Circumstances): void {
  const cause = infrastructureCause(result, circumstances);
  if (cause) throw new InfrastructureError(withLastLine(`${what}: ${cause}`, result), lastLines(result));
}

/** Returns the last lines of a process, at most 40, standard output first, without control characters. */
export function lastLines(result: Pick<ProcessResult, "stdout" | "stderr">): string {
  return [result.stdout, result.stderr]
    .map((text) => withoutControls(text).trimEnd())
    .filter(Boolean)
    .join("\n")
    .split("\n")
    .slice(-40)
    .map((line) => (line.length > 500 ? `${line.slice(0, 500)}…` : line))
    .join("\n");
}
