import { runProcess, type ProcessResult } from "../host/process.ts";
import { inSandbox, type Mount } from "../host/sandbox.ts";
import { InfrastructureError } from "../infrastructure-error.ts";
import { lastLines, refuseInfrastructureCause } from "../infrastructure.ts";
import type { Failure, Stage } from "../model.ts";
import { suiteAt, targetAt, type Workspace } from "./suite.ts";

/** A build may print a lot; one that prints this much is broken. */
const limitBytes = 256 << 20;

/** What a step sees, by the host's folders, and where it runs. */
export interface StepPlace {
  suite?: { from: string; writable: boolean };
  target?: { writable: boolean };
  /** A folder that it writes to, at `/out`. */
  out?: string;
  cwd: string;
  environment?: Record<string, string>;
  /** Building may fetch things; what only looks at a tree may not. */
  network: boolean;
}

/**
 * One step of a build, as the account, in a sandbox, within the time limit. What the step does wrong is in its result.
 * @throws InfrastructureError where it was stopped by something else.
 */
export async function runStep(
  workspace: Workspace,
  what: string,
  command: readonly [string, ...string[]],
  place: StepPlace,
): Promise<ProcessResult> {
  const { account, readOnly, mirrors, environment, compiler, timeoutSeconds, folder, limits, signal } = workspace;
  const sandbox = {
    readOnly: [...readOnly, ...mirrors],
    mounts: mountsOf(workspace, place),
    cwd: place.cwd,
    network: place.network,
    limits,
  };
  const result = await runProcess(inSandbox(sandbox, command), {
    account,
    cwd: "/",
    environment: { ...environment, CC: compiler, PYTHONHASHSEED: "0", ...place.environment },
    timeoutSeconds,
    limitBytes,
    disk: { folder, limitBytes: limits.diskBytes },
    ...(signal && { signal }),
  }).catch((error: unknown) => {
    throw new InfrastructureError(`${what}: its sandbox cannot be started`, String(error), { cause: error });
  });
  if (result.exitCode === 1 && result.stderr.startsWith("bwrap: "))
    throw new InfrastructureError(`${what}: its sandbox failed`, lastLines(result));
  refuseInfrastructureCause(what, result);
  return result;
}

function mountsOf({ target }: Workspace, place: StepPlace): Mount[] {
  return [
    ...(place.suite ? [{ ...place.suite, at: suiteAt }] : []),
    ...(target !== undefined ? [{ from: target, at: targetAt, writable: place.target?.writable ?? false }] : []),
    ...(place.out === undefined ? [] : [{ from: place.out, at: "/out", writable: true }]),
  ];
}

/** How a step failed, as a result; undefined where it did not. */
export function stepFailure(stage: Stage, what: string, result: ProcessResult): Failure | undefined {
  if (result.exitCode === 0 && !result.killed) return undefined;
  return { stage, message: `${what} ${howItEnded(result)}`, output: lastLines(result) };
}

function howItEnded(result: ProcessResult): string {
  if (result.killed === "time limit") return `was killed at the time limit, after ${Math.round(result.seconds)} s`;
  if (result.killed === "output limit") return `was killed: it printed more than ${limitBytes >> 20} MB`;
  if (result.killed === "disk limit") return "was killed: it filled more of the disk than measure.diskGigabytes";
  return result.signal ? `crashed with ${result.signal}` : `failed with exit code ${result.exitCode}`;
}
