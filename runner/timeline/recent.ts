import { newestRevision } from "./points.ts";
import type { MeasuredPoint, Point } from "./points.ts";
import { ratio } from "./quantity.ts";
import type { Quantity } from "./quantity.ts";
import { currentSegment, newestMeasured } from "./timeline.ts";
import type { Series } from "./timeline.ts";

/** What became of a series since some time: new seconds over old, or why there is nothing to compare. */
export type RecentChange =
  | { kind: "change"; ratio: Quantity; from: MeasuredPoint }
  | { kind: "nothing" | "no new value" | "same program" | "no older value" | "not yet linked" };

const day = 24 * 60 * 60 * 1000;

/**
 * The newest value against that of the program that ran `days` days before `now`, both in the current segment: of the newest point
 * begun by a revision committed before. Newest means last in the history; a date only says where to cut.
 */
export function changeWithin(days: number, series: Series, now: string): RecentChange {
  const newest = newestMeasured(series);
  if (!newest) return { kind: "nothing" };
  const cut = Date.parse(now) - days * day;
  const isOld = (point: Point) => Date.parse(point.revisions[0].committed) <= cut;
  if (isOld(newest)) return { kind: Date.parse(newestRevision(newest).committed) <= cut ? "no new value" : "same program" };
  const from = currentSegment(series)?.points.findLast((point) => point.status === "measured" && isOld(point));
  if (from?.status === "measured") return { kind: "change", ratio: ratio(newest.seconds, from.seconds), from };
  return { kind: series.segments.length > 1 ? "not yet linked" : "no older value" };
}
