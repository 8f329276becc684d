import { runProcess, type ProcessResult } from "../host/process.ts";
import { InfrastructureError } from "../infrastructure-error.ts";
import { lastLines, refuseInfrastructureCause } from "../infrastructure.ts";
import type { Failure, Stage } from "../model.ts";
import type { Workspace } from "./suite.ts";

/** A build may print a lot; one that prints this much is broken. */
const limitBytes = 256 << 20;

/**
 * One step of a build, as the account, within the time limit. What the step does wrong is in its result.
 * @throws InfrastructureError where it was stopped by something else.
 */
export async function runStep(
  workspace: Workspace,
  what: string,
  command: readonly [string, ...string[]],
  place: { cwd: string; environment?: Record<string, string> },
): Promise<ProcessResult> {
  const result = await runProcess(command, {
    account: workspace.account,
    cwd: place.cwd,
    environment: { ...workspace.environment, CC: workspace.compiler, PYTHONHASHSEED: "0", ...place.environment },
    timeoutSeconds: workspace.timeoutSeconds,
    limitBytes,
    ...(workspace.signal && { signal: workspace.signal }),
  }).catch((error: unknown) => {
    throw new InfrastructureError(`${what}: cannot start ${command[0]}`, "", { cause: error });
  });
  refuseInfrastructureCause(what, result);
  return result;
}

/** How a step failed, as a result; undefined where it did not. */
export function stepFailure(stage: Stage, what: string, result: ProcessResult): Failure | undefined {
  if (result.exitCode === 0 && !result.killed) return undefined;
  return { stage, message: `${what} ${howItEnded(result)}`, output: lastLines(result) };
}

function howItEnded(result: ProcessResult): string {
  if (result.killed === "time limit") return `was killed at the time limit, after ${Math.round(result.seconds)} s`;
  if (result.killed === "output limit") return `was killed: it printed more than ${limitBytes >> 20} MB`;
  return result.signal ? `crashed with ${result.signal}` : `failed with exit code ${result.exitCode}`;
}
