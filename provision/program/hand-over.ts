import { text } from "node:stream/consumers";
import { commandLine } from "../../config/command-line.ts";
import { loadConfig } from "../../config/load.ts";
import type { Config } from "../../config/schema.ts";
import { UsageError, UserError } from "../../config/user-error.ts";
import { paths } from "../../config/paths.ts";
import { explainRefusal } from "./refusal.ts";
import { asRootPrefix, ssh } from "./ssh.ts";

/** Transfer of a secret from standard input to a command of the host program, without Pulumi and its state. */
interface HandOver {
  /** Path of the configuration file. */
  file: string;
  host: string;
  /** Command line, for usage errors. */
  usage: string;
  /** Arguments of the host program. */
  command: (config: Config) => string;
}

/** Returns the exit code of the host's command. @throws UserError if the arguments are invalid or the host has no program yet. */
export async function handOver({ file, host: name, usage, command }: HandOver): Promise<number> {
  if (process.stdin.isTTY) throw new UsageError("standard input is a terminal; redirect it from a file", `usage: ${usage}`);
  const config = loadConfig(file);
  const host = config.hosts.find((one) => one.name === name);
  if (!host) throw new UserError(`${file} has no host ${name}`, `write one of ${config.hosts.map((one) => one.name).join(", ")}`);
  const answer = await ssh(host, `${asRootPrefix(host)}${paths.next}/evenkeel ${command(config)}`, await text(process.stdin));
  if (answer.exitCode === 255) throw explainRefusal(host, answer.stderr);
  if (answer.exitCode === 127)
    throw new UserError(
      `Evenkeel is not installed on host ${name} yet`,
      `run \`${commandLine("up")}\` first: it installs the host program`,
    );
  process.stdout.write(answer.stdout);
  process.stderr.write(answer.stderr);
  return answer.exitCode ?? 1;
}
