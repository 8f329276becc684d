// `npm run up`, `preview`, `destroy`, …: Pulumi's engine itself, in this project's environment.
import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { constants } from "node:os";
import { ConfigError } from "../config/load.ts";
import { UserError } from "../config/user-error.ts";
import { parseArguments } from "./engine-arguments.ts";
import { engineEnvironment, usesLocalState } from "./engine-environment.ts";
import { engine, engineVersion, root } from "./pulumi-home.ts";
import { prepareStack } from "./stacks.ts";

const usage = `usage: npm run up|preview|destroy|refresh [-- CONFIG.yaml] [options of pulumi]
       npm run pulumi -- COMMAND [options of pulumi]`;

/** npm passes on a Ctrl-C that the terminal has sent already: within this time, the two are one. */
const samePressMilliseconds = 300;

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
  if (!existsSync(engine)) throw new UserError(`Pulumi ${engineVersion} is not installed`, "run: npm run setup");
  const environment = await engineEnvironment();
  const stack = prepareStack(asked, environment);
  const chosen = stack === undefined ? [] : ["--stack", stack];
  const ended = await runEngine([asked.verb, ...chosen, ...asked.rest], environment);
  if (ended.wasCutOff && stack !== undefined) unlock(stack, environment);
  return ended.exitCode;
}

/** A second Ctrl-C ends the engine at once, and it leaves its lock on the stack: nobody else works in the local state. */
function unlock(stack: string, environment: NodeJS.ProcessEnv): void {
  if (usesLocalState()) spawnSync(engine, ["cancel", "--yes", "--stack", stack], { cwd: root, env: environment });
  else console.error(`Pulumi may have left a lock on the stack; if the next run says so: npm run pulumi -- cancel --stack ${stack}`);
}

interface Ended {
  exitCode: number;
  /** By a second Ctrl-C. */
  wasCutOff: boolean;
}

/**
 * Runs the engine to its end, whatever signals come: it gets each of them once. In a session of
 * its own, so that Ctrl-C reaches it by way of this process only: two at once would make it drop what it is doing.
 */
function runEngine(args: string[], environment: NodeJS.ProcessEnv): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(engine, args, { cwd: root, env: environment, stdio: "inherit", detached: true });
    let lastInterrupt = Number.NEGATIVE_INFINITY;
    let interrupts = 0;
    process.on("SIGINT", () => {
      const now = performance.now();
      if (now - lastInterrupt < samePressMilliseconds) return;
      lastInterrupt = now;
      interrupts += 1;
      child.kill("SIGINT");
    });
    process.on("SIGTERM", () => child.kill("SIGTERM"));
    process.on("SIGHUP", () => child.kill("SIGHUP"));
    child.on("error", reject);
    child.on("exit", (code, signal) =>
      resolve({ exitCode: code ?? (signal ? 128 + constants.signals[signal] : 1), wasCutOff: interrupts > 1 }),
    );
  });
}
