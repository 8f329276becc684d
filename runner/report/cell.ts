import type { Decision } from "../model.ts";
import { chained, type Chained } from "../timeline/chained.ts";
import {
  decisionsOf,
  isImportedValue,
  isUnjudged,
  indexesOf,
  readingsOf,
  settledIn,
  standing,
  type Seen,
} from "../timeline/detection/readings.ts";
import { segmentsOf } from "../timeline/detection/settled.ts";
import { valueThen, type ValueThen } from "../timeline/recent.ts";
import { median } from "../timeline/stats.ts";
import { isMeasurement, type Series } from "../timeline/timeline.ts";
import { changeText } from "../text/measurements.ts";
import { counted } from "../text/quantities.ts";

/** Text and numbers of one cell of the summary and of the page: the confirmed changes of a series in a period. */
export interface Cell extends Chained {
  /** Plain text: `+5.1 % ± 0.3 %`, `no confirmed change`, or the reason that neither is known. */
  text: string;
  /** Median seconds of the segment at the start and of the current one; only if a confirmed change lies between them. */
  medians?: [then: number, now: number];
  /** Reason that older values cannot be linked. Untrusted text. */
  reason?: string;
}

/** A series with its decisions. */
export interface Course {
  series: Series;
  seen: readonly Seen[];
  /** Decisions of this series that are not superseded. */
  decisions: readonly Decision[];
  isUnjudged: boolean;
}

export const noChange = "no confirmed change";
/** Text of a cell if changes cannot be detected yet: the lack of a confirmed change then has no meaning. */
export const notJudged = "not judged yet";

export function courseOf(benchmark: string, series: Series, decisions: readonly Decision[]): Course {
  return {
    series,
    seen: readingsOf(series),
    decisions: decisionsOf(standing(decisions), benchmark, series),
    isUnjudged: isUnjudged(series),
  };
}

/**
 * Returns the cell of the last `days` days: the confirmed changes between the segment of that time and the current one, combined. Sizes come
 * from the fresh sessions that confirmed each change. A segment ends at a confirmed change, a drift or a transition. Differences of values
 * alone are not changes.
 */
export function cellWithin(days: number, course: Course, now: string): Cell {
  const then = valueThen(days, course.series, now);
  const start =
    then.kind === "value"
      ? Math.max(
          0,
          course.seen.findIndex(({ entry }) => entry === then.entry),
        )
      : 0;
  const since = changesSince(course, start);
  const remarks = remarksOn(course, start, since);
  if (since.length > 0 && isOpen(then)) {
    const text = chainedText(since.map(({ decision }) => decision));
    return { ...numbersOf(course, start, since), text: withRemarks(text, remarks) };
  }
  if (then.kind === "broken") return { text: "broken", reason: then.reason };
  if (then.kind !== "value") return { text: then.kind === "nothing" ? "" : then.kind };
  return { text: course.isUnjudged ? notJudged : withRemarks(noChange, remarks) };
}

/** Returns whether changes since the first value count for a period from which there is no older value. */
function isOpen({ kind }: ValueThen): boolean {
  return kind !== "nothing" && kind !== "no new value" && kind !== "same program";
}

/** A confirmed change that begins after a reading. */
interface Since {
  decision: Decision;
  /** The reading lies within the range of revisions that the change may belong to, so the change may be older. */
  isMaybeOlder: boolean;
}

/** Returns confirmed changes that begin after a reading, oldest first. Those whose revisions are not on the line are left out. */
function changesSince({ seen, decisions }: Course, start: number): Since[] {
  // Most series have none, and lines are long.
  if (decisions.length === 0) return [];
  const indexes = indexesOf(seen);
  return decisions
    .flatMap((decision) => {
      const [split, good] = [indexes.get(decision.firstBad), indexes.get(decision.lastGood)];
      return decision.outcome === "confirmed" && split !== undefined && split > start
        ? [{ decision, split, isMaybeOlder: decision.skipped > 0 && good !== undefined && good < start }]
        : [];
    })
    .sort((a, b) => a.split - b.split);
}

/** Returns `+5.1 % ± 0.3 %` of combined confirmed changes; only their directions if a size is not known. */
export function chainedText(changes: readonly Pick<Decision, "direction" | "change">[]): string {
  const { ratio } = chained(changes);
  return ratio ? changeText(ratio) : [...new Set(changes.map(({ direction }) => direction))].join(" and ");
}

function numbersOf(course: Course, start: number, since: readonly Since[]): Omit<Cell, "text"> {
  const medians = mediansOf(course, start);
  return { ...chained(since.map(({ decision }) => decision)), ...(medians && { medians }) };
}

/** Returns the median seconds of a reading's segment and of the current one; undefined if they are the same or there is none. */
function mediansOf({ series, seen, decisions }: Course, start: number): [number, number] | undefined {
  const settled = settledIn(seen, decisions);
  const transitions = series.transitions.flatMap(({ before }) => {
    const first = series.line.slice(before).find(isMeasurement);
    const split = seen.findIndex(({ entry }) => entry === first);
    return split > 0 ? [split] : [];
  });
  const segments = segmentsOf(seen.length, { ...settled, drifts: [...settled.drifts, ...transitions] });
  const [now] = segments;
  const then = segments.find(({ from, to }) => from <= start && start < to);
  if (!now || !then || now === then) return undefined;
  const [before, after] = [then, now].map(({ from, to }) => Math.exp(median(seen.slice(from, to).map(({ reading }) => reading.value))));
  return before === undefined || after === undefined ? undefined : [before, after];
}

/** Returns remarks on facts that a number alone would hide. */
function remarksOn({ seen, decisions }: Course, start: number, since: readonly Since[]): string[] {
  const drifts = decisions.some(({ outcome }) => outcome === "drifted") ? settledIn(seen, decisions).drifts : [];
  return [
    ...(since.length > 1 ? [counted(since.length, "change")] : []),
    ...(since.some(({ isMaybeOlder }) => isMaybeOlder) ? ["maybe older"] : []),
    ...(drifts.some((split) => split > start) ? ["drift"] : []),
    ...(seen.slice(start).some(isImportedValue) ? ["imported values not judged"] : []),
  ];
}

function withRemarks(text: string, remarks: readonly string[]): string {
  return remarks.length > 0 ? `${text} (${remarks.join(", ")})` : text;
}
