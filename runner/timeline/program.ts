import type { Failure, Imported, Measured, Outcome, ReusedResult } from "../model.ts";

/** What a revision's outcomes tell of the program that one benchmark variant runs there, in one environment and workload. */
export interface Program {
  /** Undefined where it cannot be told: no fingerprint, several, or failures only. Such a program is like no other. */
  fingerprint: string | undefined;
  /** It has samples of its own. */
  measured: boolean;
}

/** @param outcomes of one revision, oldest first. What was measured counts before what was said to be the same, and that before failures. */
export function programOf(outcomes: readonly (Outcome | Failure | Estimated)[]): Program {
  const measured = outcomes.filter(isMeasured);
  if (measured.length === 0) return { fingerprint: outcomes.findLast(isSame)?.fingerprint, measured: false };
  const [only, ...others] = new Set(measured.map(fingerprintOf));
  return { fingerprint: others.length === 0 ? only : undefined, measured: true };
}

/** What was measured, as far as timelines need it. */
export type Estimated = Pick<Measured, "workload" | "seconds" | "standardError" | "degreesOfFreedom"> & {
  fingerprint?: string | undefined;
};

/** Undefined where it is not known: that of what others measured never is. */
export function fingerprintOf(measured: Estimated | Imported): string | undefined {
  return "fingerprint" in measured ? measured.fingerprint : undefined;
}

export function isMeasured<Found extends Outcome | Failure | Estimated>(outcome: Found): outcome is Extract<Found, Estimated | Imported> {
  return "seconds" in outcome;
}

export function isSame(outcome: Outcome | Failure | Estimated): outcome is ReusedResult {
  return "as" in outcome;
}
