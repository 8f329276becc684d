import type { Failure, Imported, Reason, Revision, ReusedResult } from "../model.ts";
import { usualGroup } from "./modes.ts";
import type { Modes } from "./modes.ts";
import type { Noise } from "./noise.ts";
import { fingerprintOf, isMeasured, isSame, programOf } from "./program.ts";
import type { Estimated } from "./program.ts";
import { isWholeError, manyDegreesOfFreedom, pool, withNoise } from "./quantity.ts";
import type { NoiseBetween, Pool, Quantity } from "./quantity.ts";

/** One attempt to measure one benchmark variant of one revision, in a session. */
export interface Attempt {
  /** Index of the revision in the first-parent history, 0 is the oldest. */
  position: number;
  /** Session id. */
  session: string;
  environment: string;
  /** Undefined if the subject failed before its benchmarks were listed. */
  workload: string | undefined;
  outcome: Estimated | Imported | Failure | ReusedResult;
  /** Reason of the session. */
  reason?: Reason;
}

interface PointContext {
  /** Neighbouring revisions with one program, oldest first, without unmeasured ones between them. */
  revisions: readonly [Revision, ...Revision[]];
  /** Indexes of the oldest and the newest of them in the history. */
  start: number;
  position: number;
  /** Ids of the sessions it was measured in, oldest first. */
  sessions: readonly string[];
}

export interface MeasuredPoint extends PointContext {
  status: "measured";
  /** Seconds: the median of the sessions. The error includes that within sessions and, if known, the noise between sessions. */
  seconds: Quantity;
  /** Pooled sessions without the noise between sessions. */
  pool: Pool;
  /** Revisions without samples of their own: ids of the originals by their ids. */
  copies: ReadonlyMap<string, string>;
}

export interface FailedPoint extends PointContext {
  status: "failed";
  /** Failure of the newest session. */
  failure: Failure;
}

export type Point = MeasuredPoint | FailedPoint;

/** Neighbouring revisions that run one program. */
export interface Run {
  fingerprint: string | undefined;
  revisions: [Revision, ...Revision[]];
  start: number;
  position: number;
  attempts: Attempt[];
}

/**
 * Returns maximal runs of revisions with one fingerprint, of one benchmark variant in one environment and workload, in the order of the history
 * (never of dates). A revision that failed, or whose program is not known, is its own run. `attempts` are sorted by session.
 */
export function runs(history: readonly Revision[], attempts: readonly Attempt[]): Run[] {
  const inOrder = [...attempts].sort((a, b) => a.position - b.position);
  const found: Run[] = [];
  let last: Run | undefined;
  for (let from = 0, to = 0; from < inOrder.length; from = to) {
    const position = inOrder[from]?.position ?? -1;
    while (inOrder[to]?.position === position) to++;
    const revision = history[position];
    if (!revision) continue;
    const tries = inOrder.slice(from, to);
    // Nearly all were tried once.
    const only = tries.length === 1 ? tries[0]?.outcome : undefined;
    const fingerprint = only && isMeasured(only) ? fingerprintOf(only) : programOf(tries.map(({ outcome }) => outcome)).fingerprint;
    if (last && fingerprint !== undefined && last.fingerprint === fingerprint) {
      last.revisions.push(revision);
      last.attempts.push(...tries);
      last.position = position;
    } else {
      last = { fingerprint, revisions: [revision], start: position, position, attempts: tries };
      found.push(last);
    }
  }
  return found;
}

/** Returns the measured values of a run's sessions, without reused results and failures. */
export function measuredIn({ attempts }: Run): Quantity[] {
  return attempts.flatMap(({ outcome }) => (isMeasured(outcome) ? [quantityOf(outcome)] : []));
}

/**
 * Converts runs to points. A run with any measured value is measured, even if other sessions failed. In a bimodal series, sessions of the
 * unusual group are listed but do not enter the value.
 */
export function points(history: readonly Revision[], runs: readonly Run[], noise?: Noise, modes?: Modes): Point[] {
  return runs.flatMap((run) => point(history, run, noise, modes));
}

const noCopies: ReadonlyMap<string, string> = new Map();

/** Reused results never enter a value. A run of only reused results, whose original is gone, is not a point; it is owed. */
function point(history: readonly Revision[], run: Run, noise: Noise | undefined, modes: Modes | undefined): Point[] {
  const { revisions, start, position, attempts } = run;
  const [only] = attempts;
  if (only && attempts.length === 1 && isMeasured(only.outcome)) {
    const alone = pool([quantityOf(only.outcome)], isImported(only.outcome));
    return [
      {
        status: "measured",
        revisions,
        start,
        position,
        sessions: [only.session],
        seconds: withNoise(alone, noise),
        pool: alone,
        copies: noCopies,
      },
    ];
  }
  const measured: { session: string; outcome: Estimated | Imported }[] = [];
  const failed: { session: string; failure: Failure }[] = [];
  const copies = new Map<string, string>();
  for (const { position, session, outcome } of attempts.sort(bySession)) {
    if (isMeasured(outcome)) measured.push({ session, outcome });
    else if (isSame(outcome)) copies.set(history[position]?.id ?? "", outcome.as);
    else failed.push({ session, failure: outcome });
  }
  if (measured.length > 0) {
    for (const { position, outcome } of attempts) if (isMeasured(outcome)) copies.delete(history[position]?.id ?? "");
    const values = measured.map((one) => quantityOf(one.outcome));
    const together = pool(
      usualGroup(values, modes),
      measured.every((one) => isImported(one.outcome)),
    );
    const sessions = measured.map(({ session }) => session);
    return [{ status: "measured", revisions, start, position, sessions, seconds: withNoise(together, noise), pool: together, copies }];
  }
  if (copies.size > 0) return [];
  const sessions = failed.map(({ session }) => session);
  return failed.slice(-1).map(({ failure }) => ({ status: "failed", revisions, start, position, sessions, failure }));
}

/** Returns the last revision of a point. */
export function newestRevision(point: Point): Revision {
  return point.revisions.at(-1) ?? point.revisions[0];
}

/**
 * Returns the seconds of a session's estimate.
 *
 * The error of an imported mean of n values with deviation s is s / sqrt(n), but n is not known. The error is taken as s, that of one value:
 * 1.96 s is more than t(.975, n-1) s / sqrt(n) for every n from 4 on. With a deviation of 0 the error is unknown. If the noise between
 * sessions is known (see sessionNoise), it is the whole error.
 */
export function quantityOf(outcome: Estimated | Imported, noise?: NoiseBetween): Quantity {
  if (!isImported(outcome)) {
    const { seconds, standardError, degreesOfFreedom } = outcome;
    return { value: seconds, standardError, degreesOfFreedom };
  }
  const { seconds: value, deviation } = outcome;
  const standardError = isWholeError(noise) ? 0 : deviation > 0 ? deviation : Infinity;
  return { value, standardError, degreesOfFreedom: manyDegreesOfFreedom };
}

function isImported(outcome: Estimated | Imported): outcome is Imported {
  return "deviation" in outcome;
}

function bySession(a: Attempt, b: Attempt): number {
  return a.session < b.session ? -1 : a.session > b.session ? 1 : 0;
}
