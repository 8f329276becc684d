import type { Place, Reason, Revision } from "../model.ts";
import { placeKey } from "./chain.ts";
import { newestRevision } from "./points.ts";
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
export interface Switch<Of extends Place = Segment> {
  /** Index of the first entry from which on all were measured after the switch. */
  before: number;
  from: Of;
  to: Of;
}

/** What was measured for these was measured elsewhere, or before, for its own sake. */
const measuredAgain: ReadonlySet<Reason> = new Set(["bridge", "farewell", "verify", "confirm", "control"]);

/** Where a revision's value is taken from. */
interface Home {
  segment: Segment;
  session: string;
  /** Sorts: what comes first is preferred. */
  rank: string;
}

/**
 * One line through segments, in the order of the history. A revision that was measured in several of them is shown where it was
 * measured for its own sake, not to link; of these, where it is current, else where it was first.
 *
 * @param parts the segments with the attempts they are made of.
 * @param positions of revisions in the history, by id.
 * @param reasons why sessions were taken, by id.
 */
export function line(
  parts: readonly { segment: Segment; attempts: readonly Attempt[] }[],
  positions: ReadonlyMap<string, number>,
  reasons: ReadonlyMap<string, Reason>,
): Entry[] {
  const [only, ...others] = parts;
  if (only && others.length === 0) return whole(only.segment, positions);
  const homes = new Map<number, Home>();
  for (const { segment, attempts } of parts) {
    for (const attempt of attempts) {
      const home = { segment, session: attempt.session, rank: rankOf(segment, attempt, reasons.get(attempt.session)) };
      const known = homes.get(attempt.position);
      if (!known || home.rank < known.rank) homes.set(attempt.position, home);
    }
  }
  const homeOf = ({ id }: Revision) => homes.get(positions.get(id) ?? -1);
  return parts
    .flatMap(({ segment }) =>
      segment.points.flatMap((point): Entry[] => {
        const revisions = point.revisions.filter((revision) => homeOf(revision)?.segment === segment);
        const newest = revisions.at(-1);
        if (!newest) return [];
        const since = revisions.reduce(
          (first, revision) => earlier(first, homeOf(revision)?.session ?? first),
          homeOf(newest)?.session ?? "",
        );
        return [{ segment, point, revisions, position: positions.get(newest.id) ?? -1, since }];
      }),
    )
    .sort((a, b) => a.position - b.position);
}

/** A segment alone: nearly every series is, and long. */
function whole(segment: Segment, positions: ReadonlyMap<string, number>): Entry[] {
  return segment.points.map((point) => ({
    segment,
    point,
    revisions: point.revisions,
    position: positions.get(newestRevision(point).id) ?? -1,
    since: point.sessions[0] ?? "",
  }));
}

function earlier(one: string, other: string): string {
  return other < one ? other : one;
}

function rankOf({ link }: Segment, { outcome, session }: Attempt, reason: Reason | undefined): string {
  const drawbacks = [
    !isMeasured(outcome) && !isSame(outcome),
    reason !== undefined && measuredAgain.has(reason),
    link.status !== "current",
  ];
  return `${drawbacks.map(Number).join("")} ${session}`;
}

/**
 * The switches of a line. In time, measuring went from one place to the next, and maybe back; in the history, revisions measured
 * before and after a switch can lie between each other where there was a backlog. A switch is where no more of those before it come.
 */
export function switches<Of extends Place>(entries: readonly { segment: Of; since: string }[]): Switch<Of>[] {
  const [first] = entries;
  if (!first || entries.every(({ segment }) => segment === first.segment)) return [];
  const stays: Of[] = [];
  const stayOf = new Map<object, number>();
  for (const entry of [...entries].sort((a, b) => (a.since < b.since ? -1 : a.since > b.since ? 1 : 0))) {
    const last = stays.at(-1);
    if (!last || placeKey(last) !== placeKey(entry.segment)) stays.push(entry.segment);
    stayOf.set(entry, stays.length - 1);
  }
  let earliest = stays.length;
  const found: Switch<Of>[] = [];
  for (const [index, entry] of [...entries.entries()].reverse()) {
    const stay = Math.min(earliest, stayOf.get(entry) ?? earliest);
    const [from, to] = [stays[stay], stays[earliest]];
    if (from && to && placeKey(from) !== placeKey(to)) found.unshift({ before: index + 1, from, to });
    earliest = stay;
  }
  return found;
}
