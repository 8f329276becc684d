import { commandLine } from "../../config/command-line.ts";
import { UsageError } from "../../config/user-error.ts";
import { isConfigFile } from "../engine/configuration-choice.ts";
import { existingFile, onlyConfiguration } from "../engine/stacks.ts";
import { handOver } from "../program/hand-over.ts";

const usage = `usage: ${commandLine("secret put [CONFIG.yaml] HOST webhook|github|ping < file")}

Give a host an address or a token that alerts are sent with. It is read from standard input, and Pulumi never sees it.
CONFIG.yaml may be left out where there is one configuration only.
Exit codes: 0 done, 1 failed, 2 usage or configuration.`;

/** Brings a secret of the alerts straight to its host, past Pulumi and its state: `secret put [CONFIG.yaml] HOST NAME < file`. Returns the exit code. */
export async function secret(args: readonly string[]): Promise<number> {
  if (args.includes("--help") || args.includes("-h")) {
    console.log(usage);
    return 0;
  }
  const [verb, ...where] = args;
  const given = where.find(isConfigFile);
  const [host, name = "", ...others] = where.filter((one) => one !== given);
  if (verb !== "put" || host === undefined || !/^[a-z]+$/.test(name) || others.length > 0)
    throw new UsageError("what is to be done?", usage);
  const file = given === undefined ? onlyConfiguration("secret put").file : existingFile(given);
  return handOver({ file, host, usage, command: () => `secret put ${name}` });
}
