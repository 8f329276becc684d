import type { Options, ProcessOutput } from "zx/core";

type LogEntry = Parameters<Options["log"]>[0];

/** zx tells the text of a command to its log only, not to the output of one that failed: kept here until it is asked for. */
const running = new Map<string, string>();
const failed: { command: string; exitCode: number | null; signal: string | null; duration: number }[] = [];
const kept = 20;

/** zx's log: prints nothing. */
export function rememberFailed(entry: LogEntry): void {
  if (entry.kind === "cmd") running.set(entry.id, entry.cmd);
  if (entry.kind !== "end") return;
  const command = running.get(entry.id);
  running.delete(entry.id);
  if (command === undefined || entry.exitCode === 0) return;
  const { exitCode, signal, duration } = entry;
  failed.push({ command, exitCode, signal, duration });
  if (failed.length > kept) failed.shift();
}

/** The text of a command that failed lately, by what it ended with. */
export function commandOf({ exitCode, signal, duration }: ProcessOutput): string | undefined {
  const sameEnd = failed.filter((one) => one.exitCode === exitCode && one.signal === signal && one.duration === duration);
  return sameEnd[sameEnd.length - 1]?.command;
}
