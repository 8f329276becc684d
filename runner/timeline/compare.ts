import type { Group, Variant } from "../model.ts";
import { bridge, scaleOf } from "./bridge.ts";
import type { BridgePoint } from "./bridge.ts";
import { chain } from "./chain.ts";
import type { MeasuredPoint } from "./points.ts";
import { combinedError, hasError, pooled, ratio } from "./quantity.ts";
import type { Quantity } from "./quantity.ts";
import type { Segment } from "./segment.ts";
import { change, mainVariant } from "./timeline.ts";
import type { BenchmarkTimeline, Measurement, Series, Timeline } from "./timeline.ts";

/** What is compared: revisions, pooled where they are several; or an environment. */
export type Side = { kind: "revisions"; ids: ReadonlySet<string> } | { kind: "environment"; id: string };

/** One benchmark on both sides. */
export interface Compared {
  benchmark: string;
  /** Undefined once the suite has dropped the benchmark. */
  group: Group | undefined;
  variant: Variant;
  /** Seconds of the second side over those of the first: below 1 is faster. */
  ratio: Quantity;
  /** Both sides are one value of one program: the ratio is 1 without any error. */
  isSame: boolean;
  /** Hops that lie between both; their error is in the ratio. */
  hops: number;
  /** Points, or where environments are compared revisions, on the first side and on the second. */
  points: [number, number];
  /** Revisions of a range that were measured elsewhere only, and are left out. */
  elsewhere: number;
}

interface NotCompared {
  benchmark: string;
  reason: string;
}

export interface Comparison {
  /** The smallest ratio first. */
  compared: Compared[];
  /** By name. */
  notCompared: NotCompared[];
  /** Of benchmarks that the suite has now; undefined where none of them is compared. */
  mean: GeometricMean | undefined;
}

export interface GeometricMean {
  ratio: Quantity;
  /** Ratios in it. */
  of: number;
}

type Found = Omit<Compared, "benchmark" | "group" | "variant"> | string;

/** Every benchmark on two sides: those of revisions, or of environments. Without `variant` each in its main one. Pure. */
export function compare({ benchmarks }: Pick<Timeline, "benchmarks">, a: Side, b: Side, variant?: Variant): Comparison {
  return comparison(
    benchmarks.map((benchmark) => {
      const of = variant ?? mainVariant(benchmark.listed);
      const series = benchmark.series.find((one) => one.variant === of);
      return { benchmark, variant: of, found: series ? compareSeries(series, a, b) : `not measured ${of}` };
    }),
  );
}

/** The interpreter itself in two environments. */
export function compareBaselines({ benchmarks }: Pick<Timeline, "benchmarks">, a: string, b: string): Comparison {
  return comparison(
    benchmarks.map((benchmark) => ({ benchmark, variant: "interpreted" as const, found: compareInterpreter(benchmark, a, b) })),
  );
}

function comparison(all: readonly { benchmark: BenchmarkTimeline; variant: Variant; found: Found }[]): Comparison {
  const compared = all.flatMap(({ benchmark: { name, listed }, variant, found }) =>
    typeof found === "string" ? [] : [{ benchmark: name, group: listed?.group, variant, ...found }],
  );
  compared.sort((one, other) => one.ratio.value - other.ratio.value || (one.benchmark < other.benchmark ? -1 : 1));
  const notCompared = all.flatMap(({ benchmark, found }) =>
    typeof found === "string" ? [{ benchmark: benchmark.name, reason: found }] : [],
  );
  // Where the suite was never listed, all of them count.
  const isListed = all.some(({ benchmark }) => benchmark.listed !== undefined);
  const declared = compared.filter(({ group }) => group !== undefined || !isListed);
  return { compared, notCompared, mean: geometricMean(declared.map((one) => one.ratio)) };
}

/**
 * ln of it is the mean of ln ratio, its error that of the ratios: what it says is of these benchmarks, not of others that there might be. Ratios
 * of an error that is not known are left out where there are others.
 */
export function geometricMean(ratios: readonly Quantity[]): GeometricMean | undefined {
  const known = ratios.filter(hasError);
  const taken = known.length > 0 ? known : ratios;
  if (taken.length === 0) return undefined;
  const { standardError, degreesOfFreedom } = combinedError(taken);
  const value = Math.exp(taken.reduce((sum, one) => sum + Math.log(one.value), 0) / taken.length);
  return { ratio: { value, standardError: standardError / taken.length, degreesOfFreedom }, of: taken.length };
}

function compareSeries(series: Series, a: Side, b: Side): Found {
  if (a.kind === "revisions" && b.kind === "revisions") return compareRevisions(series, a.ids, b.ids);
  if (a.kind === "environment" && b.kind === "environment") return compareEnvironments(series, a.id, b.id);
  throw new RangeError("a revision cannot be compared with an environment");
}

/** What of a segment lies on a side. */
interface Part {
  segment: Segment;
  points: MeasuredPoint[];
}

/** In the segment that has the most of both sides; where none has of both, in two that are linked. */
function compareRevisions(series: Series, a: ReadonlySet<string>, b: ReadonlySet<string>): Found {
  const [inA, inB] = [a, b].map((ids) => partsOf(series, ids));
  if (!inA?.length || !inB?.length) return missing(inA ?? [], inB ?? []);
  const pairs = inA
    .flatMap((one) => inB.map((other) => ({ one, other, count: one.points.length + other.points.length })))
    .sort((x, y) => Number(isShared(y)) - Number(isShared(x)) || y.count - x.count);
  for (const { one, other } of pairs) {
    const points: [number, number] = [one.points.length, other.points.length];
    const elsewhere = leftOut(one, inA, a) + leftOut(other, inB, b);
    if (one.segment === other.segment && isSameSet(one.points, other.points))
      return { ratio: none, isSame: true, hops: 0, points, elsewhere };
    const found = change(series, asOne(one), asOne(other));
    if (found) return { ratio: found, isSame: false, hops: hopsBetween(series, one.segment, other.segment), points, elsewhere };
  }
  const [first] = pairs;
  const link = first && chain(series.hops, first.one.segment, first.other.segment);
  if (link?.status === "other version") return "another version of it in each";
  return link?.status === "broken" ? `broken between them: ${link.reason}` : "not yet linked with each other";
}

const otherWorkload = "another workload in each, as far as is known";
const none: Quantity = { value: 1, standardError: 0, degreesOfFreedom: 1 };

/** The newest segments first: of equal ones they count. */
function partsOf({ segments }: Series, ids: ReadonlySet<string>): Part[] {
  return [...segments].reverse().flatMap((segment) => {
    const points = measured(segment).filter(({ revisions }) => revisions.some(({ id }) => ids.has(id)));
    return points.length > 0 ? [{ segment, points }] : [];
  });
}

/** Revisions of a side that one of its parts does not have, but another. */
function leftOut(taken: Part, parts: readonly Part[], ids: ReadonlySet<string>): number {
  const has = new Set(revisionsOf(taken));
  return new Set(parts.flatMap(revisionsOf).filter((id) => ids.has(id) && !has.has(id))).size;
}

function revisionsOf({ points }: Part): string[] {
  return points.flatMap(({ revisions }) => revisions.map(({ id }) => id));
}

function isShared({ one, other }: { one: Part; other: Part }): boolean {
  return one.segment === other.segment;
}

/** The median of its points. */
function asOne({ segment, points }: Part): Measurement {
  const [first, ...others] = points;
  if (!first) throw new RangeError("a part of a series has a point");
  if (others.length === 0) return { segment, point: first };
  return { segment, point: { ...first, seconds: pooled(points.map(({ seconds }) => seconds)) } };
}

function hopsBetween({ hops }: Series, from: Segment, to: Segment): number {
  const found = chain(hops, from, to);
  return found.status === "linked" ? found.hops : 0;
}

/** The revisions that were measured in both, as a bridge would: of one form of the benchmark, that which has most of them. */
function compareEnvironments(series: Series, a: string, b: string): Found {
  const [inA, inB] = [a, b].map((id) => series.segments.filter(({ environment, points }) => environment === id && points.length > 0));
  if (!inA?.length || !inB?.length) return missing(inA ?? [], inB ?? []);
  const pairs = inA.flatMap((old) =>
    inB.filter(({ workload }) => workload === old.workload).map((now) => ({ old, now, points: inBoth(old, now) })),
  );
  if (pairs.length === 0) return otherWorkload;
  const [most] = pairs.sort((x, y) => y.points.length - x.points.length);
  if (!most || most.points.length === 0) return "no revision was measured in both";
  const points: [number, number] = [most.points.length, most.points.length];
  if (most.old === most.now) return { ratio: none, isSame: true, hops: 0, points, elsewhere: 0 };
  return { ratio: scaleOf(bridge(most.points)), isSame: false, hops: 0, points, elsewhere: 0 };
}

/** Each point once: a second one of the same program is no second difference. */
function inBoth(old: Segment, now: Segment): BridgePoint[] {
  const later = measured(now);
  const taken = new Set<MeasuredPoint>();
  return measured(old).flatMap((point) => {
    const ids = new Set(point.revisions.map(({ id }) => id));
    const match = later.find((other) => !taken.has(other) && other.revisions.some(({ id }) => ids.has(id)));
    if (!match) return [];
    taken.add(match);
    return [{ revision: point.revisions[0].id, old: point.seconds, new: match.seconds }];
  });
}

function compareInterpreter({ baselines, current }: BenchmarkTimeline, a: string, b: string): Found {
  const [inA, inB] = [a, b].map((id) => baselines.filter(({ environment, seconds }) => environment === id && seconds));
  if (!inA?.length || !inB?.length) return missing(inA ?? [], inB ?? []);
  const shared = inA.filter((one) => inB.some(({ workload }) => workload === one.workload));
  const old = shared.find(({ workload }) => workload === current.workload) ?? shared.at(-1);
  const now = inB.find(({ workload }) => workload === old?.workload);
  if (!old?.seconds || !now?.seconds) return otherWorkload;
  if (old === now) return { ratio: none, isSame: true, hops: 0, points: [1, 1], elsewhere: 0 };
  return { ratio: ratio(now.seconds, old.seconds), isSame: false, hops: 0, points: [1, 1], elsewhere: 0 };
}

function missing(inA: readonly unknown[], inB: readonly unknown[]): string {
  if (inA.length === 0 && inB.length === 0) return "without a value on either side";
  return inA.length === 0 ? "without a value on the first side" : "without a value on the second side";
}

function measured({ points }: Segment): MeasuredPoint[] {
  return points.flatMap((point) => (point.status === "measured" ? [point] : []));
}

function isSameSet(some: readonly MeasuredPoint[], others: readonly MeasuredPoint[]): boolean {
  return some.length === others.length && some.every((point) => others.includes(point));
}
