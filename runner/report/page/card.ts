import { benchmarkFile } from "../../text/benchmark-file.ts";
import { transitions, type Entry } from "../../timeline/line.ts";
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

/** Largest number of points of a small chart. */
const mostPoints = 90;

/** Returns a benchmark's card of the overview. @param cells undefined if nothing was measured. */
export function cardOf(report: Report, benchmark: BenchmarkTimeline, cells: Cells | undefined): Card {
  const { name, listed } = benchmark;
  const { series, newest, failing, gap } = stateOf(benchmark, plainProse);
  const shown = series?.line.slice(-mostPoints) ?? [];
  const found = transitions(shown).map(({ before }) => before);
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
    ...(found.length > 0 && { transitions: found }),
    ...named("slower", indexesOf(positionsOf(changes, "slower"), shown)),
    ...named("faster", indexesOf(positionsOf(changes, "faster"), shown)),
    ...named("drifts", indexesOf(drifted, shown)),
    ...(newest && isStrangelyEqual(report, name, newest.point) && { said: equalSamples }),
    ...(newest && failing && { said: `fails at ${newestRevision(failing).id.slice(0, 12)}: ${failing.failure.stage}` }),
    ...(!newest && gap !== undefined && { said: gap }),
    ...(changed && { changed: changed.position }),
  };
}

function positionsOf(changes: readonly ConfirmedChange[], direction: "slower" | "faster"): number[] {
  return changes.flatMap(({ decision, position }) => (decision.direction === direction ? [position] : []));
}

/** Returns the indexes of revisions among the shown points. @param positions in the history. */
function indexesOf(positions: readonly number[], shown: readonly Entry[]): number[] {
  return positions.flatMap((position) => {
    const index = shown.findIndex((entry) => position <= entry.position);
    const isShown = index > 0 || (index === 0 && shown[0]?.position === position);
    return isShown ? [index] : [];
  });
}

/** Returns a property of a card; nothing without indexes. */
function named(name: "slower" | "faster" | "drifts", indexes: number[]): Partial<Card> {
  return indexes.length > 0 ? { [name]: indexes } : {};
}

function pageCell({ text, direction, medians, reason }: Cell): PageCell {
  const more = medians ? mediansText(medians) : reason;
  return more === undefined ? (direction ? [text, direction] : [text]) : [text, direction ?? "", more];
}

/** Returns `medians: 10.00 ms then, 11.00 ms now`. */
function mediansText([then, now]: readonly [number, number]): string {
  const unit = unitFor(now);
  return `medians: ${shortSecondsText(then, unit)} then, ${shortSecondsText(now, unit)} now`;
}
