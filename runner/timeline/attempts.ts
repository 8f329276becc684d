import type { Listed, MeasurementContext, Variant } from "../model.ts";
import type { Attempt } from "./points.ts";
import { isMeasured } from "./program.ts";
import { estimateAt, variants, type Head, type Rows } from "./results.ts";

/** Input of a benchmark's attempts. */
export interface Tried {
  name: string;
  listed: Listed | undefined;
  rows: Rows | undefined;
  sessions: readonly Head[];
  /** Index in the history of each session's revision, or undefined. */
  subjects: readonly (number | "baseline" | undefined)[];
}

/** Returns the attempts of sessions: their outcomes, or the failure of their subject for each benchmark it owed. */
export function attemptsOf({ name, listed, rows, sessions, subjects }: Tried): { attempts: Map<Variant, Attempt[]>; baselines: Attempt[] } {
  const attempts = new Map<Variant, Attempt[]>();
  const baselines: Attempt[] = [];
  const tried = new Set<number>();
  let failedAsAWhole = false;
  const add = (index: number, variant: Variant, workload: string | undefined, outcome: Attempt["outcome"]): void => {
    const [session, position] = [sessions[index], subjects[index]];
    if (!session || position === undefined) return;
    const known = position === "baseline" ? baselines : (attempts.get(variant) ?? []);
    if (known.length === 0 && position !== "baseline") attempts.set(variant, known);
    const { id, environment, reason } = session;
    known.push({ position: position === "baseline" ? 0 : position, session: id, environment, workload, outcome, reason });
  };
  const count = rows?.columns.session.length ?? 0;
  for (let row = 0; row < count; row++) {
    const index = rows?.columns.session[row] ?? -1;
    const variant = variants[rows?.columns.variant[row] ?? -1];
    if (!rows || !variant) continue;
    const outcome = estimateAt(rows, row);
    if (sessions[index]?.failure) tried.add(index);
    add(index, variant, outcome.workload, outcome);
  }
  for (const [index, { failure, listed: owed }] of sessions.entries()) {
    if (!failure || tried.has(index)) continue;
    const benchmark = owed.find((one) => one.name === name);
    if (owed.length > 0 && !benchmark) continue;
    add(index, mainVariant(benchmark ?? listed), benchmark?.workload, failure);
    failedAsAWhole = true;
  }
  // Rows are in the order of sessions.
  if (failedAsAWhole) for (const known of [...attempts.values(), baselines]) known.sort(bySession);
  return { attempts, baselines };
}

function bySession(a: Attempt, b: Attempt): number {
  return a.session < b.session ? -1 : a.session > b.session ? 1 : 0;
}

/** Returns the variant in which revisions are measured: interpreted only if there is no other. */
export function mainVariant(listed: Listed | undefined): Variant {
  return !listed || listed.variants.includes("compiled") ? "compiled" : "interpreted";
}

/** Returns the last context of a benchmark that is not listed any more, preferably in this environment. The workload is empty if unknown. */
export function lastContext(attempts: readonly Attempt[], environment: string): MeasurementContext {
  const known = attempts.filter(({ workload }) => workload !== undefined).sort((a, b) => a.position - b.position);
  const last = known.findLast((one) => one.environment === environment) ?? known.findLast(({ outcome }) => isMeasured(outcome));
  return { environment: last?.environment ?? environment, workload: last?.workload ?? "" };
}
