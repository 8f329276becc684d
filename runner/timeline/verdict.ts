import type { Variant } from "../model.ts";
import type { Factor } from "./bridge.ts";
import { assumedCommonMode, sharedError, type CommonMode } from "./common-mode.ts";
import { apart, combinedError } from "./quantity.ts";
import type { Quantity } from "./quantity.ts";
import { tQuantile, tUpperTail } from "./stats.ts";

/** Values of one benchmark variant on both sides of a transition, of revisions that run the same program. */
export interface EmptyCommitObservation {
  benchmark: string;
  variant: Variant;
  /** Seconds of the empty commit's parent before the transition. */
  old: Quantity | undefined;
  /** Seconds of the empty commit after it. */
  new: Quantity | undefined;
  /** Factor from the old context to the new one, found without these two revisions. Undefined if they are not linked. */
  scalingFactor: Factor | undefined;
  /** Reason that one of these is missing. */
  problem?: string;
  /** Noise from session to session, of ln seconds; undefined if not known. */
  sigma: number | undefined;
}

/** `inconclusive` is never a pass. */
export type Continuity = "continuous" | "broken" | "inconclusive";

/** Of ln seconds: 0.01 is 1 % slower than expected. */
interface Shift {
  delta: number;
  standardError: number;
  degreesOfFreedom: number;
}

export interface BenchmarkVerdict {
  benchmark: string;
  variant: Variant;
  verdict: Continuity;
  /** Why it is not continuous. */
  reason: string | undefined;
  /** Undefined if there is nothing to compare, or the noise is not known. */
  shift: Shift | undefined;
  /** Largest tolerated shift, of ln seconds. Undefined if `shift` is. */
  margin: number | undefined;
  /** The margin is above 5 %, because the noise can hide large shifts. */
  coarse: boolean;
}

export interface SuiteVerdict {
  verdict: Continuity;
  /** Why it is not continuous. */
  reason: string | undefined;
  /** Common shift of all benchmarks. `between` is the standard deviation of their shifts without noise. Undefined without any. */
  shift: (Shift & { between: number }) | undefined;
  /** Noise that benchmarks of a session share, which is included in the error of that shift. */
  common: CommonMode;
  /** In the order of the observations. */
  benchmarks: BenchmarkVerdict[];
}

const leastMargin = 0.01;
const coarseMargin = 0.05;
const largestMargin = 0.1;
/** Largest shift of the whole suite that counts as none, in ln seconds. */
const suiteMargin = 0.005;
/** Probability of each side of a 90 % interval. */
const insideTail = 0.05;
/** Probability of each side of a 95 % interval. */
const outsideTail = 0.025;

/**
 * Judges whether values are continuous across a transition, by a revision that changes nothing: delta = ln new - (ln old + phi).
 *
 * A benchmark is continuous if the 90 % interval of delta lies within its margin (two one-sided tests, Schuirmann 1987). It is broken if the
 * 95 % interval, adjusted for all benchmarks (Holm 1979), lies outside the margin, or if its contexts are not linked. The suite is continuous
 * if the 90 % interval of its mean shift lies within .5 % and no benchmark is broken. It is broken if a benchmark is, or if the 95 % interval
 * lies outside. While a change exactly at the transition is suspected, the suite is not continuous. A change confirmed there is one of the
 * code, because both programs were compared after the transition.
 *
 * @param suspected names of those benchmarks. @param common noise that benchmarks of a session share; assumed if not given.
 */
export function verdict(
  observations: readonly EmptyCommitObservation[],
  suspected: readonly string[] = [],
  common: CommonMode = assumedCommonMode,
): SuiteVerdict {
  const judged = observations.map(judge);
  const outside = beyondMargins(judged);
  const benchmarks = judged.map((one) => (outside.has(one) ? { ...one, ...said("broken", "it shifted by more than its margin") } : one));
  const shift = meanShift(
    benchmarks.flatMap((one) => one.shift ?? []),
    common,
  );
  const whole = suiteVerdict(benchmarks, shift);
  const isOpen = whole.verdict === "continuous" && suspected.length > 0;
  const open = said("inconclusive", `a suspected change at the transition is undecided: ${suspected.join(", ")}`);
  return { ...(isOpen ? open : whole), shift, common, benchmarks };
}

/** clamp(3 sigma, 1 %, max(5 %, min(4 sigma, 10 %))): more than noise, at least 1 %, and never so much that anything passes. */
export function marginOf(sigma: number): number {
  const most = Math.max(coarseMargin, Math.min(4 * sigma, largestMargin));
  return Math.min(Math.max(3 * sigma, leastMargin), most);
}

type Judgement = Pick<BenchmarkVerdict, "verdict" | "reason">;

function said(verdict: Continuity, reason?: string): Judgement {
  return { verdict, reason };
}

/** Judges one benchmark alone. The correction for the number of benchmarks comes later, so only unlinked ones are broken here. */
function judge({ benchmark, variant, old, new: now, scalingFactor, sigma, problem }: EmptyCommitObservation): BenchmarkVerdict {
  const without = { benchmark, variant, shift: undefined, margin: undefined, coarse: false };
  if (!scalingFactor) return { ...without, ...said("broken", problem ?? "its values are not linked") };
  if (!old || !now) return { ...without, ...said("inconclusive", problem ?? "it was not measured on both sides") };
  if (sigma === undefined) return { ...without, ...said("inconclusive", "its noise from session to session is not known") };
  const delta = Math.log(now.value) - Math.log(old.value) - scalingFactor.phi;
  const { standardError, degreesOfFreedom } = combinedError([apart(now), apart(old), scalingFactor]);
  if (standardError === Infinity) return { ...without, ...said("inconclusive", "the error of its values or of its link is not known") };
  const shift = { delta, standardError, degreesOfFreedom };
  const margin = marginOf(sigma);
  const judgement = isWithin(shift, margin) ? said("continuous") : said("inconclusive", "its 90 % interval is not within its margin");
  return { benchmark, variant, ...judgement, shift, margin, coarse: margin > coarseMargin };
}

/** Returns whether the 90 % interval lies within +-margin. */
function isWithin({ delta, standardError, degreesOfFreedom }: Shift, margin: number): boolean {
  return Math.abs(delta) + tQuantile(1 - insideTail, degreesOfFreedom) * standardError <= margin;
}

/** Returns the probability of such a shift, or a larger one, of a benchmark exactly at the margin. */
function outsideProbability({ delta, standardError, degreesOfFreedom }: Shift, margin: number): number {
  const excess = Math.abs(delta) - margin;
  if (excess <= 0) return 1;
  return standardError > 0 ? tUpperTail(excess / standardError, degreesOfFreedom) : 0;
}

/** Returns the benchmarks outside their margins by Holm's procedure: the k-th of n is tested at a level of 1 / (n - k + 1). */
function beyondMargins(judged: readonly BenchmarkVerdict[]): Set<BenchmarkVerdict> {
  const tested = judged
    .flatMap((one) => (one.shift && one.margin !== undefined ? [{ one, probability: outsideProbability(one.shift, one.margin) }] : []))
    .sort((a, b) => a.probability - b.probability);
  const firstKept = tested.findIndex(({ probability }, index) => probability > outsideTail / (tested.length - index));
  return new Set(tested.slice(0, firstKept === -1 ? tested.length : firstKept).map(({ one }) => one));
}

function suiteVerdict(benchmarks: readonly BenchmarkVerdict[], shift: Shift | undefined): Judgement {
  const broken = benchmarks.filter((one) => one.verdict === "broken").length;
  if (broken > 0) return said("broken", `${broken} of ${benchmarks.length} series ${broken === 1 ? "is" : "are"} broken`);
  if (!shift) return said("inconclusive", "there is nothing to compare");
  if (isWithin(shift, suiteMargin)) return said("continuous");
  return outsideProbability(shift, suiteMargin) <= outsideTail
    ? said("broken", "the suite as a whole shifted by more than 0.5 %")
    : said("inconclusive", "the 90 % interval of the suite's mean shift is not within 0.5 %");
}

/** Least error, a millionth, so that a benchmark without any error does not outweigh all others. */
const leastError = 1e-6;

/**
 * Returns the mean of heterogeneous shifts after DerSimonian & Laird (1986): weights 1 / (SE^2 + tau^2), with tau^2 the variance of the shifts
 * beyond their own errors. tau^2 is estimated from n shifts, so there are n-1 degrees of freedom. Shared noise affects all shifts equally, so
 * it is not part of tau^2 and is added once: see sharedError.
 */
function meanShift(shifts: readonly Shift[], common: CommonMode): SuiteVerdict["shift"] {
  const [only, ...others] = shifts;
  if (!only) return undefined;
  if (others.length === 0) return { ...only, between: 0 };
  const { ofQuiet, degreesOfFreedom } = common;
  const own = 1 - ofQuiet;
  const variances = shifts.map(({ standardError }) => Math.max(own * standardError ** 2, leastError ** 2));
  const deltas = shifts.map(({ delta }) => delta);
  const fixed = weighted(deltas, variances);
  const excess = sum(deltas.map((delta, index) => (delta - fixed.mean) ** 2 / (variances[index] ?? 1))) - (shifts.length - 1);
  const weights = variances.map((variance) => 1 / variance);
  const scale = sum(weights) - sum(weights.map((weight) => weight ** 2)) / sum(weights);
  const between = Math.max(0, excess / scale);
  const { mean, variance } = weighted(
    deltas,
    variances.map((one) => one + between),
  );
  const shares = variances.map((one) => variance / (one + between));
  const precision = combinedError([
    { standardError: Math.sqrt(variance), degreesOfFreedom: shifts.length - 1 },
    { standardError: sharedError(shifts, shares, ofQuiet), degreesOfFreedom },
  ]);
  return { delta: mean, ...precision, between: Math.sqrt(between) };
}

/** Returns the mean with weights 1 / variance, and its variance. */
function weighted(values: readonly number[], variances: readonly number[]): { mean: number; variance: number } {
  const total = sum(variances.map((variance) => 1 / variance));
  return { mean: sum(values.map((value, index) => value / (variances[index] ?? 1))) / total, variance: 1 / total };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
