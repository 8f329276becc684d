import { commandLine } from "../../config/command-line.ts";
import { commandOf } from "./arguments.ts";

/** One of the commands that `provision/commands/pulumi.ts` runs, as `--help` explains it. */
interface Explained {
  /** Begins with a verb in the imperative; no full stop. */
  summary: string;
  /** More sentences. */
  about: string;
  options: readonly string[];
}

const interrupt = "  --interrupt     stop what is measured at its next block instead of waiting; the next run resumes it";
const verbose = "  --verbose       show every setting and package of a new host, not only those that were decided";
const yes = "  --yes           change everything without asking";

const commands = {
  up: {
    summary: "make the hosts what the configuration says",
    about: "Shows what will change, and asks.",
    options: [interrupt, verbose, yes],
  },
  preview: {
    summary: "show what up would change on the hosts",
    about: `Changes nothing; \`${commandLine("plan")}\` also shows the consequences for the timeline.`,
    options: [verbose],
  },
  destroy: { summary: "remove the schedule from the hosts, and no data", about: "All data stays where it is.", options: [yes] },
  refresh: {
    summary: "read the stack's resources again",
    about: "Evenkeel reads the state of the hosts without it.",
    options: [yes],
  },
} satisfies Record<string, Explained>;

export function summaryOf(verb: keyof typeof commands): string {
  return commands[verb].summary;
}

/** The help of a command; undefined for those that are Pulumi's alone. */
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
    "  CONFIG.yaml     the configuration file, such as config/yours.yaml; may be left out if there is only one",
    "  --stack NAME    the stack; named after the file if not given",
    ...options,
    "  --help          show this help",
    "",
    `Other options go to Pulumi: \`${commandLine(`pulumi help ${verb}`)}\` lists them.`,
    "EVENKEEL_SKIP=NAME skips a host: it is neither looked at nor changed.",
    "Exit codes: 0 done, 1 failed, 2 usage or configuration; others are Pulumi's, such as 7 for --expect-no-changes.",
  ].join("\n");
}

export function usage(): string {
  return `usage: ${commandLine("pulumi COMMAND [options of Pulumi]")}
       ${commandLine("up|preview|destroy [CONFIG.yaml] [options]")}

Run Pulumi's engine with the settings of this project. \`${commandLine("up --help")}\` explains one command;
\`${commandLine("pulumi help")}\` lists Pulumi's own.`;
}
