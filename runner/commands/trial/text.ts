import { row, section } from "../../text/labelled.ts";
import { shellWord } from "../../text/shell-word.ts";
import type { Tried } from "./trial.ts";

/** Returns a trial as text: command, output, and the number read, or the reason that there is none. */
export function trialText(tried: Tried): string {
  const { benchmark, revision, failure, ran } = tried;
  const head = [row("benchmark", benchmark), row("revision", revision.slice(0, 12))];
  if (failure) {
    return [...head, ...section("output", failure.output), row("failed", `${failure.stage}: ${failure.message}`)].join("\n");
  }
  if (!ran) return head.join("\n");
  const { command, cwd, process, seconds, problem } = ran;
  const took = process ? `${ended(process)} after ${process.seconds.toFixed(3)} s` : "not known";
  return [
    ...head,
    row("command", command.map(shellWord).join(" ")),
    row("directory", cwd),
    row("ended", took),
    ...section("standard output", process?.stdout ?? ""),
    ...section("standard error", process?.stderr ?? ""),
    seconds === undefined ? row("refused", problem ?? "no number was read") : row("number read", `${seconds} s`),
  ].join("\n");
}

/** Returns true if a number was read. */
export function isAccepted({ ran }: Tried): boolean {
  return ran?.seconds !== undefined;
}

function ended({ exitCode, signal, killed }: NonNullable<NonNullable<Tried["ran"]>["process"]>): string {
  if (killed !== undefined) return `killed at its ${killed}`;
  return signal === undefined ? `exit code ${exitCode}` : `signal ${signal}`;
}
