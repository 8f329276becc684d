import { runSandboxed, type StepResult } from "../system/sandboxed-step.ts";
import type { Mount } from "../system/sandbox.ts";
import { suiteAt, targetAt, type Workspace } from "./suite.ts";

/** Folders of the host that a step sees, and its working directory. */
export interface StepFolders {
  suite?: { from: string; writable: boolean };
  target?: { writable: boolean };
  /** Folder that it writes to, mounted at `/out`. */
  out?: string;
  cwd: string;
  environment?: Record<string, string>;
  /** True for builds, which may download; false for steps that only read a tree. */
  network: boolean;
}

/** Runs one step of a build. @throws InfrastructureError as `runSandboxed` does. */
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
