import { runSandboxed, type StepResult } from "../system/sandboxed-step.ts";
import type { Mount } from "../system/sandbox.ts";
import { suiteAt, targetAt, type Workspace } from "./suite.ts";

/** What a step sees, by the host's folders, and where it runs. */
export interface StepFolders {
  suite?: { from: string; writable: boolean };
  target?: { writable: boolean };
  /** A folder that it writes to, at `/out`. */
  out?: string;
  cwd: string;
  environment?: Record<string, string>;
  /** Building may fetch things; what only looks at a tree may not. */
  network: boolean;
}

/** One step of a build, of the suite's or of our own. @throws InfrastructureError as runSandboxed does. */
export async function runStep(
  workspace: Workspace,
  what: string,
  command: readonly [string, ...string[]],
  folders: StepFolders,
): Promise<StepResult> {
  const { readOnly, mirrors, layout, environment, buildEnvironment, compiler, steps } = workspace;
  const sandbox = {
    readOnly: [...readOnly, ...mirrors, ...(layout === undefined ? [] : [layout])],
    mounts: mountsOf(workspace, folders),
    cwd: folders.cwd,
    network: folders.network,
    environment: { ...environment, ...buildEnvironment, CC: compiler, PYTHONHASHSEED: "0", ...folders.environment },
  };
  return runSandboxed(what, sandbox, command, steps);
}

function mountsOf({ target }: Workspace, folders: StepFolders): Mount[] {
  return [
    ...(folders.suite ? [{ ...folders.suite, at: suiteAt }] : []),
    ...(target !== undefined ? [{ from: target, at: targetAt, writable: folders.target?.writable ?? false }] : []),
    ...(folders.out === undefined ? [] : [{ from: folders.out, at: "/out", writable: true }]),
  ];
}
