import { CommanderError } from "commander";
import { ConfigError } from "../../config/load.ts";
import { UsageError, UserError } from "../../config/user-error.ts";

/**
 * Prints an error of a command and returns its exit code: 0 for help that was asked for, 1 failed, 2 usage or configuration.
 * @throws what is a bug.
 */
export function reportError(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (!(error instanceof UserError)) throw error;
  console.error(`${error.message}\n  ${error.hint}`);
  return error instanceof ConfigError || error instanceof UsageError ? 2 : 1;
}
