// `npm run up`, `preview`, `destroy`, …: Pulumi's engine itself, in this project's environment.
import { ConfigError } from "../config/load.ts";
import { UserError } from "../config/user-error.ts";
import { parseArguments } from "./engine-arguments.ts";
import { engineEnvironment } from "./engine-environment.ts";
import { withNamedKeys } from "./named-keys.ts";
import { requireEngine, runEngine, unlock } from "./run-engine.ts";
import { prepareStack } from "./stacks.ts";

const usage = `usage: npm run up|preview|destroy|refresh [-- CONFIG.yaml] [options of pulumi]
       npm run up -- [CONFIG.yaml] --interrupt: what is measured stops at its next block and is resumed later
       npm run pulumi -- COMMAND [options of pulumi]`;

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  console.error(`${error.message}\n  ${error.hint}`);
  process.exitCode = error instanceof ConfigError ? 2 : 1;
}

async function main(args: string[]): Promise<number> {
  const asked = parseArguments(args);
  if (asked === undefined) {
    console.error(usage);
    return 2;
  }
  requireEngine();
  const environment = await engineEnvironment();
  const stack = prepareStack(asked, environment);
  const chosen = stack === undefined ? [] : ["--stack", stack];
  const interrupting = asked.isInterrupting && { EVENKEEL_INTERRUPT: "1" };
  const ended = await runEngine([asked.verb, ...chosen, ...asked.rest], { ...(await withNamedKeys(stack, environment)), ...interrupting });
  if (ended.wasCutOff && stack !== undefined) unlock(stack, environment);
  return ended.exitCode;
}
