import type { MeasurementContext, Reason, Revision } from "../model.ts";
import { placeKey } from "./chain.ts";
import type { Attempt, Point } from "./points.ts";
import { isMeasured, isSame } from "./program.ts";
import type { Segment } from "./segment.ts";

/** A point of a line. */
export interface Entry {
  segment: Segment;
  point: Point;
  /** Those of its revisions that the line shows here, oldest first; at least one. */
  revisions: readonly Revision[];
  /** Place of the newest of them in the history. */
  position: number;
  /** The first session that any of them is shown from: ids sort by time. */
  since: string;
}

/** Where the line goes over from one segment to another. */
export interface Transition<Of extends MeasurementContext = Segment> {
  /** Index of the first entry from which on all were measured after the transition. */
  before: number;
  from: Of;
  to: Of;
}

/** What was measured for these was measured elsewhere, or before, for its own sake. */
const measuredAgain: ReadonlySet<Reason> = new Set(["bridge", "pre-upgrade", "verify", "confirm", "repeat", "control", "creeping"]);

/** Returns whether sessions for that reason measure a revision for its own sake. */
export function ofOwnSake(reason: Reason): boolean {
  return !measuredAgain.has(reason);
}

/** Where a revision's value is taken from. */
interface Home {
  segment: Segment;
  session: string;
  /** What is less is preferred; of equals the earlier session. */
  rank: number;
}

/**
 * One line through segments, in the order of the history. A revision that was measured in several of them is shown where it was
 * measured for its own sake, not to link; of these, where it is current, else where it was first.
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

/** A segment alone: nearly every series is, and long. */
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
 * The transitions of a line. In time, measuring went from one context to the next, and maybe back; in the history, revisions measured
 * before and after a transition can lie between each other where there was a backlog. A transition is where no more of those before it come.
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

/** Indices of entries by the session they are shown from first. */
function orderOfTime(entries: readonly { since: string }[]): number[] {
  const order = entries.map((_, index) => index);
  const since = entries.map((entry) => entry.since);
  // Most lines are in it already.
  if (since.every((one, index) => index === 0 || (since[index - 1] ?? "") <= one)) return order;
  return order.sort((a, b) => ((since[a] ?? "") < (since[b] ?? "") ? -1 : (since[a] ?? "") > (since[b] ?? "") ? 1 : a - b));
}
