import { spawn } from "node:child_process";
import { rm } from "node:fs/promises";
import { Option } from "commander";
import { UserError } from "../config/user-error.ts";
import { reportedCommand, runProgram } from "../runner/system/program.ts";
import { labAgent, stopAgent } from "./agent.ts";
import { labPaths } from "./cache.ts";
import { downHost, findHost, listHosts, removeHost, sshArguments, sshEnvironment, upHost } from "./host.ts";
import { releases, type Release } from "./image.ts";
import { needRoot } from "./machine.ts";
import { sayWithElapsed } from "./progress.ts";

const program = reportedCommand("npm run lab --")
  .description("Manage throwaway hosts: Debian trees booted on this machine, reached by ssh")
  .enablePositionalOptions()
  .hook("preAction", needRoot);

program
  .command("up")
  .description("make and boot a host; prints how to reach it, as JSON")
  .argument("<name>", "lower-case letters, digits, dashes")
  .addOption(new Option("--release <release>", "Debian release").choices(releases).default("trixie"))
  .option("--fresh", "start from a bare tree, whatever was there")
  .action(async (name: string, options: { release: Release; fresh?: true }) => {
    const say = sayWithElapsed();
    const host = await upHost({ name, release: options.release, fresh: options.fresh ?? false, say });
    say(`${name} is up`);
    print({ ...host, SSH_AUTH_SOCK: await labAgent() });
  });

program
  .command("ssh")
  .description("log in to a host, or run a command on it")
  .argument("<name>", "the host")
  .argument("[command...]", "what to run; a login shell without")
  .option("--user <user>", "login", "root")
  .passThroughOptions()
  .action(async (name: string, command: string[], options: { user: string }) => {
    const host = await findHost(name);
    if (!host) throw new UserError(`there is no host ${name}`, `make it: npm run lab -- up ${name}`);
    const child = spawn("ssh", [...sshArguments(host), `${options.user}@${host.address}`, ...command], {
      stdio: "inherit",
      env: await sshEnvironment(),
    });
    child.on("exit", (code) => (process.exitCode = code ?? 1));
  });

program
  .command("down")
  .description("power a host off; its tree stays unless --remove")
  .argument("<name>", "the host")
  .option("--remove", "delete its tree too")
  .action(async (name: string, options: { remove?: true }) => {
    await (options.remove ? removeHost(name) : downHost(name));
  });

program
  .command("list")
  .description("list all hosts, as JSON")
  .action(async () => print(await listHosts()));

program
  .command("clean")
  .description("remove every host and the lab's agent; the cached images and sources stay unless --all")
  .option("--all", "delete the whole cache of the lab")
  .action(async (options: { all?: true }) => {
    const say = sayWithElapsed();
    for (const host of await listHosts()) {
      say(`removing ${host.name}`);
      await removeHost(host.name);
    }
    await stopAgent();
    if (options.all) await rm(labPaths.lab, { recursive: true, force: true });
    say("clean");
  });

await runProgram(program);

function print(value: unknown): void {
  console.log(JSON.stringify(value, null, 2));
}
