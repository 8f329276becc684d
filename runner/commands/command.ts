import { setPriority } from "node:os";
import { type Command, InvalidArgumentError } from "commander";
import { workOf } from "../progress/work-text.ts";
import { holdLock, lockBusy } from "../system/lock.ts";
import { reportedCommand } from "../system/program.ts";
import { unreachable } from "../run/exit-codes.ts";

/** Exit codes beyond those of every command. */
export const busyExit = `${lockBusy} the host is busy`;
export const unreachableExit = `${unreachable} a remote cannot be reached`;

interface Definition {
  name: string;
  /** Begins with a verb in the imperative; no full stop. */
  summary: string;
  /** Exit codes beside 0 done, 1 failed and 2 usage, such as `75 the host is busy`; or others for 0 and 1. */
  exitCodes?: readonly string[];
}

const usualExits: ReadonlyMap<string, string> = new Map([
  ["0", "0 done"],
  ["1", "1 failed"],
  ["2", "2 usage"],
]);

/** A command of this program: a file of this folder exports each. */
export function hostCommand({ name, summary, exitCodes = [] }: Definition): Command {
  const exits = new Map([...usualExits, ...exitCodes.map((one): [string, string] => [one.split(" ")[0] ?? "", one])]);
  return reportedCommand(name)
    .summary(summary)
    .description(summary.charAt(0).toUpperCase() + summary.slice(1))
    .addHelpText("after", `\nExit codes: ${[...exits.values()].join(", ")}.`);
}

/** Options that several commands have, each with one text. */
export const sharedOptions = {
  json: ["--json", "print JSON"],
  noPublish: ["--no-publish", "keep results and reports on this host"],
  noWait: ["--no-wait", `exit ${lockBusy} at once while another process works`],
} as const;

/** Signal of commands that only read: a request to end them ends them at once. */
export const unstoppable = new AbortController().signal;

/** Hears requests to end this process from now on, for work that obeys where nothing is lost. */
export function stopSignal(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => stop.abort());
  return stop.signal;
}

/** Seconds to wait for the host's lock. */
export function waitSeconds({ wait }: { wait: boolean }): number {
  return wait ? 3600 : 0;
}

/** Runs `action` under the host's lock, as the options of the command say. @param name of the command, without `evenkeel`. */
export function underLock<T>(name: string, options: { wait: boolean }, signal: AbortSignal, action: () => Promise<T>): Promise<T> {
  const lock = { command: `evenkeel ${name}`, waitSeconds: waitSeconds(options), log: console.error, signal, describe: workOf };
  return holdLock(lock, action);
}

/** Lowers this process's priority: reading must not disturb what is measured. */
export function lookQuietly(): void {
  setPriority(19);
}

/** Prints a value as JSON where `--json` is given, else as text. */
export function print<T>(value: T, { json }: { json?: true }, textOf: (value: T) => string): void {
  console.log(json ? JSON.stringify(value, null, 2) : textOf(value));
}

/** Reads the value of an option that counts something. */
export function wholeNumber(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 0) throw new InvalidArgumentError("write a whole number.");
  return number;
}
