// All programs print errors here, and here only: the host's, the admin's, the lab's and the benches'.
import { inspect } from "node:util";
import { Command, CommanderError } from "commander";
import { ExpectedError, UserError } from "../../config/user-error.ts";
import { withoutControls } from "../text/plain-text.ts";

/** A command whose errors `runProgram` prints. Subcommands that it makes inherit this. */
export function reportedCommand(name: string): Command {
  return new Command(name)
    .exitOverride()
    .showSuggestionAfterError()
    .configureOutput({ outputError: () => {} });
}

/**
 * Runs a program's command line, and prints the error that it fails with. Sets the exit code then; an action sets that of what it did.
 * @param args arguments without program; those of this process if not given.
 */
export async function runProgram(program: Command, args: readonly string[] = process.argv.slice(2)): Promise<void> {
  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    process.exitCode = reportError(error);
  }
}

/** Prints an error to standard error. Returns the exit code: 0 for help that was asked for, 1 failed, 2 usage or configuration, or the error's own. */
export function reportError(error: unknown, print: (text: string) => void = console.error): number {
  const text = errorText(error);
  if (text !== "") print(text);
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  return error instanceof ExpectedError ? error.exitCode : 1;
}

/** `error: message`, then `hint: fix` or the output of what failed; a bug with its stack. Empty for help that commander printed. */
export function errorText(error: unknown): string {
  if (error instanceof CommanderError) return error.code.startsWith("commander.help") || error.exitCode === 0 ? "" : usageText(error);
  if (error instanceof ExpectedError) return withoutControls(`error: ${explained(error)}`);
  return withoutControls(inspect(error));
}

/** An expected error without the word `error`, for a caller that prints its own. */
export function explained({ message, details }: ExpectedError): string {
  return details === "" ? message : `${message}\n${details}`;
}

/** A mistake that commander found in a command line: its suggestion becomes the hint. */
function usageText({ message }: CommanderError): string {
  const [, what = message, meant] = /^(?:error: )?([^]*?)(?:\n\((Did you mean [^]*)\))?$/.exec(message) ?? [];
  const hint = meant === undefined ? "add --help for usage" : meant.charAt(0).toLowerCase() + meant.slice(1);
  return errorText(new UserError(what, hint));
}
