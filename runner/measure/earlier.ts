import type { Measured, Session, Variant } from "../model.ts";

/** What values can be compared by, in one environment. */
export interface SeriesKey {
  benchmark: string;
  variant: Variant;
  workload: string;
}

/** All that was ever measured of a series in an environment, oldest first. A copy ("same as") was not measured. */
export function earlierResults(sessions: readonly Session[], environment: string): (series: SeriesKey) => readonly Measured[] {
  const found = new Map<string, Measured[]>();
  for (const session of [...sessions].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    if (session.environment !== environment) continue;
    for (const [benchmark, outcomes] of Object.entries(session.benchmarks)) {
      for (const variant of ["compiled", "interpreted"] as const) {
        const outcome = outcomes[variant];
        if (outcome?.status !== "ok") continue;
        const key = keyOf({ benchmark, variant, workload: outcome.workload });
        const known = found.get(key);
        if (known) known.push(outcome);
        else found.set(key, [outcome]);
      }
    }
  }
  return (series) => found.get(keyOf(series)) ?? [];
}

function keyOf({ benchmark, variant, workload }: SeriesKey): string {
  return JSON.stringify([benchmark, variant, workload]);
}
