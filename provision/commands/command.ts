import type { Command } from "commander";
import { commandLine } from "../../config/command-line.ts";
import { reportedCommand } from "../../runner/system/program.ts";

/** Command on the admin's machine: `npm run NAME` in a checkout, `npx evenkeel NAME` with the package. Files of this folder export them. */
export interface AdminCommand {
  /** Summary that begins with an imperative verb and has no full stop. */
  summary: string;
  /** Runs the command. Returns the exit code. */
  run: (args: readonly string[]) => Promise<number>;
}

interface Definition<Argument, Options> {
  /** Command line: `npm run plan --`. */
  called: string;
  summary: string;
  /** Further sentences for the command's help. */
  about?: string;
  /** Exit codes, each with its meaning. */
  exitCodes?: string;
  /** Adds the argument and the options. */
  define: (command: Command) => Command;
  /** Runs the command. Returns the exit code. */
  action: (argument: Argument, options: Options) => Promise<number>;
}

/** Returns a command with at most one argument, parsed by commander. */
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

/** Returns the command line of a command that options follow: `npm run plan --`. */
export function calledWithOptions(name: string): string {
  return commandLine(`${name} `).trimEnd();
}
