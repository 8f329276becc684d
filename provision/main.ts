// The admin's commands, a file each: `npm run NAME` in a checkout, `npx evenkeel NAME` with the package.
import { commandLine, isPackaged } from "../config/command-line.ts";
import { nearest } from "../config/nearest.ts";
import { UsageError } from "../config/user-error.ts";
import { reportError } from "../runner/system/program.ts";
import type { AdminCommand } from "./commands/command.ts";
import { packageFields } from "./engine/pulumi-home.ts";

/** Loads a command on demand: most commands need Pulumi's SDK or a part of it. */
type Load = () => Promise<AdminCommand>;

const commands: ReadonlyMap<string, Load> = new Map<string, Load>([
  ["init", async () => (await import("./commands/init.ts")).command],
  ["setup", async () => (await import("./commands/setup.ts")).command],
  ["preview", async () => (await import("./commands/pulumi.ts")).preview],
  ["plan", async () => (await import("./commands/plan.ts")).command],
  ["apply", async () => (await import("./commands/apply.ts")).command],
  ["up", async () => (await import("./commands/pulumi.ts")).up],
  ["destroy", async () => (await import("./commands/pulumi.ts")).destroy],
  ["key", async () => (await import("./commands/key.ts")).command],
  ["secret", async () => (await import("./commands/secret.ts")).command],
  ["pulumi", async () => (await import("./commands/pulumi.ts")).pulumi],
]);

/** Runs a command. Returns its exit code: 0 done, 1 failed, 2 usage or configuration. The command's help lists further codes. */
export async function main([name, ...args]: readonly string[]): Promise<number> {
  try {
    if (name === undefined) {
      console.error(await usage());
      return 2;
    }
    if (name === "--help" || name === "-h" || name === "help") return printed(await usage());
    if (name === "--version" || name === "-V") return printed(packageFields().version);
    const load = commands.get(name);
    if (!load) throw unknown(name);
    const { run } = await load();
    return await run(args);
  } catch (error) {
    return reportError(error);
  }
}

function printed(text: string): number {
  console.log(text);
  return 0;
}

async function usage(): Promise<string> {
  const lines = await Promise.all([...commands].map(async ([name, load]) => `  ${name.padEnd(9)} ${(await load()).summary}`));
  return [
    `usage: ${called} COMMAND [CONFIG.yaml] [options]`,
    "",
    "Provision benchmark servers from one YAML file, and apply its changes.",
    "",
    ...lines,
    "",
    `Show the help of a command with \`${commandLine("up --help")}\`, and the version with --version.`,
  ].join("\n");
}

const called = isPackaged ? "npx evenkeel" : "node evenkeel.js";

function unknown(name: string): UsageError {
  const meant = nearest(name, [...commands.keys()]);
  return new UsageError(
    `unknown command ${name}`,
    meant === undefined ? `list the commands: ${called} --help` : `use ${commandLine(meant)}`,
  );
}
