import type { Failure } from "../../model.ts";
import type { Point } from "../../timeline/points.ts";
import type { Segment } from "../../timeline/segment.ts";
import type { BenchmarkTimeline, Series } from "../../timeline/timeline.ts";
import type { Column, PageGroup, PageYear } from "./data.ts";
import type { Year } from "./years.ts";

/** Returns the points of a benchmark by year; years without points are left out. */
export function pointsByYear(benchmark: BenchmarkTimeline, years: readonly Year[]): Map<number, PageYear> {
  const found = new Map<number, PageYear>();
  for (const series of benchmark.series) for (const segment of series.segments) addSegment(found, series, segment, years);
  return found;
}

/** Adds the points of a segment to their years, a group for each. */
function addSegment(found: Map<number, PageYear>, series: Series, segment: Segment, years: readonly Year[]): void {
  // Both are in the order of the history, so the points of the segment on the line are found one after the other.
  const shown = series.line.filter((entry) => entry.segment === segment);
  let next = 0;
  let current: { year: Year; of: PageYear; group: Group } | undefined;
  for (const point of segment.points) {
    const entry = shown[next]?.point === point ? shown[next++] : undefined;
    const position = entry?.position ?? point.position;
    if (!current || position < current.year.start || position >= current.year.end) {
      current?.of.groups.push(current.group.columns());
      const year = years.find(({ end }) => position < end);
      if (!year) return;
      const of = found.get(year.year) ?? { failures: [], groups: [] };
      found.set(year.year, of);
      current = { year, of, group: new Group(series, segment, year, of.failures) };
    }
    current.group.add(point, position, entry !== undefined);
  }
  current?.of.groups.push(current.group.columns());
}

/** Returns the smallest index in the history that the points of a year reach back to. */
export function reachOf({ groups }: PageYear, { start }: Year): number {
  let least = Infinity;
  for (const { at, span } of groups) {
    for (const [index, one] of at.entries()) least = Math.min(least, one - (typeof span === "number" ? span : (span[index] ?? 0)));
  }
  return start + least;
}

/** Collects the points of a segment in one year. */
class Group {
  readonly #head: Pick<PageGroup, "variant" | "environment" | "workload">;
  readonly #start: number;
  readonly #failures: PageYear["failures"];
  readonly #columns: Record<Numbers, number[]> = {
    at: [],
    revisions: [],
    span: [],
    shown: [],
    imported: [],
    seconds: [],
    sessions: [],
    error: [],
    freedom: [],
  };

  constructor({ variant }: Series, { environment, workload }: Segment, year: Year, failures: PageYear["failures"]) {
    this.#head = { variant, environment, workload };
    this.#start = year.start;
    this.#failures = failures;
  }

  add(point: Point, position: number, isShown: boolean): void {
    const { at, revisions, span, shown, imported, seconds, sessions, error, freedom } = this.#columns;
    at.push(position - this.#start);
    revisions.push(point.revisions.length);
    span.push(Math.max(0, position - point.start));
    shown.push(Number(isShown));
    if (point.status === "failed") {
      for (const column of [imported, seconds, sessions, freedom]) column.push(0);
      error.push(contextOf(point.failure, this.#failures));
      return;
    }
    const { value, within, sessions: count, isImported } = point.pool;
    // Sessions store the numbers with these digits already.
    const digits = (number: number, most: number) => (count === 1 ? number : Number(number.toPrecision(most)));
    imported.push(Number(isImported));
    seconds.push(digits(value, 6));
    sessions.push(count);
    error.push(digits(within.standardError, 4));
    freedom.push(digits(within.degreesOfFreedom, 4));
  }

  columns(): PageGroup {
    const { at, revisions, span, shown, imported, seconds, sessions, error, freedom } = this.#columns;
    return {
      ...this.#head,
      at,
      revisions: short(revisions),
      span: short(span),
      shown: short(shown),
      imported: short(imported),
      seconds: short(seconds),
      sessions: short(sessions),
      error: short(error),
      freedom: short(freedom),
    };
  }
}

type Numbers = "at" | "revisions" | "span" | "shown" | "imported" | "seconds" | "sessions" | "error" | "freedom";

function contextOf({ stage, message }: Failure, failures: PageYear["failures"]): number {
  const known = failures.findIndex((one) => one.stage === stage && one.message === message);
  return known === -1 ? failures.push({ stage, message }) - 1 : known;
}

function short(values: number[]): Column {
  const [first] = values;
  return first !== undefined && values.every((value) => value === first) ? first : values;
}
