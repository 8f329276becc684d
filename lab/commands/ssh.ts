import { spawn } from "node:child_process";
import { UserError } from "../../config/user-error.ts";
import { reportedCommand } from "../../runner/system/program.ts";
import { findHost, sshArguments, sshEnvironment } from "../host.ts";

export const command = reportedCommand("ssh")
  .description("log in to a host, or run a command on it")
  .argument("<name>", "the host")
  .argument("[command...]", "what to run; a login shell without")
  .option("--user <user>", "login", "root")
  .passThroughOptions()
  .action(async (name: string, words: string[], options: { user: string }) => {
    const host = await findHost(name);
    if (!host) throw new UserError(`there is no host ${name}`, `make it: npm run lab -- up ${name}`);
    const child = spawn("ssh", [...sshArguments(host), `${options.user}@${host.address}`, ...words], {
      stdio: "inherit",
      env: await sshEnvironment(),
    });
    child.on("exit", (code) => (process.exitCode = code ?? 1));
  });
