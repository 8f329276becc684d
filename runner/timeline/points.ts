import type { Failure, Measured, Revision } from "../model.ts";
import type { Noise } from "./noise.ts";
import { pooled } from "./quantity.ts";
import type { Quantity } from "./quantity.ts";

/** One try to measure one benchmark variant of one revision, in a session. */
export interface Attempt {
  /** Place of the revision in the first-parent history, 0 is the oldest. */
  position: number;
  /** Session id. */
  session: string;
  environment: string;
  /** Undefined where the subject failed before its benchmarks were listed. */
  workload: string | undefined;
  outcome: Measured | Failure;
}

interface PointPlace {
  /** Neighbouring revisions with one program, oldest first. A single one, as programs are not compared. */
  revisions: readonly [Revision, ...Revision[]];
  /** Ids of the sessions it was measured in, oldest first. */
  sessions: readonly string[];
}

export interface MeasuredPoint extends PointPlace {
  status: "measured";
  /** Seconds: the median of the sessions; the error is the sessions' own and, where that is known, what differs between sessions. */
  seconds: Quantity;
}

export interface FailedPoint extends PointPlace {
  status: "failed";
  /** How the newest session failed. */
  failure: Failure;
}

export type Point = MeasuredPoint | FailedPoint;

/**
 * The points of one benchmark variant in one environment and workload, in the order of the history (never of dates).
 * `attempts` are sorted by session. A revision that was ever measured is measured, whatever failed besides.
 */
export function points(history: readonly Revision[], attempts: readonly Attempt[], noise?: Noise): Point[] {
  const byPosition = new Map<number, Attempt[]>();
  for (const attempt of attempts) {
    const same = byPosition.get(attempt.position);
    if (same) same.push(attempt);
    else byPosition.set(attempt.position, [attempt]);
  }
  return [...byPosition.keys()]
    .sort((a, b) => a - b)
    .flatMap((position) => {
      const revision = history[position];
      return revision ? point(revision, byPosition.get(position) ?? [], noise) : [];
    });
}

function point(revision: Revision, attempts: readonly Attempt[], noise: Noise | undefined): Point[] {
  const measured: { session: string; seconds: Quantity }[] = [];
  const failed: { session: string; failure: Failure }[] = [];
  for (const { session, outcome } of attempts) {
    if (isMeasured(outcome)) measured.push({ session, seconds: quantityOf(outcome) });
    else failed.push({ session, failure: outcome });
  }
  if (measured.length > 0) {
    const seconds = pooled(
      measured.map((one) => one.seconds),
      noise,
    );
    return [{ status: "measured", revisions: [revision], sessions: measured.map(({ session }) => session), seconds }];
  }
  const sessions = failed.map(({ session }) => session);
  return failed.slice(-1).map(({ failure }) => ({ status: "failed", revisions: [revision], sessions, failure }));
}

/** The last revision of a point: what its value is a value of today. */
export function newestRevision(point: Point): Revision {
  return point.revisions.at(-1) ?? point.revisions[0];
}

export function isMeasured(outcome: Measured | Failure): outcome is Measured {
  return "seconds" in outcome;
}

/** Seconds of a session's estimate. */
export function quantityOf({ seconds, standardError, degreesOfFreedom }: Measured): Quantity {
  return { value: seconds, standardError, degreesOfFreedom };
}
