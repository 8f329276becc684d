// `npm run key -- put [CONFIG.yaml] HOST < file`: an existing deploy key goes straight to its host, past Pulumi and its state.
import { UsageError } from "../config/user-error.ts";
import { isConfigFile } from "../tools/configuration-choice.ts";
import { reportError } from "../tools/report-error.ts";
import { existingFile, onlyConfiguration } from "../tools/stacks.ts";
import { handOver } from "./hand-over.ts";

const usage = `usage: npm run key -- put [CONFIG.yaml] HOST < private-key

Make an existing private key the deploy key of a host. It is read from standard input, and Pulumi never sees it.
CONFIG.yaml may be left out where there is one configuration only.
Exit codes: 0 done, 1 failed, 2 usage or configuration.`;

try {
  await main(process.argv.slice(2));
} catch (error) {
  process.exitCode = reportError(error);
}

async function main(args: readonly string[]): Promise<void> {
  if (args.includes("--help") || args.includes("-h")) return console.log(usage);
  const [verb, ...where] = args;
  const given = where.find(isConfigFile);
  const [host, ...others] = where.filter((one) => one !== given);
  if (verb !== "put" || host === undefined || others.length > 0) throw new UsageError("what is to be done?", usage);
  const file = given === undefined ? onlyConfiguration("npm run key -- put").file : existingFile(given);
  await handOver({ file, host, usage, command: ({ user }) => `key put --account ${user}` });
}
