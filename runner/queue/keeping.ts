import { distance } from "../timeline/detection/creeping.ts";
import { indexesOf, readingsOf } from "../timeline/detection/readings.ts";
import type { BenchmarkTimeline } from "../timeline/timeline.ts";
import type { CachedBuild } from "../build/cached-builds.ts";

/** Programs between builds that are kept of a benchmark, at most: one of them then is always far enough back. */
const apart = distance.most - distance.least;

/**
 * Revisions of the cached builds that creeping changes are looked for with: of each benchmark the oldest one up to thirty programs back, and
 * from each on the next one that is ten programs newer, or nearly. As programs are added the same ones are chosen again. Those that
 * serve most benchmarks come first. Pure.
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

/** Some builds of a series, not far apart. @param indexes of its last readings by revision. @param built revisions, oldest first. */
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

/** Revisions of which builds are kept that measure in an environment, with the suite of each. */
export function keptRevisions(cachedBuilds: readonly CachedBuild[], environment: string): Map<string, string> {
  return new Map(
    cachedBuilds.flatMap(({ subject, suite, ...one }): [string, string][] =>
      one.environment === environment && subject.kind === "revision" ? [[subject.revision, suite]] : [],
    ),
  );
}
