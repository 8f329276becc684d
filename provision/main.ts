// The admin's commands, a file each: `npm run NAME` in a checkout, `npx evenkeel NAME` with the package.
import { commandLine, isPackaged } from "../config/command-line.ts";
import { nearest } from "../config/nearest.ts";
import { UsageError } from "../config/user-error.ts";
import { packageFields } from "./engine/pulumi-home.ts";
import { reportError } from "./engine/report-error.ts";

/** Does a command's work. Returns its exit code. */
type Run = (args: readonly string[]) => Promise<number>;

interface Listed {
  summary: string;
  /** Loaded when it is asked for: most of them need Pulumi's SDK or a part of it. */
  load: () => Promise<Run>;
}

const pulumi = async (): Promise<Run> => (await import("./commands/pulumi.ts")).runPulumi;
const verb = (name: string) => async (): Promise<Run> => {
  const run = await pulumi();
  return (args) => run([name, ...args]);
};

const commands: ReadonlyMap<string, Listed> = new Map([
  ["init", { summary: "write a repository for servers of your own", load: async () => (await import("./commands/init.ts")).init }],
  ["setup", { summary: "install Pulumi and its command plugin", load: async () => (await import("../tools/offline/toolchain.ts")).setUp }],
  ["preview", { summary: "show what up would change on the hosts", load: verb("preview") }],
  [
    "plan",
    { summary: "show that, and its consequences for the timeline", load: async () => (await import("./commands/plan.ts")).planCommand },
  ],
  ["apply", { summary: "apply exactly the plan that plan saved", load: async () => (await import("./commands/apply.ts")).applyCommand }],
  ["up", { summary: "make the hosts what the configuration says", load: verb("up") }],
  ["destroy", { summary: "remove the schedule from the hosts, and no data", load: verb("destroy") }],
  ["key", { summary: "bring an existing deploy key to a host", load: async () => (await import("./commands/key.ts")).key }],
  ["secret", { summary: "bring a secret of the alerts to a host", load: async () => (await import("./commands/secret.ts")).secret }],
  ["pulumi", { summary: "run any command of Pulumi's", load: pulumi }],
]);

/** Runs a command. Returns its exit code: 0 done, 1 failed, 2 usage or configuration, and what the command's help adds. */
export async function main([name, ...args]: readonly string[]): Promise<number> {
  try {
    if (name === undefined) {
      console.error(usage());
      return 2;
    }
    if (name === "--help" || name === "-h" || name === "help") return printed(usage());
    if (name === "--version" || name === "-V") return printed(packageFields().version);
    const listed = commands.get(name);
    if (!listed) throw unknown(name);
    return await (
      await listed.load()
    )(args);
  } catch (error) {
    return reportError(error);
  }
}

function printed(text: string): number {
  console.log(text);
  return 0;
}

function usage(): string {
  const lines = [...commands].map(([name, { summary }]) => `  ${name.padEnd(9)} ${summary}`);
  return [
    `usage: ${isPackaged ? "npx evenkeel" : "node evenkeel.js"} COMMAND [CONFIG.yaml] [options]`,
    "",
    "Provision benchmark servers and keep them what one YAML file says.",
    "",
    ...lines,
    "",
    `\`${commandLine("up --help")}\` explains one command; --version shows the version.`,
  ].join("\n");
}

function unknown(name: string): UsageError {
  const meant = nearest(name, [...commands.keys()]);
  return new UsageError(`there is no command ${name}`, meant === undefined ? usage() : `use ${commandLine(meant)}`);
}
