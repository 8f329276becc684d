import { readFile } from "node:fs/promises";
import type { Account } from "./account.ts";
import { bytesIn } from "./disk-use.ts";
import { freeBytes } from "./free-bytes.ts";
import type { ProcessResult } from "./process.ts";
import { InfrastructureError } from "./infrastructure-error.ts";
import { withLastLine } from "./last-line.ts";
import type { Scope } from "./scope.ts";
import { withoutControls } from "../text/plain-text.ts";

/** Signals that nothing in a program sends to itself: the kernel out of memory, an operator, a shutdown. */
export const outsideSignals: readonly NodeJS.Signals[] = ["SIGKILL", "SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT", "SIGXCPU"];

/** With less free than this, a disk counts as full. */
const fullBytes = 1e9;

/** Processes that the kernel has ended for want of memory since the machine started: of a scope, and all others. */
export interface MemoryKills {
  own: number;
  others: number;
}

/** What measured code cannot forge and that decides whose fault a failure is. */
export interface Circumstances {
  /** The kernel ended processes for want of memory meanwhile. */
  memoryKills: MemoryKills;
  /** The disk would be full without the files of what failed, too. */
  isDiskFull: boolean;
}

/** Counts of the kernel: `oom_kill` of /proc/vmstat, and of memory.events of the scope where control groups have it. */
export async function memoryKills(scope?: Pick<Scope, "memoryKills">): Promise<MemoryKills> {
  const vmstat = await readFile("/proc/vmstat", "utf8").catch(() => "");
  const all = Number(/^oom_kill (\d+)$/m.exec(vmstat)?.[1] ?? 0);
  const own = (await scope?.memoryKills()) ?? 0;
  return { own, others: Math.max(0, all - own) };
}

export function killsSince(before: MemoryKills, now: MemoryKills): MemoryKills {
  return { own: Math.max(0, now.own - before.own), others: Math.max(0, now.others - before.others) };
}

/** Whether a disk is full by others' files. @param folders what the process in question could write to, on the file system of the first. */
export async function isFullByOthers(account: Account, folders: readonly [string, ...string[]]): Promise<boolean> {
  const free = await freeBytes(folders[0]);
  return free < fullBytes && free + (await bytesIn(account, folders)) < fullBytes;
}

/** Returns why something other than a process in a sandbox stopped it, in words; undefined where it is its own doing, or it succeeded. */
export function infrastructureCause(result: ProcessResult, { memoryKills: kills, isDiskFull }: Circumstances): string | undefined {
  if (result.killed === "aborted") return "it was stopped from outside";
  if (result.killed || result.exitCode === 0) return undefined;
  if (result.signal) return `it was killed by ${result.signal}, which it did not do itself`;
  if (!result.hasEndedInSandbox) return "its sandbox failed";
  if (isDiskFull) return "the disk is full";
  return kills.others > 0 ? "the machine ran out of memory" : undefined;
}

/** @throws InfrastructureError where something other than the process itself stopped it. */
export function refuseInfrastructureCause(what: string, result: ProcessResult, circumstances: Circumstances): void {
  const cause = infrastructureCause(result, circumstances);
  if (cause) throw new InfrastructureError(withLastLine(`${what}: ${cause}`, result), lastLines(result));
}

/** What a process printed last, at most 40 lines, standard output first, without control characters. */
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
