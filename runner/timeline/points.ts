import type { Failure, Imported, Measured, Revision, Same } from "../model.ts";
import type { Noise } from "./noise.ts";
import { isMeasured, isSame, programOf } from "./program.ts";
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
  outcome: Measured | Imported | Failure | Same;
}

interface PointPlace {
  /** Neighbouring revisions with one program, oldest first; unmeasured ones between them are not named. */
  revisions: readonly [Revision, ...Revision[]];
  /** Ids of the sessions it was measured in, oldest first. */
  sessions: readonly string[];
}

export interface MeasuredPoint extends PointPlace {
  status: "measured";
  /** Seconds: the median of the sessions; the error is the sessions' own and, where that is known, what differs between sessions. */
  seconds: Quantity;
  /** Which of the revisions have no samples of their own: their ids, and the revision each was found to be the same as. */
  copies: ReadonlyMap<string, string>;
}

export interface FailedPoint extends PointPlace {
  status: "failed";
  /** How the newest session failed. */
  failure: Failure;
}

export type Point = MeasuredPoint | FailedPoint;

/** Neighbours that run one program. */
interface Run {
  fingerprint: string | undefined;
  revisions: [Revision, ...Revision[]];
  attempts: Attempt[];
}

/**
 * The points of one benchmark variant in one environment and workload, in the order of the history (never of dates): maximal runs of
 * revisions with one fingerprint. A revision that failed, or whose program is not known, is a run of its own. `attempts` are sorted by
 * session. A revision that was ever measured is measured, whatever failed besides.
 */
export function points(history: readonly Revision[], attempts: readonly Attempt[], noise?: Noise): Point[] {
  const byPosition = new Map<number, Attempt[]>();
  for (const attempt of attempts) {
    const same = byPosition.get(attempt.position);
    if (same) same.push(attempt);
    else byPosition.set(attempt.position, [attempt]);
  }
  const runs: Run[] = [];
  for (const [position, tries] of [...byPosition].sort(([a], [b]) => a - b)) {
    const revision = history[position];
    if (!revision) continue;
    const { fingerprint } = programOf(tries.map(({ outcome }) => outcome));
    const last = runs.at(-1);
    if (last && fingerprint !== undefined && last.fingerprint === fingerprint) {
      last.revisions.push(revision);
      last.attempts.push(...tries);
    } else runs.push({ fingerprint, revisions: [revision], attempts: [...tries] });
  }
  return runs.flatMap((run) => point(history, run, noise));
}

/** Copies never enter a value: a run of nothing but copies, whose original is gone, is no point. It is owed. */
function point(history: readonly Revision[], { revisions, attempts }: Run, noise: Noise | undefined): Point[] {
  const measured: { session: string; seconds: Quantity }[] = [];
  const failed: { session: string; failure: Failure }[] = [];
  const copies = new Map<string, string>();
  for (const { position, session, outcome } of attempts.sort(bySession)) {
    if (isMeasured(outcome)) measured.push({ session, seconds: quantityOf(outcome, noise) });
    else if (isSame(outcome)) copies.set(history[position]?.id ?? "", outcome.as);
    else failed.push({ session, failure: outcome });
  }
  if (measured.length > 0) {
    for (const { position, outcome } of attempts) if (isMeasured(outcome)) copies.delete(history[position]?.id ?? "");
    const seconds = pooled(
      measured.map((one) => one.seconds),
      noise,
    );
    return [{ status: "measured", revisions, sessions: measured.map(({ session }) => session), seconds, copies }];
  }
  if (copies.size > 0) return [];
  const sessions = failed.map(({ session }) => session);
  return failed.slice(-1).map(({ failure }) => ({ status: "failed", revisions, sessions, failure }));
}

/** The last revision of a point: what its value is a value of today. */
export function newestRevision(point: Point): Revision {
  return point.revisions.at(-1) ?? point.revisions[0];
}

/** So many that Student's t is as good as normal, 1.962 for 1.960. */
const manyDegreesOfFreedom = 1000;

/**
 * Seconds of a session's estimate.
 *
 * The error of an imported mean of n values of deviation s is s / sqrt(n), but n is not known. Taken is s, what one value would have:
 * 1.96 s is more than t(.975, n-1) s / sqrt(n) for every n from 4 on. A deviation of 0 tells nothing. Where sessions of one program tell
 * what they differ (see sessionNoise), that is all of the error.
 */
export function quantityOf(outcome: Measured | Imported, noise?: Noise): Quantity {
  if (outcome.status === "ok") {
    const { seconds, standardError, degreesOfFreedom } = outcome;
    return { value: seconds, standardError, degreesOfFreedom };
  }
  const { seconds: value, deviation } = outcome;
  const isInNoise = noise !== undefined && !noise.isOfSuite && noise.sigma > 0;
  const standardError = isInNoise ? 0 : deviation > 0 ? deviation : Infinity;
  return { value, standardError, degreesOfFreedom: manyDegreesOfFreedom };
}

function bySession(a: Attempt, b: Attempt): number {
  return a.session < b.session ? -1 : a.session > b.session ? 1 : 0;
}
