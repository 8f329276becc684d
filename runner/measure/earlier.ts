import type { Measured, Session, Variant } from "../model.ts";

/** Key of comparable values in one environment. */
export interface SeriesKey {
  benchmark: string;
  variant: Variant;
  workload: string;
}

/** An earlier value and its revision, which is undefined for baselines. */
export type Earlier = Pick<Measured, "seconds" | "samples" | "wallSeconds"> & { revision: string | undefined };

/** Returns a function for all measured values of a series in an environment, oldest first. Reused results are not included. */
export function earlierResults(sessions: readonly Session[], environment: string): (series: SeriesKey) => readonly Earlier[] {
  const found = new Map<string, Earlier[]>();
  for (const session of [...sessions].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    if (session.environment !== environment) continue;
    const revision = session.subject.kind === "baseline" ? undefined : session.subject.revision;
    for (const [benchmark, outcomes] of Object.entries(session.benchmarks)) {
      for (const variant of ["compiled", "interpreted"] as const) {
        const outcome = outcomes[variant];
        if (outcome?.status !== "ok") continue;
        const key = keyOf({ benchmark, variant, workload: outcome.workload });
        const known = found.get(key) ?? [];
        const { seconds, samples, wallSeconds } = outcome;
        known.push({ seconds, samples, revision, ...(wallSeconds !== undefined && { wallSeconds }) });
        found.set(key, known);
      }
    }
  }
  return (series) => found.get(keyOf(series)) ?? [];
}

function keyOf({ benchmark, variant, workload }: SeriesKey): string {
  return JSON.stringify([benchmark, variant, workload]);
}
