import { affectsHash } from "./affects.ts";
import type { Build } from "../build/stored-build.ts";
import type { Reason, ReusedVariant, WorkItem } from "../model.ts";
import { KnownPrograms, type Unbuilt } from "./reuse.ts";
import type { RunnerContext } from "../runner-context.ts";
import { readState } from "./state.ts";
import { isOfDeclaredVersions } from "../suites/versions.ts";

/** Knowledge about a revision that its neighbours provide. */
export interface Neighbours {
  /** Hash of the files that can affect a benchmark, if `target.affects` is configured: see affectsHash. */
  affects: string | undefined;
  /** Results that are known without a build; undefined for none. */
  unbuilt: Unbuilt | undefined;
  /** Returns the programs of a build that need not be measured. */
  reusedFrom(build: Build): ReusedVariant[];
}

/** Reasons for which a session is taken even if the program was measured before. */
const always: ReadonlySet<Reason> = new Set(["control", "creeping", "confirm", "layout", "repeat", "bridge", "pre-upgrade", "verify"]);

/** Reads git's history and trees, and the stored sessions. The decisions are made in reuse.ts. */
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

/** Returns the program of a built benchmark; nothing for one that failed to build. */
function candidateOf(one: Build["benchmarks"][number]) {
  if (!("runnable" in one)) return [];
  const { benchmark, variant, runnable } = one;
  return [{ benchmark: benchmark.name, variant, workload: benchmark.workload, fingerprint: runnable.fingerprint }];
}
