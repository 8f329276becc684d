import { text } from "node:stream/consumers";
import { commandLine } from "../../config/command-line.ts";
import { loadConfig } from "../../config/load.ts";
import type { Config } from "../../config/schema.ts";
import { UsageError, UserError } from "../../config/user-error.ts";
import { paths } from "../../config/paths.ts";
import { explainRefusal } from "./refusal.ts";
import { asRootPrefix, ssh } from "./ssh.ts";

/** Something secret that goes straight to a host, past Pulumi and its state: from standard input to a command of the host program. */
interface HandOver {
  /** Configuration file, as this process finds it. */
  file: string;
  host: string;
  /** As it is called. */
  usage: string;
  /** What the host program is asked to do with it. */
  command: (config: Config) => string;
}

/** Returns the exit code of the host's command. @throws UserError where it cannot be called like that, or the host has no program yet. */
export async function handOver({ file, host: name, usage, command }: HandOver): Promise<number> {
  if (process.stdin.isTTY) throw new UsageError("standard input is a terminal, and must be what is put on the host", `usage: ${usage}`);
  const config = loadConfig(file);
  const host = config.hosts.find((one) => one.name === name);
  if (!host) throw new UserError(`${file} has no host ${name}`, `write one of ${config.hosts.map((one) => one.name).join(", ")}`);
  const answer = await ssh(host, `${asRootPrefix(host)}${paths.next}/evenkeel ${command(config)}`, await text(process.stdin));
  if (answer.exitCode === 255) throw explainRefusal(host, answer.stderr);
  if (answer.exitCode === 127)
    throw new UserError(`host ${name} has no evenkeel yet`, `run \`${commandLine("up")}\` first: it brings the program that takes it over`);
  process.stdout.write(answer.stdout);
  process.stderr.write(answer.stderr);
  return answer.exitCode ?? 1;
}
