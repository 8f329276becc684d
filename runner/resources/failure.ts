import { commandLine } from "../../config/command-line.ts";
import { ProcessOutput } from "zx/core";
import { UserError } from "../../config/user-error.ts";
import { commandOf } from "../system/failed-command.ts";

const shownLines = 15;
const shownCharacters = 300;
const resumeHint = `fix it on the host or in the configuration, then run \`${commandLine("up")}\` again: it resumes at this resource`;

/** Returns a UserError for a resource that could not be applied: its name, the failed command, the last lines of output and a hint. Bugs are returned unchanged. */
export function failureOf(resource: string, error: unknown): unknown {
  if (error instanceof UserError) return new UserError(withName(resource, error.message), error.hint);
  if (error instanceof ProcessOutput) return new UserError(`${resource}: ${endOf(error)}\n${lastLines(error.stdall)}`, resumeHint);
  if (isSystemError(error)) return new UserError(`${resource}: ${error.message}`, resumeHint);
  return error;
}

/** Returns the message of an error as one line. */
export function shortly(error: unknown): string {
  if (!(error instanceof ProcessOutput)) return error instanceof Error ? error.message : String(error);
  return `${endOf(error)}: ${lastLines(error.stdall).split("\n").pop() ?? ""}`;
}

function endOf(output: ProcessOutput): string {
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

/** Returns true for an error of a system call, such as a write to a full disk. */
function isSystemError(error: unknown): error is Error {
  return error instanceof Error && "syscall" in error && "code" in error;
}
