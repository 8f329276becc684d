import { commandLine } from "../../config/command-line.ts";
import type { Config } from "../../config/schema.ts";
import { UsageError } from "../../config/user-error.ts";
import { isConfigFile } from "../engine/configuration-choice.ts";
import { existingFile, onlyConfiguration } from "../engine/stacks.ts";
import { handOver } from "../program/hand-over.ts";
import { parsedCommand, type AdminCommand } from "./command.ts";

interface Put {
  name: "key" | "secret";
  summary: string;
  /** Name of the file on standard input: `private-key`. */
  input: string;
  /** Argument after the host: its text in the usage, and a pattern that it must match before a shell of the host gets it. */
  extra?: { text: string; pattern: RegExp };
  /** Returns the command of the host program that reads the input. */
  hostCommand: (config: Config, extra: string) => string;
}

/** Returns the command `NAME put [CONFIG.yaml] HOST [EXTRA] < file`, which sends a secret directly to its host, without Pulumi's state. */
export function putCommand({ name, summary, input, extra, hostCommand }: Put): AdminCommand {
  const words = `[CONFIG.yaml] HOST ${extra === undefined ? "" : `${extra.text} `}< ${input}`;
  const usage = commandLine(`${name} put ${words}`);
  return parsedCommand<string[], object>({
    called: commandLine(`${name} put`),
    summary,
    about: "Sends standard input to the host without Pulumi. CONFIG.yaml is optional if there is only one configuration.",
    define: (command) => command.argument("[words...]").usage(words),
    action: ([verb, ...where]) => {
      const given = where.find(isConfigFile);
      const [host, ...others] = where.filter((one) => one !== given);
      const value = extra === undefined ? "" : others.shift();
      if (verb !== "put" || host === undefined || value === undefined || others.length > 0 || extra?.pattern.test(value) === false)
        throw new UsageError("missing or unknown arguments", `usage: ${usage}`);
      const file = given === undefined ? onlyConfiguration(`${name} put`).file : existingFile(given);
      return handOver({ file, host, usage, command: (config) => hostCommand(config, value) });
    },
  });
}
