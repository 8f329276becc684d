import type { Command } from "commander";
import { commandLine } from "../../config/command-line.ts";
import { reportedCommand } from "../../runner/system/program.ts";

/** A command on the admin's machine: `npm run NAME` in a checkout, `npx evenkeel NAME` with the package. A file of this folder exports each. */
export interface AdminCommand {
  /** Begins with a verb in the imperative; no full stop. */
  summary: string;
  /** Does its work. Returns the exit code. */
  run: (args: readonly string[]) => Promise<number>;
}

interface Definition<Argument, Options> {
  /** As it is called: `npm run plan --`. */
  called: string;
  summary: string;
  /** More sentences on it, for its own help. */
  about?: string;
  /** Exit codes, each with its meaning. */
  exitCodes?: string;
  /** Adds its argument and its options. */
  define: (command: Command) => Command;
  /** Does its work. Returns the exit code. */
  action: (argument: Argument, options: Options) => Promise<number>;
}

/** A command with at most one argument, whose arguments commander reads. */
export function parsedCommand<Argument, Options>(definition: Definition<Argument, Options>): AdminCommand {
  const { called, summary, about, exitCodes = "0 done, 1 failed, 2 usage or configuration", define, action } = definition;
  const sentence = summary.charAt(0).toUpperCase() + summary.slice(1);
  return {
    summary,
    run: async (args) => {
      let exitCode = 0;
      await define(reportedCommand(called).description(about === undefined ? sentence : `${sentence}.\n${about}`))
        .addHelpText("after", `\nExit codes: ${exitCodes}.`)
        .action(async (argument: Argument, options: Options) => {
          exitCode = await action(argument, options);
        })
        .parseAsync(args, { from: "user" });
      return exitCode;
    },
  };
}

/** `npm run plan --`: a command with options after it, as it is called. */
export function calledWithOptions(name: string): string {
  return commandLine(`${name} `).trimEnd();
}
