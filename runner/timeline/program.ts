import type { Failure, Imported, Measured, Outcome, Same, Session } from "../model.ts";

/** What a revision's outcomes tell of the program that one benchmark variant runs there, in one environment and workload. */
export interface Program {
  /** Undefined where it cannot be told: no fingerprint, several, or failures only. Such a program is like no other. */
  fingerprint: string | undefined;
  /** It has samples of its own. */
  measured: boolean;
}

/** @param outcomes of one revision, oldest first. What was measured counts before what was said to be the same, and that before failures. */
export function programOf(outcomes: readonly (Outcome | Failure)[]): Program {
  const measured = outcomes.filter(isMeasured);
  if (measured.length === 0) return { fingerprint: outcomes.findLast(isSame)?.fingerprint, measured: false };
  const fingerprints = new Set(measured.map((one) => (one.status === "ok" ? one.fingerprint : undefined)));
  const [only, ...others] = fingerprints;
  return { fingerprint: others.length === 0 ? only : undefined, measured: true };
}

export function isMeasured(outcome: Outcome | Failure): outcome is Measured | Imported {
  return "seconds" in outcome;
}

export function isSame(outcome: Outcome | Failure): outcome is Same {
  return "as" in outcome;
}

/** Whether a session tells nothing of its own: all its benchmarks run programs of neighbouring revisions. */
export function isCopy({ failure, benchmarks }: Session): boolean {
  const outcomes = Object.values(benchmarks).flatMap((variants) => Object.values(variants));
  return !failure && outcomes.length > 0 && outcomes.every(isSame);
}
