import type { Failure, Measured, Outcome, Same } from "../model.ts";

/** What a revision's outcomes tell of the program that one benchmark variant runs there, in one environment and workload. */
export interface Program {
  /** Undefined where it cannot be told: no fingerprint, several, or failures only. Such a program is like no other. */
  fingerprint: string | undefined;
  /** It has samples of its own. */
  measured: boolean;
}

/** @param outcomes of one revision, oldest first. What was measured counts before what was said to be the same, and that before failures. */
export function programOf(outcomes: readonly (Outcome | Failure | Estimated)[]): Program {
  const [only] = outcomes;
  if (only && outcomes.length === 1 && isMeasured(only)) return { fingerprint: only.fingerprint, measured: true };
  const measured = outcomes.filter(isMeasured);
  if (measured.length === 0) return { fingerprint: outcomes.findLast(isSame)?.fingerprint, measured: false };
  const fingerprints = new Set(measured.map(({ fingerprint }) => fingerprint));
  return { fingerprint: fingerprints.size === 1 ? measured[0]?.fingerprint : undefined, measured: true };
}

/** What was measured, as far as timelines need it. */
export type Estimated = Pick<Measured, "workload" | "seconds" | "standardError" | "degreesOfFreedom"> & {
  fingerprint?: string | undefined;
};

export function isMeasured<Found extends Outcome | Failure | Estimated>(outcome: Found): outcome is Extract<Found, Estimated> {
  return "seconds" in outcome;
}

export function isSame(outcome: Outcome | Failure | Estimated): outcome is Same {
  return "as" in outcome;
}
