// `npm run secret -- put [CONFIG.yaml] HOST NAME < file`: a secret of the alerts goes straight to its host, past Pulumi and its state.
import { UsageError } from "../config/user-error.ts";
import { isConfigFile } from "../tools/configuration-choice.ts";
import { reportError } from "../tools/report-error.ts";
import { existingFile, onlyConfiguration } from "../tools/stacks.ts";
import { handOver } from "./hand-over.ts";

const usage = `usage: npm run secret -- put [CONFIG.yaml] HOST webhook|github|ping < file

Give a host an address or a token that alerts are sent with. It is read from standard input, and Pulumi never sees it.
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
  const [host, name = "", ...others] = where.filter((one) => one !== given);
  if (verb !== "put" || host === undefined || !/^[a-z]+$/.test(name) || others.length > 0)
    throw new UsageError("what is to be done?", usage);
  const file = given === undefined ? onlyConfiguration("npm run secret -- put").file : existingFile(given);
  await handOver({ file, host, usage, command: () => `secret put ${name}` });
}
