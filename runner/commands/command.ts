import { setPriority } from "node:os";
import { type Command, InvalidArgumentError } from "commander";
import { workOf } from "../progress/work-text.ts";
import { holdLock, lockBusy } from "../system/lock.ts";
import { reportedCommand } from "../system/program.ts";
import { unreachable } from "../run/exit-codes.ts";

/** Exit codes of some commands. */
export const busyExit = `${lockBusy} the host is busy`;
export const unreachableExit = `${unreachable} a remote cannot be reached`;

interface Definition {
  name: string;
  /** Imperative sentence without a full stop. */
  summary: string;
  /** Exit codes besides 0 done, 1 failed and 2 usage, such as `75 the host is busy`; may replace 0 and 1. */
  exitCodes?: readonly string[];
}

const usualExits: ReadonlyMap<string, string> = new Map([
  ["0", "0 done"],
  ["1", "1 failed"],
  ["2", "2 usage"],
]);

/** Returns a command of this program. Each file of this folder exports one. */
export function hostCommand({ name, summary, exitCodes = [] }: Definition): Command {
  const exits = new Map([...usualExits, ...exitCodes.map((one): [string, string] => [one.split(" ")[0] ?? "", one])]);
  return reportedCommand(name)
    .summary(summary)
    .description(summary.charAt(0).toUpperCase() + summary.slice(1))
    .addHelpText("after", `\nExit codes: ${[...exits.values()].join(", ")}.`);
}

/** Options of several commands. */
export const sharedOptions = {
  json: ["--json", "print JSON"],
  noPublish: ["--no-publish", "keep results and reports on this host"],
  noWait: ["--no-wait", `exit ${lockBusy} at once if the host is busy`],
} as const;

/** Signal for commands that only read: SIGINT and SIGTERM end them at once. */
export const unstoppable = new AbortController().signal;

/** Returns a signal that SIGINT, SIGTERM or SIGHUP aborts, for work that stops without losing anything. */
export function stopSignal(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => stop.abort());
  return stop.signal;
}

/** Returns the seconds to wait for the host's lock. */
export function waitSeconds({ wait }: { wait: boolean }): number {
  return wait ? 3600 : 0;
}

/** Performs an action under the host's lock. @param name of the command, without `evenkeel`. @param options.wait waits for the lock. */
export function underLock<T>(name: string, options: { wait: boolean }, signal: AbortSignal, action: () => Promise<T>): Promise<T> {
  const lock = { command: `evenkeel ${name}`, waitSeconds: waitSeconds(options), log: console.error, signal, describe: workOf };
  return holdLock(lock, action);
}

/** Lowers the priority of this process, so that reading does not disturb a measurement. */
export function lookQuietly(): void {
  setPriority(19);
}

/** Prints a value as JSON if `--json` is given, otherwise as text. */
export function print<T>(value: T, { json }: { json?: true }, textOf: (value: T) => string): void {
  console.log(json ? JSON.stringify(value, null, 2) : textOf(value));
}

/** Parses the value of an option that is a whole number. */
export function wholeNumber(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 0) throw new InvalidArgumentError("write a whole number.");
  return number;
}
