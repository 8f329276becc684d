import { join } from "node:path";
import type { HostConfig } from "../../config/schema.ts";
import { layTrees } from "../system/layers.ts";
import type { StepContext } from "../system/sandboxed-step.ts";
import type { Failure } from "../model.ts";
import type { Runnable } from "../suites/suite.ts";
import type { Limits } from "../system/sandbox.ts";
import { makeFolder } from "../system/trees.ts";

export interface Copies {
  /** The copy of a runnable; undefined where it needs none. */
  copyOf: (runnable: Runnable) => string | undefined;
  /** Runnables whose copy cannot be made, and why. */
  failures: ReadonlyMap<Runnable, Failure>;
}

/**
 * A copy of the suite for each runnable that runs in one: what it writes there no other finds. All are made before anything is measured.
 * @param folder root's new folder that holds them.
 * @throws InfrastructureError where the machine is at fault.
 */
export async function makeCopies(steps: Omit<StepContext, "folders">, folder: string, runnables: readonly Runnable[]): Promise<Copies> {
  await makeFolder(folder);
  const copies = new Map(
    runnables
      .filter(({ suite }) => suite.length > 0)
      .map((runnable) => [runnable, { to: join(folder, `${runnable.benchmark}-${runnable.variant}`), layers: runnable.suite }]),
  );
  const failed = await layTrees([...copies.values()], "run", { ...steps, folders: [folder] });
  return {
    copyOf: (of) => copies.get(of)?.to,
    failures: new Map(
      [...copies].flatMap(([runnable, { to }]): [Runnable, Failure][] => {
        const failure = failed.get(to);
        return failure ? [[runnable, failure]] : [];
      }),
    ),
  };
}

/** Limits of making so many copies. They may fill what the builds could: all of them together are no benchmark's. */
export function copyLimits({ diskGigabytes, processes }: HostConfig["measure"], copies: number): Limits {
  return { memoryBytes: copyingBytes, processes, diskBytes: diskGigabytes * 1e9 * Math.max(1, copies) };
}

/** Memory of `cp`. */
const copyingBytes = 1e9;
