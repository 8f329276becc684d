import { distance } from "../timeline/detection/creeping.ts";
import { indexesOf, readingsOf } from "../timeline/detection/readings.ts";
import type { BenchmarkTimeline } from "../timeline/timeline.ts";
import type { CachedBuild } from "../build/cached-builds.ts";

/** Largest distance between cached builds of a benchmark, in programs, so that one of them is always far enough back. */
const apart = distance.most - distance.least;

/**
 * Returns the revisions of the cached builds that are used to find creeping changes. For each benchmark it chooses the oldest build up to thirty
 * programs back, then builds about ten programs apart. The choice is stable as programs are added. Builds that serve most benchmarks come
 * first. Pure.
 */
export function buildsToKeep(
  benchmarks: readonly BenchmarkTimeline[],
  cachedBuilds: readonly CachedBuild[],
  environment: string,
  history: readonly string[],
): string[] {
  const kept = keptRevisions(cachedBuilds, environment);
  const built = history.filter((id) => kept.has(id));
  if (built.length === 0) return [];
  const served = new Map<string, number>();
  for (const { listed, series } of benchmarks) {
    if (!listed) continue;
    for (const one of series) {
      const newest = indexesOf(readingsOf(one).slice(-distance.most - 1));
      for (const id of spaced(newest, built)) served.set(id, (served.get(id) ?? 0) + 1);
    }
  }
  return [...served].sort(([, a], [, b]) => b - a).map(([id]) => id);
}

/** Returns builds of a series at most `apart` programs from each other. @param indexes of its last readings by revision. @param built revisions, oldest first. */
function spaced(indexes: ReadonlyMap<string, number>, built: readonly string[]): string[] {
  const found: { id: string; index: number }[] = [];
  let last: { id: string; index: number } | undefined;
  for (const id of built) {
    const index = indexes.get(id);
    if (index === undefined || index === last?.index) continue;
    const chosen = found.at(-1);
    if (last && chosen && index - chosen.index > apart && last !== chosen) found.push(last);
    last = { id, index };
    if (!chosen) found.push(last);
  }
  return found.map(({ id }) => id);
}

/** Returns the suite revisions of an environment's cached builds, by the revision of the target. */
export function keptRevisions(cachedBuilds: readonly CachedBuild[], environment: string): Map<string, string> {
  return new Map(
    cachedBuilds.flatMap(({ subject, suite, ...one }): [string, string][] =>
      one.environment === environment && subject.kind === "revision" ? [[subject.revision, suite]] : [],
    ),
  );
}
