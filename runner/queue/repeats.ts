import type { Session, WorkItem } from "../model.ts";
import { modesWindow, sessionsOfBimodal } from "../timeline/modes.ts";
import type { MeasuredPoint } from "../timeline/points.ts";
import { currentSegment, type BenchmarkTimeline } from "../timeline/timeline.ts";
import { setCover, type Need } from "./set-cover.ts";
import type { CachedBuild } from "../build/cached-builds.ts";

export interface RepeatsInput {
  /** This host's timeline. */
  benchmarks: readonly BenchmarkTimeline[];
  /** This host's sessions. */
  sessions: readonly Session[];
  /** Ids of the revisions, oldest first. */
  history: readonly string[];
  environment: string;
  cachedBuilds: readonly CachedBuild[];
}

/**
 * Returns further sessions of bimodal benchmarks, until each of the last points has three. Only cached builds are used, because the gain does
 * not justify a new build. A failed session counts. Pure.
 */
export function repeats({ benchmarks, sessions, history, environment, cachedBuilds }: RepeatsInput): WorkItem[] {
  const suites = new Map(
    cachedBuilds.flatMap(({ subject, suite, ...kept }): [string, string][] =>
      kept.environment === environment && subject.kind === "revision" ? [[subject.revision, suite]] : [],
    ),
  );
  const here = sessions.filter((one) => one.environment === environment);
  const needs = benchmarks.flatMap(({ name: benchmark, listed, series }): Need[] => {
    const bimodal = listed ? series.map(currentSegment).filter((segment) => segment?.modes) : [];
    return bimodal.flatMap((segment) =>
      (segment?.points ?? []).slice(-modesWindow).flatMap((point): Need[] => {
        if (point.status !== "measured") return [];
        const revisions = point.revisions.map(({ id }) => id).filter((id) => suites.has(id));
        if (revisions.length === 0) return [];
        const missing = sessionsOfBimodal - tries(benchmark, point, here);
        return missing > 0 ? [{ benchmark, revisions, sessions: missing }] : [];
      }),
    );
  });
  return setCover({ needs, reason: "repeat", history, sessions, environment, because }).map((item) => {
    const suite = item.subject.kind === "revision" ? suites.get(item.subject.revision) : undefined;
    return { ...item, ...(suite !== undefined && { suite }) };
  });
}

/** Returns the number of sessions that measured a point's program or tried to. */
function tries(benchmark: string, { revisions }: MeasuredPoint, here: readonly Session[]): number {
  const ids = new Set(revisions.map(({ id }) => id));
  return here.filter(({ subject, reason, failure, benchmarks }) => {
    if (subject.kind !== "revision" || !ids.has(subject.revision)) return false;
    if (failure) return reason === "repeat";
    return Object.values(benchmarks[benchmark] ?? {}).some(({ status }) => status !== "reused");
  }).length;
}

function because(count: number): string {
  return `${count === 1 ? "a benchmark is" : `${count} benchmarks are`} bimodal: three sessions of each program`;
}
