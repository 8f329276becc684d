import { commandLine } from "../../config/command-line.ts";
import { UsageError } from "../../config/user-error.ts";
import { isConfigFile } from "../engine/configuration-choice.ts";
import { existingFile, onlyConfiguration } from "../engine/stacks.ts";
import { handOver } from "../program/hand-over.ts";

const usage = `usage: ${commandLine("key put [CONFIG.yaml] HOST < private-key")}

Make an existing private key the deploy key of a host. It is read from standard input, and Pulumi never sees it.
CONFIG.yaml may be left out where there is one configuration only.
Exit codes: 0 done, 1 failed, 2 usage or configuration.`;

/** Brings an existing deploy key straight to its host, past Pulumi and its state: `key put [CONFIG.yaml] HOST < file`. Returns the exit code. */
export async function key(args: readonly string[]): Promise<number> {
  if (args.includes("--help") || args.includes("-h")) {
    console.log(usage);
    return 0;
  }
  const [verb, ...where] = args;
  const given = where.find(isConfigFile);
  const [host, ...others] = where.filter((one) => one !== given);
  if (verb !== "put" || host === undefined || others.length > 0) throw new UsageError("what is to be done?", usage);
  const file = given === undefined ? onlyConfiguration("key put").file : existingFile(given);
  return handOver({ file, host, usage, command: ({ user }) => `key put --account ${user}` });
}
