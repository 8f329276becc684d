import { benchmarkFile } from "../../text/benchmark-file.ts";
import { switches, type Entry } from "../../timeline/line.ts";
import { newestRevision } from "../../timeline/points.ts";
import { shownSeconds } from "../../timeline/segment.ts";
import { speedUp } from "../../timeline/timeline.ts";
import type { BenchmarkTimeline } from "../../timeline/timeline.ts";
import type { Cell } from "../cell.ts";
import { confirmedChanges, driftPositions, type ConfirmedChange } from "../changes.ts";
import type { Report } from "../input.ts";
import { factorText, secondsText, shortSecondsText, unitFor } from "../../text/measurements.ts";
import { plainProse } from "../prose.ts";
import { equalSamples, isStrangelyEqual, stateOf } from "../state.ts";
import { undetectable, type Cells } from "../summary-row.ts";
import type { Card, PageCell } from "./data.ts";
import { sparkText } from "./spark.ts";

/** Points of a small chart. */
const mostPoints = 90;

/** A benchmark as the overview shows it. @param cells undefined where nothing was measured. */
export function cardOf(report: Report, benchmark: BenchmarkTimeline, cells: Cells | undefined): Card {
  const { name, listed } = benchmark;
  const { series, newest, failing, gap } = stateOf(benchmark, plainProse);
  const shown = series?.line.slice(-mostPoints) ?? [];
  const found = switches(shown).map(({ before }) => before);
  const factor = newest && speedUp(benchmark, newest);
  const changes = series ? confirmedChanges(report, benchmark, series) : [];
  const changed = changes.at(-1);
  const drifted = series ? driftPositions(report, benchmark, series) : [];
  return {
    name,
    file: benchmarkFile(name),
    ...(listed && { group: listed.group }),
    ...(newest && { value: secondsText(newest.seconds, unitFor(newest.seconds.value)) }),
    ...(factor && { speedUp: factorText(factor) }),
    ...(cells && newest && { month: pageCell(cells.month), quarter: pageCell(cells.quarter) }),
    ...(cells?.isUnjudged && newest && listed && { unjudged: undetectable }),
    spark: sparkText(
      shown.map(({ segment, point }) => (point.status === "measured" ? (shownSeconds(segment, point) ?? point.seconds).value : undefined)),
    ),
    ...(found.length > 0 && { switches: found }),
    ...named("slower", placesOf(positionsOf(changes, "slower"), shown)),
    ...named("faster", placesOf(positionsOf(changes, "faster"), shown)),
    ...named("drifts", placesOf(drifted, shown)),
    ...(newest && isStrangelyEqual(report, name, newest.point) && { said: equalSamples }),
    ...(newest && failing && { said: `fails at ${newestRevision(failing).id.slice(0, 12)}: ${failing.failure.stage}` }),
    ...(!newest && gap !== undefined && { said: gap }),
    ...(changed && { changed: changed.position }),
  };
}

function positionsOf(changes: readonly ConfirmedChange[], direction: "slower" | "faster"): number[] {
  return changes.flatMap(({ decision, position }) => (decision.direction === direction ? [position] : []));
}

/** Where these revisions are among the points that are shown. @param positions in the history. */
function placesOf(positions: readonly number[], shown: readonly Entry[]): number[] {
  return positions.flatMap((position) => {
    const place = shown.findIndex((entry) => position <= entry.position);
    const isShown = place > 0 || (place === 0 && shown[0]?.position === position);
    return isShown ? [place] : [];
  });
}

/** Nothing without any. */
function named(name: "slower" | "faster" | "drifts", places: number[]): Partial<Card> {
  return places.length > 0 ? { [name]: places } : {};
}

function pageCell({ text, direction, medians, reason }: Cell): PageCell {
  const more = medians ? mediansText(medians) : reason;
  return more === undefined ? (direction ? [text, direction] : [text]) : [text, direction ?? "", more];
}

/** `medians: 10.00 ms then, 11.00 ms now`. */
function mediansText([then, now]: readonly [number, number]): string {
  const unit = unitFor(now);
  return `medians: ${shortSecondsText(then, unit)} then, ${shortSecondsText(now, unit)} now`;
}
