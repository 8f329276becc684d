import { placeKey } from "../timeline/chain.ts";
import { transitions } from "../timeline/line.ts";
import type { Entry, Transition } from "../timeline/line.ts";
import { newestRevision } from "../timeline/points.ts";
import { drawnInterval, hasError } from "../timeline/quantity.ts";
import { shownSeconds } from "../timeline/segment.ts";
import type { BenchmarkTimeline, Series } from "../timeline/timeline.ts";
import { confirmedIn, driftsIn } from "./changes.ts";
import type { Chart, ChartCell, ChartPanel } from "./chart.ts";
import type { Report } from "./input.ts";
import { dayOf } from "../text/quantities.ts";
import { linkOf, transitionText } from "./transitions.ts";

/** Largest number of points of a chart. Older ones are only in the data, so most charts do not change from day to day. */
const mostColumns = 500;

/** Returns the chart of a benchmark's page; undefined if nothing was measured. */
export function benchmarkChart(report: Report, benchmark: BenchmarkTimeline): Chart | undefined {
  const series = benchmark.series.map((one) => ({ ...one, apart: one.apart.map(newestOf), line: newestOf(one.line) }));
  const columns = newestOf([...apart(series), ...oneLine(series)]);
  const indexes = new Map(columns.map((column, index) => [columnKey(column), index]));
  const panels = series.flatMap(({ variant, apart, line }): ChartPanel[] => {
    const cells: ChartCell[] = columns.map(() => undefined);
    for (const entry of [...apart.flat(), ...line]) {
      const index = indexes.get(columnKey(entry));
      if (index !== undefined) cells[index] = cellOf(entry);
    }
    const confirmed = confirmedIn(report, benchmark, { variant, line });
    const changes = columns.flatMap(({ point }, column) =>
      point.revisions.flatMap(({ id }) => {
        const decision = cells[column] === undefined ? undefined : confirmed.get(id);
        return decision ? [{ column, direction: decision.direction }] : [];
      }),
    );
    const drifted = driftsIn(report, benchmark, { variant, line });
    const drifts = columns.flatMap(({ point }, column) =>
      cells[column] !== undefined && point.revisions.some(({ id }) => drifted.has(id)) ? [column] : [],
    );
    const measured = cells.some((cell) => cell !== undefined && cell !== "failed");
    return measured ? [{ title: variant, colour: variant === "compiled" ? "blue" : "orange", cells, changes, drifts }] : [];
  });
  if (panels.length === 0) return undefined;
  return {
    title: benchmark.name,
    columns: columns.map(({ segment, point, revisions }) => ({
      label: dayOf((revisions.at(-1) ?? newestRevision(point)).committed),
      link: linkOf(segment),
    })),
    panels,
    transitions: transitionsBetween(columns).map(({ before, from, to }) => ({
      column: before,
      label: transitionText(from, to, report.environments),
    })),
  };
}

function newestOf(entries: readonly Entry[]): Entry[] {
  return entries.slice(-mostColumns);
}

/** Returns the entries of unlinked segments, segment by segment. */
function apart(series: readonly Series[]): Entry[] {
  const segments = new Map<string, Entry[]>();
  for (const entries of series.flatMap((one) => one.apart)) {
    const [first] = entries;
    if (!first) continue;
    const key = placeKey(first.segment);
    segments.set(key, merged([...(segments.get(key) ?? []), ...entries]));
  }
  return [...segments.values()].flat();
}

function oneLine(series: readonly Series[]): Entry[] {
  return merged(series.flatMap(({ line }) => line));
}

/** Returns every point of all variants once, in the order of the history. */
function merged(entries: readonly Entry[]): Entry[] {
  const found = new Map<string, Entry>();
  for (const entry of entries) {
    const known = found.get(columnKey(entry));
    if (!known || entry.since < known.since) found.set(columnKey(entry), entry);
  }
  return [...found.values()].sort((a, b) => a.position - b.position);
}

/** Returns the transitions at the ends of unlinked segments and within the line. */
function transitionsBetween(columns: readonly Entry[]): Transition[] {
  const start = columns.findIndex(({ segment }) => linkOf(segment) === "linked");
  const lineStart = start === -1 ? columns.length : start;
  const ends = columns.slice(0, lineStart).flatMap(({ segment: from }, index): Transition[] => {
    const to = columns[index + 1]?.segment;
    return to && placeKey(from) !== placeKey(to) ? [{ before: index + 1, from, to }] : [];
  });
  return [...ends, ...transitions(columns.slice(lineStart)).map((one) => ({ ...one, before: one.before + lineStart }))];
}

function cellOf({ segment, point }: Entry): ChartCell {
  if (point.status === "failed") return "failed";
  const seconds = shownSeconds(segment, point) ?? point.seconds;
  return { value: seconds.value, ...(hasError(seconds) && { interval: drawnInterval(seconds) }) };
}

function columnKey({ segment, point }: Entry): string {
  return `${linkOf(segment)} ${placeKey(segment)} ${newestRevision(point).id}`;
}
