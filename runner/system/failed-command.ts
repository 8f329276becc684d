import type { Options, ProcessOutput } from "zx/core";

type LogEntry = Parameters<Options["log"]>[0];

/** Running commands by zx's id. zx passes the text of a command only to its log, not to the output of a failed one. */
const running = new Map<string, string>();
const failed: { command: string; exitCode: number | null; signal: string | null; duration: number }[] = [];
const mostRemembered = 20;

/** Log function for zx. Remembers failed commands and prints nothing. */
export function rememberFailed(entry: LogEntry): void {
  if (entry.kind === "cmd") running.set(entry.id, entry.cmd);
  if (entry.kind !== "end") return;
  const command = running.get(entry.id);
  running.delete(entry.id);
  if (command === undefined || entry.exitCode === 0) return;
  const { exitCode, signal, duration } = entry;
  failed.push({ command, exitCode, signal, duration });
  if (failed.length > mostRemembered) failed.shift();
}

/** Returns the text of a recently failed command, identified by its exit code, signal and duration. */
export function commandOf({ exitCode, signal, duration }: ProcessOutput): string | undefined {
  const sameEnd = failed.filter((one) => one.exitCode === exitCode && one.signal === signal && one.duration === duration);
  return sameEnd[sameEnd.length - 1]?.command;
}
