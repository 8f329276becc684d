import { spawn, spawnSync, type StdioOptions } from "node:child_process";
import { existsSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { commandLine } from "../../config/command-line.ts";
import { UserError } from "../../config/user-error.ts";
import { usesLocalState } from "./environment.ts";
import { engine, engineVersion, project } from "./pulumi-home.ts";

/** Checks that Pulumi is installed and that the project exists. @throws UserError if not. */
export function requireEngine(): void {
  if (!existsSync(join(project, "Pulumi.yaml")))
    throw new UserError(`${project} has no Pulumi.yaml`, `change to the folder of your servers, or create one here: npx evenkeel init`);
  if (!existsSync(engine)) throw new UserError(`Pulumi ${engineVersion} is not installed`, `run: ${commandLine("setup")}`);
}

/** Interval in which two SIGINT count as one Ctrl-C: the terminal sends it, and npm sends it again. */
const samePressMilliseconds = 300;

/** Exit code of Pulumi after an internal error. */
const internalError = 255;

export interface Ended {
  /** Exit code of Pulumi, whose meaning is stable: 1 failed, 2 usage, 7 unexpected changes, 8 canceled. */
  exitCode: number;
  /** True after a second Ctrl-C, which kills the engine. */
  wasCutOff: boolean;
}

/**
 * Runs the engine to its end. Signals do not end this process; each one goes to the engine once. The engine has its own session, so that
 * Ctrl-C reaches it through this process only: two SIGINT at once would kill its operations.
 * @param listeners receivers of its output. Default: the output of this process.
 */
export function runEngine(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  listeners?: { output?: (text: string) => void; errors?: (text: string) => void },
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const stdio: StdioOptions = listeners ? ["ignore", "pipe", "pipe"] : "inherit";
    const child = spawn(engine, args, { cwd: project, env: environment, stdio, detached: true });
    child.stdout?.setEncoding("utf8").on("data", (text: string) => listeners?.output?.(text));
    child.stderr?.setEncoding("utf8").on("data", (text: string) => listeners?.errors?.(text));
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
    child.on("close", (code, signal) =>
      resolve({
        exitCode: code === internalError ? 1 : (code ?? (signal ? 128 + constants.signals[signal] : 1)),
        wasCutOff: interrupts > 1,
      }),
    );
  });
}

/** Removes the lock that the engine leaves on the stack after a second Ctrl-C. Only in the local state, which no other user changes. */
export function unlock(stack: string, environment: NodeJS.ProcessEnv): void {
  if (usesLocalState()) spawnSync(engine, ["cancel", "--yes", "--stack", stack], { cwd: project, env: environment });
  else
    console.error(
      `Pulumi may have left a lock on the stack; if the next run reports one, run: ${commandLine(`pulumi cancel --stack ${stack}`)}`,
    );
}
