import type { Failure, Imported, Measured, Outcome, ReusedResult } from "../model.ts";

/** Program of one benchmark variant at a revision, in one environment and workload, by the revision's outcomes. */
export interface Program {
  /** Undefined if unknown: no fingerprint, several, or failures only. An unknown program equals no other. */
  fingerprint: string | undefined;
  /** The revision has samples of its own. */
  measured: boolean;
}

/** @param outcomes of one revision, oldest first. Measured ones have priority over reused ones, and these over failures. */
export function programOf(outcomes: readonly (Outcome | Failure | Estimated)[]): Program {
  const measured = outcomes.filter(isMeasured);
  if (measured.length === 0) return { fingerprint: outcomes.findLast(isSame)?.fingerprint, measured: false };
  const [only, ...others] = new Set(measured.map(fingerprintOf));
  return { fingerprint: others.length === 0 ? only : undefined, measured: true };
}

/** The part of a measured outcome that timelines need. */
export type Estimated = Pick<Measured, "workload" | "seconds" | "standardError" | "degreesOfFreedom"> & {
  fingerprint?: string | undefined;
};

/** Returns the fingerprint of a measured value; undefined if not known. Imported values never have one. */
export function fingerprintOf(measured: Estimated | Imported): string | undefined {
  return "fingerprint" in measured ? measured.fingerprint : undefined;
}

export function isMeasured<Found extends Outcome | Failure | Estimated>(outcome: Found): outcome is Extract<Found, Estimated | Imported> {
  return "seconds" in outcome;
}

export function isSame(outcome: Outcome | Failure | Estimated): outcome is ReusedResult {
  return "as" in outcome;
}
