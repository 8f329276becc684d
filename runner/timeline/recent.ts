import { newestRevision } from "./points.ts";
import type { Quantity } from "./quantity.ts";
import { change, isMeasurement, newestMeasured } from "./timeline.ts";
import type { Measurement, Series } from "./timeline.ts";

/** What became of a series since some time: new seconds over old, or why there is nothing to compare. */
export type RecentChange =
  | { kind: "change"; ratio: Quantity; from: Measurement }
  | { kind: "nothing" | "no new value" | "same program" | "no older value" | "not yet linked" | "began anew" }
  | { kind: "broken"; reason: string };

const day = 24 * 60 * 60 * 1000;

/**
 * The newest value against that of the program that ran `days` days before `now`, over switches where segments are linked: of the
 * newest point begun by a revision committed before. Newest means last in the history; a date only says where to cut.
 */
export function changeWithin(days: number, series: Series, now: string): RecentChange {
  const newest = newestMeasured(series);
  if (!newest) return { kind: "nothing" };
  const cut = Date.parse(now) - days * day;
  const isOld = ({ point }: Measurement) => Date.parse(point.revisions[0].committed) <= cut;
  if (isOld(newest)) return { kind: Date.parse(newestRevision(newest.point).committed) <= cut ? "no new value" : "same program" };
  const from = series.line.findLast((entry): entry is typeof entry & Measurement => isMeasurement(entry) && isOld(entry));
  const ratio = from && change(series, from, newest);
  return from && ratio ? { kind: "change", ratio, from } : withoutOlder(series);
}

/** Why there is no older value to compare with. */
function withoutOlder({ segments }: Series): RecentChange {
  const links = segments.map(({ link }) => link);
  if (links.some(({ status }) => status === "not yet linked")) return { kind: "not yet linked" };
  const broken = links.findLast((link) => link.status === "broken");
  if (broken?.status === "broken") return { kind: "broken", reason: broken.reason };
  return { kind: links.some(({ status }) => status === "other version") ? "began anew" : "no older value" };
}
