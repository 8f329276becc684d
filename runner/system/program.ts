// The only place that prints errors, for all programs: host, admin, lab and benches.
import { inspect } from "node:util";
import { Command, CommanderError } from "commander";
import { ExpectedError, UserError } from "../../config/user-error.ts";
import { withoutControls } from "../text/plain-text.ts";

/** Returns a command whose errors `runProgram` prints. Its subcommands inherit this. */
export function reportedCommand(name: string): Command {
  return new Command(name)
    .exitOverride()
    .showSuggestionAfterError()
    .configureOutput({ outputError: () => {} });
}

/**
 * Runs a program's command line. On an error, prints it and sets the exit code; otherwise the action sets it.
 * @param args arguments without the program; by default, those of this process.
 */
export async function runProgram(program: Command, args: readonly string[] = process.argv.slice(2)): Promise<void> {
  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    process.exitCode = reportError(error);
  }
}

/** Prints an error to standard error. Returns the exit code: 0 for requested help, 1 failed, 2 usage or configuration, or the error's own. */
export function reportError(error: unknown, print: (text: string) => void = console.error): number {
  const text = errorText(error);
  if (text !== "") print(text);
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  return error instanceof ExpectedError ? error.exitCode : 1;
}

/** Returns `error: message`, then `hint: fix` or the failed command's output; a bug with its stack. Empty for help that commander printed. */
export function errorText(error: unknown): string {
  if (error instanceof CommanderError) return error.code.startsWith("commander.help") || error.exitCode === 0 ? "" : usageText(error);
  if (error instanceof ExpectedError) return withoutControls(`error: ${explained(error)}`);
  return withoutControls(inspect(error));
}

/** Returns the text of an expected error without `error:`, for a caller that adds its own prefix. */
export function explained({ message, details }: ExpectedError): string {
  return details === "" ? message : `${message}\n${details}`;
}

/** Returns the text of a usage error of commander. Its suggestion becomes the hint. */
function usageText({ message }: CommanderError): string {
  const [, what = message, meant] = /^(?:error: )?([^]*?)(?:\n\((Did you mean [^]*)\))?$/.exec(message) ?? [];
  const hint = meant === undefined ? "add --help for usage" : meant.charAt(0).toLowerCase() + meant.slice(1);
  return errorText(new UserError(what, hint));
}
