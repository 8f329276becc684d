import { commandLine } from "../../config/command-line.ts";
import { ProcessOutput } from "zx/core";
import { UserError } from "../../config/user-error.ts";
import { commandOf } from "../system/failed-command.ts";

const shownLines = 15;
const shownCharacters = 300;
const goOn = `mend it on the host or in the configuration, then run \`${commandLine("up")}\` again: it goes on from this resource`;

/** Why a resource could not be applied: which one, by which command, its last lines, what to do. A bug stays what it is. */
export function failureOf(resource: string, error: unknown): unknown {
  if (error instanceof UserError) return new UserError(withName(resource, error.message), error.hint);
  if (error instanceof ProcessOutput) return new UserError(`${resource}: ${inWords(error)}\n${lastLines(error.stdall)}`, goOn);
  if (isSystemError(error)) return new UserError(`${resource}: ${error.message}`, goOn);
  return error;
}

/** The same as one line. */
export function shortly(error: unknown): string {
  if (!(error instanceof ProcessOutput)) return error instanceof Error ? error.message : String(error);
  return `${inWords(error)}: ${lastLines(error.stdall).split("\n").pop() ?? ""}`;
}

function inWords(output: ProcessOutput): string {
  const command = commandOf(output) ?? "a command";
  const text = command.length > shownCharacters ? `${command.slice(0, shownCharacters)}…` : command;
  return `${text} ${output.signal ? `was ended by ${output.signal}` : `ended with exit code ${output.exitCode}`}`;
}

function lastLines(text: string): string {
  return text.trim().split("\n").slice(-shownLines).join("\n");
}

function withName(resource: string, message: string): string {
  return message.startsWith(`${resource}: `) ? message : `${resource}: ${message}`;
}

/** What the operating system refused, such as writing to a full disk. */
function isSystemError(error: unknown): error is Error {
  return error instanceof Error && "syscall" in error && "code" in error;
}
