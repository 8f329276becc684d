import type { Column, PageBenchmark, PageGroup, PageSeries, PageYear } from "../runner/report/page/data.ts";
import { scaleOf } from "../runner/timeline/bridge.ts";
import { chain, placeKey } from "../runner/timeline/chain.ts";
import { product, ratio, withNoise, type NoiseBetween, type Quantity } from "../runner/timeline/quantity.ts";

/** A segment with the factor that converts its values to present ones. */
interface Segment {
  key: string;
  environment: string;
  workload: string;
  state: PageSeries["segments"][number]["state"];
  noise: NoiseBetween | undefined;
  /** Factor to present seconds; undefined for the current segment and for unlinked ones. */
  factor: Quantity | undefined;
}

export interface Point {
  segment: Segment;
  /** Indexes in the history of the oldest and the newest revision that run the program, and the number of such revisions. */
  start: number;
  position: number;
  revisions: number;
  /** Point of the line through all linked segments. Other points were measured only to link or to check. */
  shown: boolean;
  /** Seconds as measured, with the noise from session to session; undefined for a failure. */
  seconds: Quantity | undefined;
  failure: { stage: string; message: string } | undefined;
}

export type Measured = Point & { seconds: Quantity };

/** One year's file, and the index in the history of the year's first revision. */
export interface YearOfPoints {
  content: PageYear;
  start: number;
}

/** Returns all points of a series in the order of the history. */
export function pointsOf(series: PageSeries, { current }: Pick<PageBenchmark, "current">, years: readonly YearOfPoints[]): Point[] {
  const segments = new Map(series.segments.map((one): [string, Segment] => [placeKey(one), segmentOf(one, series, current)]));
  return years
    .flatMap(({ content, start }) =>
      content.groups
        .filter(({ variant }) => variant === series.variant)
        .flatMap((group) => {
          const segment = segments.get(placeKey(group));
          return segment ? group.at.map((_, index) => pointAt(group, index, segment, start, content.failures)) : [];
        }),
    )
    .sort((a, b) => a.position - b.position);
}

/** Returns seconds as the line shows them: in the present environment, or as measured if they are not linked. */
export function shownSeconds({ segment, seconds }: Measured): Quantity {
  return segment.factor ? product(seconds, segment.factor) : seconds;
}

export function isMeasured(point: Point): point is Measured {
  return point.seconds !== undefined;
}

/** Returns whether a mark belongs to the program of the point at an index. @param position first revision of the mark. */
export function isAt({ position }: { position: number }, points: readonly Point[], index: number): boolean {
  return points.some((point) => point.position === index && point.start <= position && position <= index);
}

/** Returns the value at an index: that of its program, otherwise the last one measured before. */
export function valueAt(points: readonly Point[], position: number): Measured | undefined {
  const line = points.filter(({ shown }) => shown).filter(isMeasured);
  const running = line.find((point) => point.start <= position && position <= point.position);
  return running ?? line.findLast((point) => point.position <= position);
}

/** Returns the ratio of new to old seconds, with the error of scaling factors between them. Undefined if they cannot be compared. */
export function changeBetween({ scalingFactors }: PageSeries, from: Measured, to: Measured): Quantity | undefined {
  if (from.segment.key === to.segment.key) return ratio(to.seconds, from.seconds);
  const found = chain(scalingFactors, from.segment, to.segment);
  return found.status === "linked" ? ratio(to.seconds, product(from.seconds, scaleOf(found.factor))) : undefined;
}

function segmentOf(one: PageSeries["segments"][number], { scalingFactors }: PageSeries, current: PageBenchmark["current"]): Segment {
  const { environment, workload, state, noise } = one;
  const found = placeKey(one) === placeKey(current) ? undefined : chain(scalingFactors, one, current);
  return {
    key: placeKey(one),
    environment,
    workload,
    state,
    noise,
    factor: found?.status === "linked" ? scaleOf(found.factor) : undefined,
  };
}

function pointAt(group: PageGroup, index: number, segment: Segment, start: number, failures: PageYear["failures"]): Point {
  const sessions = numberAt(group.sessions, index);
  const position = start + (group.at[index] ?? 0);
  const isImported = numberAt(group.imported, index) === 1;
  const within = { standardError: numberAt(group.error, index), degreesOfFreedom: numberAt(group.freedom, index) };
  return {
    segment,
    position,
    start: position - numberAt(group.span, index),
    revisions: numberAt(group.revisions, index),
    shown: numberAt(group.shown, index) === 1,
    seconds: sessions > 0 ? withNoise({ value: numberAt(group.seconds, index), sessions, within, isImported }, segment.noise) : undefined,
    failure: sessions > 0 ? undefined : failures[numberAt(group.error, index)],
  };
}

function numberAt(column: Column, index: number): number {
  return typeof column === "number" ? column : (column[index] ?? 0);
}
