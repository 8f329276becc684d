import { benchmarkFile } from "../../benchmark-file.ts";
import { switches, type Entry } from "../../timeline/line.ts";
import { newestRevision } from "../../timeline/points.ts";
import { changeWithin } from "../../timeline/recent.ts";
import { shownSeconds } from "../../timeline/segment.ts";
import { speedUp } from "../../timeline/timeline.ts";
import type { BenchmarkTimeline, Series } from "../../timeline/timeline.ts";
import { confirmedChanges, type ConfirmedChange } from "../changes.ts";
import type { Report } from "../input.ts";
import { changeText, dayOf, factorText, isSignificant, secondsText, unitFor } from "../numbers.ts";
import { plainProse } from "../prose.ts";
import { equalSamples, isStrangelyEqual, stateOf } from "../state.ts";
import { month, quarter } from "../summary-row.ts";
import type { Card } from "./data.ts";
import { sparkText } from "./spark.ts";

/** Points of a small chart. */
const mostPoints = 90;

/** A benchmark as the overview shows it. */
export function cardOf(report: Report, benchmark: BenchmarkTimeline): Card {
  const { name, listed } = benchmark;
  const { series, newest, failing, gap } = stateOf(benchmark, plainProse);
  const shown = series?.line.slice(-mostPoints) ?? [];
  const found = switches(shown).map(({ before }) => before);
  const factor = newest && speedUp(benchmark, newest);
  const changes = series ? confirmedChanges(report, benchmark, series) : [];
  const changed = changes.at(-1);
  return {
    name,
    file: benchmarkFile(name),
    ...(listed && { group: listed.group }),
    ...(newest && { value: secondsText(newest.seconds, unitFor(newest.seconds.value)) }),
    ...(factor && { speedUp: factorText(factor) }),
    ...(series && newest && { month: moved(series, month, report.now), quarter: moved(series, quarter, report.now) }),
    spark: sparkText(
      shown.map(({ segment, point }) => (point.status === "measured" ? (shownSeconds(segment, point) ?? point.seconds).value : undefined)),
    ),
    ...(found.length > 0 && { switches: found }),
    ...placesOf("slower", changes, shown),
    ...placesOf("faster", changes, shown),
    ...(newest && isStrangelyEqual(report, name, newest.point) && { said: equalSamples }),
    ...(newest && failing && { said: `fails at ${newestRevision(failing).id.slice(0, 12)}: ${failing.failure.stage}` }),
    ...(!newest && gap !== undefined && { said: gap }),
    ...(changed && { changed: dayOf(changed.revision.committed) }),
  };
}

/** Where confirmed changes begin among the points that are shown; nothing without any. */
function placesOf(direction: "slower" | "faster", changes: readonly ConfirmedChange[], shown: readonly Entry[]): Partial<Card> {
  const places = changes.flatMap(({ decision, position }) => {
    const place = shown.findIndex((entry) => position <= entry.position);
    const isShown = place > 0 || (place === 0 && shown[0]?.position === position);
    return decision.direction === direction && isShown ? [place] : [];
  });
  return places.length > 0 ? { [direction]: places } : {};
}

/** A change within so many days, in words, and by how much where it is significant. */
function moved(series: Series, days: number, now: string): [string, number?] {
  const change = changeWithin(days, series, now);
  if (change.kind === "broken") return ["not linked"];
  if (change.kind !== "change") return [change.kind];
  const text = changeText(change.ratio);
  return isSignificant(change.ratio) ? [text, Number(Math.log(change.ratio.value).toPrecision(3))] : [text];
}
