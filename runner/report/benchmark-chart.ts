import { newestRevision } from "../timeline/points.ts";
import type { Point } from "../timeline/points.ts";
import { interval } from "../timeline/quantity.ts";
import type { BenchmarkTimeline, Segment } from "../timeline/timeline.ts";
import type { Chart, ChartCell, ChartPanel } from "./chart.ts";
import { shortened } from "./escape.ts";
import type { Report } from "./input.ts";
import { dayOf, unitFor } from "./numbers.ts";
import { newestValue } from "./state.ts";
import { switchText } from "./switches.ts";

/** Points a chart shows at most: older ones stay in the data, and most charts stay as they are from day to day. */
const mostColumns = 500;

interface Column {
  segment: Segment;
  point: Point;
}

/** The chart of a benchmark's page; undefined where nothing was measured. */
export function benchmarkChart(report: Report, benchmark: BenchmarkTimeline): Chart | undefined {
  const columns = sharedColumns(report, benchmark).slice(-mostColumns);
  const places = new Map(columns.map((column, index) => [columnKey(column.segment, column.point), index]));
  const panels = benchmark.series.flatMap(({ variant, segments }): ChartPanel[] => {
    const cells: ChartCell[] = columns.map(() => undefined);
    for (const segment of segments) {
      for (const point of segment.points) {
        const place = places.get(columnKey(segment, point));
        if (place !== undefined) cells[place] = cellOf(point);
      }
    }
    const measured = cells.some((cell) => cell !== undefined && cell !== "failed");
    return measured ? [{ title: variant, colour: variant === "compiled" ? "blue" : "orange", cells }] : [];
  });
  const newest = newestValue(benchmark);
  if (panels.length === 0 || newest === undefined) return undefined;
  return {
    title: benchmark.name,
    unit: unitFor(newest),
    columns: columns.map(({ segment, point }) => ({
      label: dayOf(newestRevision(point).committed),
      linked: segment.current,
    })),
    panels,
    switches: columns.flatMap(({ segment }, index) => {
      const before = columns[index - 1]?.segment;
      if (!before || segmentKey(before) === segmentKey(segment)) return [];
      return [{ column: index, label: shortened(switchText(before, segment, report.environments), 60) }];
    }),
  };
}

/** Every point of any variant once: segment after segment, inside each in the order of the history. */
function sharedColumns(report: Report, benchmark: BenchmarkTimeline): Column[] {
  const [first, ...others] = benchmark.series;
  if (!first) return [];
  if (others.length === 0) return first.segments.flatMap((segment) => segment.points.map((point) => ({ segment, point })));
  const order = new Map(report.history.map((revision, position) => [revision.id, position]));
  const bySegment = new Map<string, Map<string, Column>>();
  for (const { segments } of benchmark.series) {
    for (const segment of segments) {
      const columns = bySegment.get(segmentKey(segment)) ?? new Map<string, Column>();
      bySegment.set(segmentKey(segment), columns);
      for (const point of segment.points) columns.set(newestRevision(point).id, { segment, point });
    }
  }
  const position = ({ point }: Column) => order.get(newestRevision(point).id) ?? 0;
  const groups = [...bySegment.values()].map((columns) => [...columns.values()].sort((a, b) => position(a) - position(b)));
  // Stable: the current segment may have come before one that only another variant has.
  return groups.sort((a, b) => Number(a[0]?.segment.current ?? false) - Number(b[0]?.segment.current ?? false)).flat();
}

function cellOf(point: Point): ChartCell {
  return point.status === "failed" ? "failed" : { value: point.seconds.value, ...interval(point.seconds) };
}

function segmentKey({ environment, workload }: Segment): string {
  return `${environment} ${workload}`;
}

function columnKey(segment: Segment, point: Point): string {
  return `${segmentKey(segment)} ${newestRevision(point).id}`;
}
