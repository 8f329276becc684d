import { spawn, spawnSync, type StdioOptions } from "node:child_process";
import { existsSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { commandLine } from "../../config/command-line.ts";
import { UserError } from "../../config/user-error.ts";
import { usesLocalState } from "./environment.ts";
import { engine, engineVersion, project } from "./pulumi-home.ts";

/** @throws UserError where it is not installed, or where there is no project for it. */
export function requireEngine(): void {
  if (!existsSync(join(project, "Pulumi.yaml")))
    throw new UserError(`${project} has no Pulumi.yaml`, `change to the folder of your servers, or begin one here: npx evenkeel init`);
  if (!existsSync(engine)) throw new UserError(`Pulumi ${engineVersion} is not installed`, `run: ${commandLine("setup")}`);
}

/** npm passes on a Ctrl-C that the terminal has sent already: within this time, the two are one. */
const samePressMilliseconds = 300;

/** Exit code of Pulumi for an internal error. */
const internalError = 255;

export interface Ended {
  /** That of Pulumi, whose meaning is stable: 1 failed, 2 usage, 7 changes where none were expected, 8 canceled. */
  exitCode: number;
  /** By a second Ctrl-C. */
  wasCutOff: boolean;
}

/**
 * Runs the engine to its end, whatever signals come: it gets each of them once. In a session of
 * its own, so that Ctrl-C reaches it by way of this process only: two at once would make it drop what it is doing.
 * @param hear where its output goes; to this process's own if not given.
 */
export function runEngine(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  hear?: { output?: (text: string) => void; errors?: (text: string) => void },
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const stdio: StdioOptions = hear ? ["ignore", "pipe", "pipe"] : "inherit";
    const child = spawn(engine, args, { cwd: project, env: environment, stdio, detached: true });
    child.stdout?.setEncoding("utf8").on("data", (text: string) => hear?.output?.(text));
    child.stderr?.setEncoding("utf8").on("data", (text: string) => hear?.errors?.(text));
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

/** A second Ctrl-C ends the engine at once, and it leaves its lock on the stack: nobody else works in the local state. */
export function unlock(stack: string, environment: NodeJS.ProcessEnv): void {
  if (usesLocalState()) spawnSync(engine, ["cancel", "--yes", "--stack", stack], { cwd: project, env: environment });
  else console.error(`Pulumi may have left a lock on the stack; if the next run says so: ${commandLine(`pulumi cancel --stack ${stack}`)}`);
}
