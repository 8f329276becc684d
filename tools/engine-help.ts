/** One of the commands of tools/engine.ts, as `--help` explains it. */
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
    { summary: "Show what `npm run up` would change on the hosts. Changes nothing; `npm run plan` tells more.", options: [verbose] },
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
    `usage: ${called(verb)} [CONFIG.yaml] [options]`,
    "",
    summary,
    "",
    "  CONFIG.yaml     the configuration file, such as config/yours.yaml; may be left out where there is one only",
    "  --stack NAME    the stack; named after the file if not given",
    ...options,
    "  --help          show this",
    "",
    `Other options go to Pulumi: \`npm run pulumi -- help ${verb}\` lists them.`,
    "EVENKEEL_SKIP=NAME leaves a host out: it is neither looked at nor changed.",
    "Exit codes: 0 done, 1 failed, 2 usage or configuration.",
  ].join("\n");
}

export const usage = `usage: npm run pulumi -- COMMAND [options of Pulumi]
       npm run up|preview|destroy -- [CONFIG.yaml] [options]

Run Pulumi's engine with the settings of this checkout. \`npm run up -- --help\` explains one command;
\`npm run pulumi -- help\` lists Pulumi's own.`;

/** A command as it is typed; `refresh` is no script of package.json. */
function called(verb: string): string {
  return verb === "refresh" ? "npm run pulumi -- refresh" : `npm run ${verb} --`;
}
