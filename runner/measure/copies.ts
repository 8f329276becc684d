import { join } from "node:path";
import type { HostConfig } from "../../config/schema.ts";
import { layTrees } from "../system/layers.ts";
import type { StepContext } from "../system/sandboxed-step.ts";
import type { Failure } from "../model.ts";
import type { Runnable } from "../suites/suite.ts";
import type { Limits } from "../system/sandbox.ts";
import { makeFolder } from "../system/trees.ts";

export interface Copies {
  /** Returns the copy of a runnable; undefined if it needs none. */
  copyOf: (runnable: Runnable) => string | undefined;
  /** Failures of runnables whose copy could not be created. */
  failures: ReadonlyMap<Runnable, Failure>;
}

/**
 * Creates a copy of the suite for each runnable that needs one, so that runnables do not see each other's files. All copies are created before
 * the measurement.
 * @param folder new folder of root for the copies.
 * @throws InfrastructureError if the machine failed.
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

/** Returns the limits for creating copies. Each copy may use as much disk as a build. */
export function copyLimits({ diskGigabytes, processes }: HostConfig["measure"], copies: number): Limits {
  return { memoryBytes: copyingBytes, processes, diskBytes: diskGigabytes * 1e9 * Math.max(1, copies) };
}

/** Memory limit of `cp`. */
const copyingBytes = 1e9;
