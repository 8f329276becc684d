import type { Failure, Imported, Reason, Revision, ReusedResult } from "../model.ts";
import { usualGroup } from "./modes.ts";
import type { Modes } from "./modes.ts";
import type { Noise } from "./noise.ts";
import { fingerprintOf, isMeasured, isSame, programOf } from "./program.ts";
import type { Estimated } from "./program.ts";
import { isWholeError, manyDegreesOfFreedom, pool, withNoise } from "./quantity.ts";
import type { NoiseBetween, Pool, Quantity } from "./quantity.ts";

/** One try to measure one benchmark variant of one revision, in a session. */
export interface Attempt {
  /** Index of the revision in the first-parent history, 0 is the oldest. */
  position: number;
  /** Session id. */
  session: string;
  environment: string;
  /** Undefined where the subject failed before its benchmarks were listed. */
  workload: string | undefined;
  outcome: Estimated | Imported | Failure | ReusedResult;
  /** Why it was tried. */
  reason?: Reason;
}

interface PointContext {
  /** Neighbouring revisions with one program, oldest first; unmeasured ones between them are not named. */
  revisions: readonly [Revision, ...Revision[]];
  /** Places of the oldest and the newest of them in the history. */
  start: number;
  position: number;
  /** Ids of the sessions it was measured in, oldest first. */
  sessions: readonly string[];
}

export interface MeasuredPoint extends PointContext {
  status: "measured";
  /** Seconds: the median of the sessions; the error is the sessions' own and, where that is known, what differs between sessions. */
  seconds: Quantity;
  /** The same before what differs between sessions is counted in. */
  pool: Pool;
  /** Which of the revisions have no samples of their own: their ids, and the revision each was found to be the same as. */
  copies: ReadonlyMap<string, string>;
}

export interface FailedPoint extends PointContext {
  status: "failed";
  /** How the newest session failed. */
  failure: Failure;
}

export type Point = MeasuredPoint | FailedPoint;

/** Neighbours that run one program. */
export interface Run {
  fingerprint: string | undefined;
  revisions: [Revision, ...Revision[]];
  start: number;
  position: number;
  attempts: Attempt[];
}

/**
 * Maximal runs of revisions with one fingerprint, of one benchmark variant in one environment and workload, in the order of the history
 * (never of dates). A revision that failed, or whose program is not known, is a run of its own. `attempts` are sorted by session.
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

/** What the sessions of a run measured, those of copies and failures left out. */
export function measuredIn({ attempts }: Run): Quantity[] {
  return attempts.flatMap(({ outcome }) => (isMeasured(outcome) ? [quantityOf(outcome)] : []));
}

/**
 * The points that runs are: a revision that was ever measured is measured, whatever failed besides. Of a bimodal series, sessions of the
 * group that is not the usual one are named, and do not enter the value.
 */
export function points(history: readonly Revision[], runs: readonly Run[], noise?: Noise, modes?: Modes): Point[] {
  return runs.flatMap((run) => point(history, run, noise, modes));
}

const noCopies: ReadonlyMap<string, string> = new Map();

/** Copies never enter a value: a run of nothing but copies, whose original is gone, is no point. It is owed. */
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

/** The last revision of a point: what its value is a value of today. */
export function newestRevision(point: Point): Revision {
  return point.revisions.at(-1) ?? point.revisions[0];
}

/**
 * Seconds of a session's estimate.
 *
 * The error of an imported mean of n values of deviation s is s / sqrt(n), but n is not known. Taken is s, what one value would have:
 * 1.96 s is more than t(.975, n-1) s / sqrt(n) for every n from 4 on. A deviation of 0 tells nothing. Where sessions of one program tell
 * what they differ (see sessionNoise), that is all of the error.
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
