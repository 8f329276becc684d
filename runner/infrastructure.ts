import type { ProcessResult } from "./host/process.ts";
import { InfrastructureError } from "./infrastructure-error.ts";

/** Signals that nothing in a program sends to itself: the kernel out of memory, an operator, a shutdown. */
export const outsideSignals: readonly NodeJS.Signals[] = ["SIGKILL", "SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT", "SIGXCPU"];

/** The same, told by a parent that ended after its child: a shell's 128 + 9 and Python's -9. */
const killedChildCodes: readonly (number | undefined)[] = [137, 247];

/** What programs print where there is no space left. */
export const saysDiskFull = /No space left on device|Disk quota exceeded/;

const outsideCauses: readonly [RegExp, string][] = [
  [saysDiskFull, "the disk is full"],
  [/Cannot allocate memory|virtual memory exhausted/, "there is not enough memory"],
  [
    /fatal error: Killed signal|internal compiler error: Killed|Signal 9 \(Killed\)|died with <Signals\.SIGKILL: 9>/,
    "the compiler was killed, probably for want of memory",
  ],
];

/** What stopped a process that is not the process's own doing, in words; undefined where it is its own doing, or it succeeded. */
export function infrastructureCause(result: ProcessResult): string | undefined {
  if (result.killed === "aborted") return "it was stopped from outside";
  if (result.killed || result.exitCode === 0) return undefined;
  if (result.signal && outsideSignals.includes(result.signal)) return `it was killed by ${result.signal}, which it did not do itself`;
  if (killedChildCodes.includes(result.exitCode)) return "a process it started was killed, probably for want of memory";
  const printed = result.stdout + result.stderr;
  return outsideCauses.find(([pattern]) => pattern.test(printed))?.[1];
}

/** @throws InfrastructureError where something other than the process itself stopped it. */
export function refuseInfrastructureCause(what: string, result: ProcessResult): void {
  const cause = infrastructureCause(result);
  if (cause) throw new InfrastructureError(`${what}: ${cause}`, lastLines(result));
}

/** What a process printed last, at most 40 lines, standard output first. */
export function lastLines(result: Pick<ProcessResult, "stdout" | "stderr">): string {
  return [result.stdout, result.stderr]
    .map((text) => text.trimEnd())
    .filter(Boolean)
    .join("\n")
    .split("\n")
    .slice(-40)
    .map((line) => (line.length > 500 ? `${line.slice(0, 500)}…` : line))
    .join("\n");
}
