import { commandLine } from "../../config/command-line.ts";
import { commandOf } from "./arguments.ts";

/** One of the commands that `engine.ts` runs, as `--help` explains it. */
interface Explained {
  summary: string;
  options?: readonly string[];
}

const interrupt = "  --interrupt     stop what is measured at its next block instead of waiting; the next run resumes it";
const verbose = "  --verbose       show every setting and package of a new host, not only those that were decided";
const yes = "  --yes           do not ask before anything is changed";

const commands = new Map<string, Explained>([
  ["up", { summary: "Make the hosts what the configuration says. Shows what will change, and asks.", options: [interrupt, verbose, yes] }],
  [
    "preview",
    {
      summary: `Show what \`${commandLine("up")}\` would change on the hosts. Changes nothing; \`${commandLine("plan")}\` tells more.`,
      options: [verbose],
    },
  ],
  ["destroy", { summary: "Remove the schedule from the hosts. All data stays where it is.", options: [yes] }],
  ["refresh", { summary: "Read the stack's resources anew. Evenkeel's own look at the hosts needs no refresh.", options: [yes] }],
]);

/** The help of a command; undefined for those that are Pulumi's alone. */
export function helpOf(verb: string): string | undefined {
  const explained = commands.get(verb);
  if (!explained) return undefined;
  const { summary, options = [] } = explained;
  return [
    `usage: ${commandLine(`${commandOf(verb)} [CONFIG.yaml] [options]`)}`,
    "",
    summary,
    "",
    "  CONFIG.yaml     the configuration file, such as config/yours.yaml; may be left out where there is one only",
    "  --stack NAME    the stack; named after the file if not given",
    ...options,
    "  --help          show this",
    "",
    `Other options go to Pulumi: \`${commandLine(`pulumi help ${verb}`)}\` lists them.`,
    "EVENKEEL_SKIP=NAME leaves a host out: it is neither looked at nor changed.",
    "Exit codes: 0 done, 1 failed, 2 usage or configuration; others are Pulumi's, such as 7 for --expect-no-changes.",
  ].join("\n");
}

export function usage(): string {
  return `usage: ${commandLine("pulumi COMMAND [options of Pulumi]")}
       ${commandLine("up|preview|destroy [CONFIG.yaml] [options]")}

Run Pulumi's engine with the settings of this project. \`${commandLine("up --help")}\` explains one command;
\`${commandLine("pulumi help")}\` lists Pulumi's own.`;
}
