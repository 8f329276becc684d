import type { MeasurementContext, Reason, Revision } from "../model.ts";
import { placeKey } from "./chain.ts";
import type { Attempt, Point } from "./points.ts";
import { isMeasured, isSame } from "./program.ts";
import type { Segment } from "./segment.ts";

/** A point of a line. */
export interface Entry {
  segment: Segment;
  point: Point;
  /** Revisions of the point that the line shows here, oldest first; at least one. */
  revisions: readonly Revision[];
  /** Index of the newest of them in the history. */
  position: number;
  /** Id of the first session of any of them. Ids sort by time. */
  since: string;
}

/** Transition of the line from one segment to another. */
export interface Transition<Of extends MeasurementContext = Segment> {
  /** Index of the first entry from which on all were measured after the transition. */
  before: number;
  from: Of;
  to: Of;
}

/** Reasons of sessions that repeat a revision measured before or in another context. */
const measuredAgain: ReadonlySet<Reason> = new Set(["bridge", "pre-upgrade", "verify", "confirm", "repeat", "control", "creeping"]);

/** Returns whether sessions with a reason measure a revision for itself. */
export function ofOwnSake(reason: Reason): boolean {
  return !measuredAgain.has(reason);
}

/** Source of a revision's value. */
interface Home {
  segment: Segment;
  session: string;
  /** Lower ranks are preferred; of equal ones the earlier session. */
  rank: number;
}

/**
 * Returns one line through segments, in the order of the history. A revision measured in several of them is shown in one that measured it
 * for itself, not to link: the current segment, otherwise the first one.
 *
 * @param parts the segments with the attempts they are made of.
 * @param positions of revisions in the history, by id.
 */
export function line(
  parts: readonly { segment: Segment; attempts: readonly Attempt[] }[],
  positions: ReadonlyMap<string, number>,
): Entry[] {
  const [only, ...others] = parts;
  if (only && others.length === 0) return whole(only.segment);
  const homes: Home[] = [];
  for (const { segment, attempts } of parts) {
    for (const attempt of attempts) {
      const { position, session } = attempt;
      const rank = rankOf(segment, attempt);
      const known = homes[position];
      if (!known || rank < known.rank || (rank === known.rank && session < known.session)) homes[position] = { segment, session, rank };
    }
  }
  const homeOf = ({ id }: Revision) => homes[positions.get(id) ?? -1];
  const entries: Entry[] = [];
  for (const { segment } of parts) {
    for (const point of segment.points) {
      const only = point.revisions.length === 1 ? homes[point.position] : undefined;
      if (only?.segment === segment) {
        entries.push({ segment, point, revisions: point.revisions, position: point.position, since: only.session });
        continue;
      }
      const revisions = point.revisions.filter((revision) => homeOf(revision)?.segment === segment);
      const newest = revisions.at(-1);
      if (!newest) continue;
      const since = revisions.reduce(
        (first, revision) => earlier(first, homeOf(revision)?.session ?? first),
        homeOf(newest)?.session ?? "",
      );
      entries.push({ segment, point, revisions, position: positions.get(newest.id) ?? -1, since });
    }
  }
  return entries.sort((a, b) => a.position - b.position);
}

/** Returns the line of a single segment. Nearly every series has only one, and it is long. */
function whole(segment: Segment): Entry[] {
  return segment.points.map((point) => {
    const { revisions, position, sessions } = point;
    return { segment, point, revisions, position, since: sessions[0] ?? "" };
  });
}

function earlier(one: string, other: string): string {
  return other < one ? other : one;
}

function rankOf({ link }: Segment, { outcome, reason }: Attempt): number {
  const failed = !isMeasured(outcome) && !isSame(outcome);
  const again = reason !== undefined && measuredAgain.has(reason);
  return 4 * Number(failed) + 2 * Number(again) + Number(link.status !== "current");
}

/**
 * Returns the transitions of a line. In time, measuring went from one context to the next, and maybe back. In the history, a backlog mixes
 * revisions measured before and after a transition. The transition is placed after the last revision that was measured before it.
 */
export function transitions<Of extends MeasurementContext>(entries: readonly { segment: Of; since: string }[]): Transition<Of>[] {
  const [first] = entries;
  if (!first || entries.every(({ segment }) => segment === first.segment)) return [];
  const stays: Of[] = [];
  const stayOf = new Int32Array(entries.length);
  for (const index of orderOfTime(entries)) {
    const segment = entries[index]?.segment;
    const last = stays.at(-1);
    if (segment && (!last || (last !== segment && placeKey(last) !== placeKey(segment)))) stays.push(segment);
    stayOf[index] = stays.length - 1;
  }
  let earliest = stays.length;
  const found: Transition<Of>[] = [];
  for (let index = entries.length - 1; index >= 0; index--) {
    const stay = Math.min(earliest, stayOf[index] ?? earliest);
    const [from, to] = [stays[stay], stays[earliest]];
    if (from && to && from !== to && placeKey(from) !== placeKey(to)) found.unshift({ before: index + 1, from, to });
    earliest = stay;
  }
  return found;
}

/** Returns the indexes of entries, sorted by their first session. */
function orderOfTime(entries: readonly { since: string }[]): number[] {
  const order = entries.map((_, index) => index);
  const since = entries.map((entry) => entry.since);
  // Most lines are in it already.
  if (since.every((one, index) => index === 0 || (since[index - 1] ?? "") <= one)) return order;
  return order.sort((a, b) => ((since[a] ?? "") < (since[b] ?? "") ? -1 : (since[a] ?? "") > (since[b] ?? "") ? 1 : a - b));
}
