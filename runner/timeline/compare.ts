import type { Variant } from "../model.ts";
import { chain, placeKey, type Chain } from "./chain.ts";
import { assumedCommonMode, errorOfMean, type CommonMode } from "./common-mode.ts";
import { compareEnvironments, compareInterpreter } from "./compare-environments.ts";
import type {
  Compared,
  Comparison,
  EnvironmentSide,
  Found,
  Gap,
  GeometricMean,
  Known,
  RevisionsSide,
  Side,
  SideName,
  Sides,
} from "./compared.ts";
import { confirmedBetween, type ConfirmedBetween } from "./confirmed-between.ts";
import { knowsNoise, verdicts } from "./judgement.ts";
import { noisyPoints } from "./point-noise.ts";
import type { FailedPoint, MeasuredPoint } from "./points.ts";
import { hasError, pooled } from "./quantity.ts";
import type { Quantity } from "./quantity.ts";
import type { Segment } from "./segment.ts";
import { mainVariant } from "./attempts.ts";
import { change, seriesKey } from "./timeline.ts";
import type { BenchmarkTimeline, Measurement, Series } from "./timeline.ts";

/** Compares every benchmark on two sides, revisions or environments. Without `variant` each in its main one. Pure. */
export function compare(known: Known, a: Side, b: Side, variant?: Variant): Comparison {
  return comparison(
    known.benchmarks.map((benchmark) => {
      const of = variant ?? mainVariant(benchmark.listed);
      const series = benchmark.series.find((one) => one.variant === of);
      const found = series ? compareSeries(benchmark, series, known, { a, b }) : neverMeasured(benchmark, of);
      return { benchmark, variant: of, found, changes: series ? changesOf(benchmark.name, series, known, { a, b }) : [] };
    }),
    known.common,
  );
}

function changesOf(benchmark: string, series: Series, { decided }: Known, { a, b }: Sides): ConfirmedBetween[] {
  if (!decided || a.kind !== "revisions" || b.kind !== "revisions" || !a.span || !b.span) return [];
  return confirmedBetween(decided, benchmark, series, a.span, b.span);
}

/** Revisions are measured in the main variant only. */
function neverMeasured({ listed }: BenchmarkTimeline, variant: Variant): Gap {
  if (!listed) return { reason: "no longer in the suite", lacking: [] };
  return { reason: `not measured ${variant}`, lacking: variant === mainVariant(listed) ? ["a", "b"] : [] };
}

/** Compares the interpreter itself in two environments. */
export function compareBaselines(
  { benchmarks, common }: Omit<Known, "copies" | "decided">,
  a: EnvironmentSide,
  b: EnvironmentSide,
): Comparison {
  return comparison(
    benchmarks.map((benchmark) => ({
      benchmark,
      variant: "interpreted" as const,
      found: compareInterpreter(benchmark, { a, b }),
      changes: [],
    })),
    common,
  );
}

interface Row {
  benchmark: BenchmarkTimeline;
  variant: Variant;
  found: Found;
  changes: readonly ConfirmedBetween[];
}

function comparison(all: readonly Row[], common?: CommonMode): Comparison {
  const found = all.flatMap(({ benchmark: { name, listed }, variant, found, changes }) =>
    "reason" in found ? [] : [{ benchmark: name, group: listed?.group, variant, ...found, changes }],
  );
  found.sort((one, other) => one.ratio.value - other.ratio.value || (one.benchmark < other.benchmark ? -1 : 1));
  const judged = verdicts(found.map((one) => ({ ...one, isConfirmed: one.changes.length > 0 })));
  const compared = found.map((one, index): Compared => ({ ...one, verdict: judged[index] ?? "not judged" }));
  const notCompared = all.flatMap(({ benchmark, found }) => ("reason" in found ? [{ benchmark: benchmark.name, ...found }] : []));
  // If the suite was never listed, all of them count.
  const isListed = all.some(({ benchmark }) => benchmark.listed !== undefined);
  const declared = compared.filter(({ group }) => group !== undefined || !isListed);
  return {
    compared,
    notCompared,
    mean: geometricMean(
      declared.map((one) => one.ratio),
      common,
    ),
  };
}

/**
 * Returns the geometric mean of ratios. Its error combines those of the ratios and the shared noise as if all were of the same sessions, so it
 * is at most too wide. The mean is of these benchmarks only, not of a population. Ratios with an unknown error are left out if there are
 * others.
 */
export function geometricMean(ratios: readonly Quantity[], common: CommonMode = assumedCommonMode): GeometricMean | undefined {
  const known = ratios.filter(hasError);
  const taken = known.length > 0 ? known : ratios;
  if (taken.length === 0) return undefined;
  const { standardError, degreesOfFreedom } = errorOfMean(taken, common);
  const value = Math.exp(taken.reduce((sum, one) => sum + Math.log(one.value), 0) / taken.length);
  return { ratio: { value, standardError, degreesOfFreedom }, of: taken.length, common };
}

function compareSeries(benchmark: BenchmarkTimeline, series: Series, { copies }: Known, { a, b }: Sides): Found {
  if (a.kind === "revisions" && b.kind === "revisions") {
    const originals = copies?.get(seriesKey({ benchmark: benchmark.name, variant: series.variant }));
    return compareRevisions(benchmark, series, { a: withOriginals(a, originals), b: withOriginals(b, originals) });
  }
  if (a.kind === "environment" && b.kind === "environment") return compareEnvironments(series, { a, b });
  throw new RangeError("a revision cannot be compared with an environment");
}

function withOriginals(side: RevisionsSide, originals: ReadonlyMap<string, string> | undefined): RevisionsSide {
  return originals ? { ...side, ids: new Set([...side.ids].map((id) => originals.get(id) ?? id)) } : side;
}

/** Points of a segment on a side. */
interface Part {
  segment: Segment;
  points: MeasuredPoint[];
}

/** Compares in the segment with most points of both sides; if none has both, in two linked segments. */
function compareRevisions({ listed, current }: BenchmarkTimeline, series: Series, { a, b }: Sides<RevisionsSide>): Found {
  const parts = [...series.segments].reverse().map((segment) => ({ segment, points: noisyPoints(segment) }));
  const [inA, inB] = [partsOf(parts, a.ids), partsOf(parts, b.ids)];
  if (inA.length === 0 || inB.length === 0) {
    const gaps = [...gapsOf("a", a, inA, series), ...gapsOf("b", b, inB, series)];
    const lacking = listed ? gaps.filter(({ failed }) => !failed).map(({ side }) => side) : [];
    return { reason: `${gaps.map(({ text }) => text).join("; ")}${listed ? "" : "; no longer in the suite"}`, lacking };
  }
  const pairs = inA
    .flatMap((one) => inB.map((other) => ({ one, other, count: one.points.length + other.points.length })))
    .sort((x, y) => Number(isShared(y)) - Number(isShared(x)) || y.count - x.count);
  for (const { one, other } of pairs) {
    const points: [number, number] = [one.points.length, other.points.length];
    const elsewhere = leftOut(one, inA, a.ids) + leftOut(other, inB, b.ids);
    const isNoiseKnown = [...one.points, ...other.points].every(({ seconds }) => knowsNoise(seconds));
    const more = { points, elsewhere, isNoiseKnown };
    if (one.segment === other.segment && isSameSet(one.points, other.points))
      return { ratio: none, isSame: true, scalingFactors: 0, ...more };
    const found = change(series, asOne(one), asOne(other));
    if (found) return { ratio: found, isSame: false, scalingFactors: scalingFactorsBetween(series, one.segment, other.segment), ...more };
  }
  const [first] = pairs;
  const link = first && chain(series.scalingFactors, first.one.segment, first.other.segment);
  const isHere = (parts: readonly Part[]) => parts.some(({ segment }) => placeKey(segment) === placeKey(current));
  const lacking: SideName[] = listed ? [...(isHere(inA) ? [] : ["a" as const]), ...(isHere(inB) ? [] : ["b" as const])] : [];
  return { reason: unlinkedText(link), lacking };
}

function unlinkedText(link: Chain | undefined): string {
  if (link?.status === "broken") return `broken between them: ${link.reason}`;
  return link?.status === "other version" ? "different versions of the benchmark" : "not yet linked with each other";
}

/** Returns why a side has no values. */
function gapsOf(side: SideName, { name, ids }: RevisionsSide, parts: readonly Part[], { segments }: Series) {
  if (parts.length > 0) return [];
  const failure = segments
    .flatMap(({ points }) => points)
    .findLast((point): point is FailedPoint => point.status === "failed" && point.revisions.some(({ id }) => ids.has(id)))?.failure;
  const text = failure ? `failed at ${name}: ${failure.stage}, ${failure.message}` : `not measured at ${name}`;
  return [{ side, text, failed: failure !== undefined }];
}

const none: Quantity = { value: 1, standardError: 0, degreesOfFreedom: 1 };

/** @param parts all parts of a series, the newest segments first. Of equal ones the first counts. */
function partsOf(parts: readonly Part[], ids: ReadonlySet<string>): Part[] {
  return parts.flatMap(({ segment, points: all }) => {
    const points = all.filter(({ revisions }) => revisions.some(({ id }) => ids.has(id)));
    return points.length > 0 ? [{ segment, points }] : [];
  });
}

/** Returns revisions of a side that are missing in one of its parts but not in another. */
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

/** Returns the median of a part's points. */
function asOne({ segment, points }: Part): Measurement {
  const [first, ...others] = points;
  if (!first) throw new RangeError("a part of a series has a point");
  if (others.length === 0) return { segment, point: first };
  return { segment, point: { ...first, seconds: pooled(points.map(({ seconds }) => seconds)) } };
}

function scalingFactorsBetween({ scalingFactors }: Series, from: Segment, to: Segment): number {
  const found = chain(scalingFactors, from, to);
  return found.status === "linked" ? found.scalingFactors : 0;
}

function isSameSet(some: readonly MeasuredPoint[], others: readonly MeasuredPoint[]): boolean {
  return some.length === others.length && some.every((point) => others.includes(point));
}
