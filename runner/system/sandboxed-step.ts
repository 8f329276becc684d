import type { Account } from "./account.ts";
import { runProcess, type ProcessResult } from "./process.ts";
import { inSandbox, type Limits, type Sandbox } from "./sandbox.ts";
import { InfrastructureError } from "./infrastructure-error.ts";
import { isFullByOthers, killsSince, lastLines, memoryKills, refuseInfrastructureCause } from "./infrastructure.ts";
import { withLastLine } from "./last-line.ts";
import type { Scope } from "./scope.ts";
import type { Failure, Stage } from "../model.ts";
import { bytesText } from "../text/quantities.ts";

/** Most output of a step. A build that prints more is broken. */
const limitBytes = 256e6;

/** Settings for all steps of one build. */
export interface StepContext {
  /** Account that runs the steps and owns their files. */
  account: Account;
  /** Folders that the steps write to, on one file system. */
  folders: readonly [string, ...string[]];
  limits: Limits;
  timeoutSeconds: number;
  /** Control group of all steps, if the host has one for them. */
  scope?: Scope | undefined;
  signal?: AbortSignal | undefined;
}

export interface StepResult extends ProcessResult {
  /** True if the kernel killed processes of the build because it exceeded its memory limit. */
  isOutOfMemory: boolean;
}

/**
 * Runs one step of a build as the account in a sandbox, within the limits. A failure of the step itself is in the result.
 * @throws InfrastructureError if an external cause ended it. Evidence that the step cannot forge decides that, never its output.
 */
export async function runSandboxed(
  what: string,
  sandbox: Omit<Sandbox, "limits">,
  command: readonly string[],
  context: StepContext,
): Promise<StepResult> {
  const { account, folders, limits, timeoutSeconds, scope, signal } = context;
  const killsBefore = await memoryKills(scope);
  const result = await runProcess(inSandbox({ ...sandbox, limits }, command), {
    account,
    timeoutSeconds,
    limitBytes,
    disk: { folder: folders[0], limitBytes: limits.diskBytes },
    ...(scope && { asRootFirst: scope.prefix }),
    ...(signal && { signal }),
  }).catch((error: unknown) => {
    throw new InfrastructureError(`${what}: its sandbox could not be started`, String(error), { cause: error });
  });
  if (result.exitCode === 0 && !result.killed) return { ...result, isOutOfMemory: false };
  const kills = killsSince(killsBefore, await memoryKills(scope));
  refuseInfrastructureCause(what, result, { memoryKills: kills, isDiskFull: await isFullByOthers(account, folders) });
  return { ...result, isOutOfMemory: kills.own > 0 };
}

/** Returns the failure of a step, with the last line of its output; undefined if it succeeded. */
export function stepFailure(stage: Stage, what: string, result: StepResult): Failure | undefined {
  if (result.exitCode === 0 && !result.killed) return undefined;
  return { stage, message: withLastLine(`${what} ${howItEnded(result)}`, result), output: lastLines(result) };
}

function howItEnded(result: StepResult): string {
  if (result.killed === "time limit") return `was killed at the time limit, after ${Math.round(result.seconds)} s`;
  if (result.killed === "output limit") return `was killed: it printed more than ${bytesText(limitBytes)}`;
  if (result.killed === "disk limit") return "was killed: it used more disk than measure.diskGigabytes, or created a million files";
  if (result.isOutOfMemory) return "ran out of memory: it used more than measure.memoryGigabytes allows";
  return result.signal ? `crashed with ${result.signal}` : `failed with exit code ${result.exitCode}`;
}
