import { commandLine } from "../../config/command-line.ts";
import { commandOf } from "./arguments.ts";

/** Help of a command that `provision/commands/pulumi.ts` runs. */
interface Explained {
  /** Summary that begins with an imperative verb and has no full stop. */
  summary: string;
  /** Further sentences. */
  about: string;
  options: readonly string[];
}

const interrupt = "  --interrupt     stop a measurement at its next block instead of waiting; the next run resumes it";
const verbose = "  --verbose       show every setting and package of a new host, including defaults and dependencies";
const yes = "  --yes           apply all changes without asking";

const commands = {
  up: {
    summary: "apply the configuration to the hosts",
    about: "Shows the changes and asks before it applies them.",
    options: [interrupt, verbose, yes],
  },
  preview: {
    summary: "show what up would change on the hosts",
    about: `Changes nothing. \`${commandLine("plan")}\` also shows the impact on the timeline.`,
    options: [verbose],
  },
  destroy: { summary: "remove the schedule from the hosts, but no data", about: "All data stays on the hosts.", options: [yes] },
  refresh: {
    summary: "refresh the stack's resources in Pulumi's state",
    about: "Evenkeel does not need it: every command reads the state of the hosts.",
    options: [yes],
  },
} satisfies Record<string, Explained>;

export function summaryOf(verb: keyof typeof commands): string {
  return commands[verb].summary;
}

/** Returns the help of a command; undefined for commands of Pulumi alone. */
export function helpOf(verb: string): string | undefined {
  const explained: Explained | undefined = new Map<string, Explained>(Object.entries(commands)).get(verb);
  if (!explained) return undefined;
  const { summary, about, options } = explained;
  return [
    `usage: ${commandLine(`${commandOf(verb)} [CONFIG.yaml] [options]`)}`,
    "",
    `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`,
    about,
    "",
    "  CONFIG.yaml     the configuration file, such as config/yours.yaml; optional if there is only one",
    "  --stack NAME    the stack; default: the name of the file",
    ...options,
    "  --help          show this help",
    "",
    `Other options go to Pulumi: \`${commandLine(`pulumi help ${verb}`)}\` lists them.`,
    "EVENKEEL_SKIP=NAME skips a host: it is neither checked nor changed.",
    "Exit codes: 0 done, 1 failed, 2 usage or configuration; others are Pulumi's, such as 7 for --expect-no-changes.",
  ].join("\n");
}

export function usage(): string {
  return `usage: ${commandLine("pulumi COMMAND [options of Pulumi]")}
       ${commandLine("up|preview|destroy [CONFIG.yaml] [options]")}

Run Pulumi's engine with the settings of this project. Show the help of a command with \`${commandLine("up --help")}\`,
and the commands of Pulumi with \`${commandLine("pulumi help")}\`.`;
}
