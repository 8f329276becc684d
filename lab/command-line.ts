import { UserError } from "../config/user-error.ts";
import { codeOf } from "../config/error-code.ts";

/** The one place where a command line's errors are printed. Returns the exit code: 0 for help that was asked for, 1 failed, 2 usage. */
export function reportError(error: unknown): number {
  if (error instanceof UserError) {
    console.error(`error: ${error.message}\n${error.hint}`);
    return 1;
  }
  if (error instanceof Error && codeOf(error)?.startsWith("commander.")) {
    return "exitCode" in error && error.exitCode === 0 ? 0 : 2;
  }
  console.error(error);
  return 1;
}
