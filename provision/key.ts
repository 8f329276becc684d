// `npm run key -- put CONFIG HOST < file`: an existing deploy key goes straight to its host, past Pulumi and its state.
import { text } from "node:stream/consumers";
import { paths } from "../config/paths.ts";
import { loadConfig } from "../config/load.ts";
import { UserError } from "../config/user-error.ts";
import { asRootPrefix, ssh } from "./ssh.ts";
import { explainRefusal } from "./refusal.ts";

const usage = "npm run key -- put config/yours.yaml HOST < private-key";

try {
  await put(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  console.error(`error: ${error.message}\nhint: ${error.hint}`);
  process.exitCode = 1;
}

async function put([verb, file, name]: string[]): Promise<void> {
  if (verb !== "put" || file === undefined || name === undefined) throw new UserError("that is not how it is called", usage);
  if (process.stdin.isTTY) throw new UserError("the key is read from standard input", usage);
  const config = loadConfig(file);
  const host = config.hosts.find((one) => one.name === name);
  if (!host) throw new UserError(`${file} has no host ${name}`, `write one of ${config.hosts.map((one) => one.name).join(", ")}`);
  const command = `${asRootPrefix(host)}${paths.next}/evenkeel key put --account ${config.user}`;
  const answer = await ssh(host, command, await text(process.stdin));
  if (answer.exitCode === 255) throw explainRefusal(host, answer.stderr);
  if (answer.exitCode === 127)
    throw new UserError(
      `host ${name} has no evenkeel yet`,
      "run `npm run up` first: it makes the account, and stops where it wants the key",
    );
  process.stdout.write(answer.stdout);
  process.stderr.write(answer.stderr);
  process.exitCode = answer.exitCode ?? 1;
}
