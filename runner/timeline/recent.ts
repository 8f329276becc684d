import type { Entry } from "./line.ts";
import { newestRevision } from "./points.ts";
import { isMeasurement, newestMeasured } from "./timeline.ts";
import type { Measurement, Series } from "./timeline.ts";

/** Value of a series some time ago, or the reason that there is none to compare with. */
export type ValueThen =
  | { kind: "value"; entry: Entry & Measurement }
  | { kind: "nothing" | "no new value" | "same program" | "no older value" | "not yet linked" | "began anew" }
  | { kind: "broken"; reason: string };

const day = 24 * 60 * 60 * 1000;

/**
 * Returns the value `days` days before `now`, across linked segments: the newest point that began with a revision committed before. Newest
 * means last in the history; the date only selects the point.
 */
export function valueThen(days: number, series: Series, now: string): ValueThen {
  const newest = newestMeasured(series);
  if (!newest) return { kind: "nothing" };
  const cut = Date.parse(now) - days * day;
  const isOld = ({ point }: Measurement) => Date.parse(point.revisions[0].committed) <= cut;
  if (isOld(newest)) return { kind: Date.parse(newestRevision(newest.point).committed) <= cut ? "no new value" : "same program" };
  const entry = series.line.findLast((one): one is Entry & Measurement => isMeasurement(one) && isOld(one));
  return entry ? { kind: "value", entry } : withoutOlder(series);
}

/** Returns why there is no older value to compare with. */
function withoutOlder({ segments }: Series): ValueThen {
  const links = segments.map(({ link }) => link);
  if (links.some(({ status }) => status === "not yet linked")) return { kind: "not yet linked" };
  const broken = links.findLast((link) => link.status === "broken");
  if (broken?.status === "broken") return { kind: "broken", reason: broken.reason };
  return { kind: links.some(({ status }) => status === "other version") ? "began anew" : "no older value" };
}
