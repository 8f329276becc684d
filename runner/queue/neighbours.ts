import { affectsHash } from "./affects.ts";
import type { Build } from "../build/build.ts";
import type { Reason, ReusedVariant, WorkItem } from "../model.ts";
import { KnownPrograms, type Unbuilt } from "./reuse.ts";
import type { RunnerContext } from "../runner-context.ts";
import { readState } from "./state.ts";
import { isOfDeclaredVersions } from "../suites/versions.ts";

/** What neighbouring revisions tell of one that is to be measured. */
export interface Neighbours {
  /** Hash of what of the target can affect a benchmark, where that is configured. */
  affects: string | undefined;
  /** What is known without a build; undefined where nothing is. */
  unbuilt: Unbuilt | undefined;
  /** What of a build need not be measured. */
  reusedFrom(build: Build): ReusedVariant[];
}

/** Sessions for these are wanted whatever is known of the program. */
const always: ReadonlySet<Reason> = new Set(["control", "creeping", "confirm", "layout", "repeat", "bridge", "pre-upgrade", "verify"]);

/** Read what there is to know: git's history and trees, and the stored sessions. What follows from it, reuse.ts decides. */
export async function readNeighbours(item: WorkItem, suite: string, context: RunnerContext): Promise<Neighbours> {
  if (item.subject.kind !== "revision") return { affects: undefined, unbuilt: undefined, reusedFrom: () => [] };
  const { config, target, environment } = context;
  const { revision } = item.subject;
  const affects = await affectsHash(target, revision, config.target);
  if (item.force || always.has(item.reason)) return { affects, unbuilt: undefined, reusedFrom: () => [] };
  const { history, sessions } = await readState(context, { allowBuild: false });
  const known = new KnownPrograms({ history, sessions, environment: environment.id });
  return {
    affects,
    unbuilt:
      affects === undefined
        ? undefined
        : known.withoutBuilding(revision, {
            affects,
            suite,
            isListed: (listed) => isOfDeclaredVersions(listed, config.suite),
            owed: item.benchmarks,
            without: item.without,
          }),
    reusedFrom: (build) => known.reusedFrom(revision, build.benchmarks.flatMap(candidateOf)),
  };
}

/** A benchmark that failed to build runs no program. */
function candidateOf(one: Build["benchmarks"][number]) {
  if (!("runnable" in one)) return [];
  const { benchmark, variant, runnable } = one;
  return [{ benchmark: benchmark.name, variant, workload: benchmark.workload, fingerprint: runnable.fingerprint }];
}
