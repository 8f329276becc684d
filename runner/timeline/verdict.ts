import type { Variant } from "../model.ts";
import type { Factor } from "./bridge.ts";
import { assumedCommonMode, sharedError, type CommonMode } from "./common-mode.ts";
import { apart, combinedError } from "./quantity.ts";
import type { Quantity } from "./quantity.ts";
import { tQuantile, tUpperTail } from "./stats.ts";

/** What was measured of one benchmark variant to tell whether a transition changed anything: revisions that run one program. */
export interface NullObservation {
  benchmark: string;
  variant: Variant;
  /** Seconds of the empty commit's parent before the transition. */
  old: Quantity | undefined;
  /** Seconds of the empty commit after it. */
  new: Quantity | undefined;
  /** From the old place to the new, found without these two revisions. Undefined where the places are not linked. */
  scalingFactor: Factor | undefined;
  /** Why something of these is missing. */
  problem?: string;
  /** Noise from session to session, of ln seconds; undefined where nothing tells it. */
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
  /** Undefined where there is nothing to compare, or the noise is not known. */
  shift: Shift | undefined;
  /** How large a shift is no matter, of ln seconds. Undefined where `shift` is. */
  margin: number | undefined;
  /** The margin is above 5 %: more may hide in the noise than a reader expects. */
  coarse: boolean;
}

export interface SuiteVerdict {
  verdict: Continuity;
  /** Why it is not continuous. */
  reason: string | undefined;
  /** What all benchmarks shifted by; `between` is the standard deviation of their shifts, noise left out. Undefined without any. */
  shift: (Shift & { between: number }) | undefined;
  /** Noise that benchmarks of a session share, which is in the error of that shift. */
  common: CommonMode;
  /** In the order of the observations. */
  benchmarks: BenchmarkVerdict[];
}

const leastMargin = 0.01;
const coarseMargin = 0.05;
const largestMargin = 0.1;
/** Largest shift of the whole suite that counts as none, in ln seconds. */
const suiteMargin = 0.005;
/** Each side of a 90 % interval. */
const insideTail = 0.05;
/** Each side of a 95 % interval. */
const outsideTail = 0.025;

/**
 * Whether values go on across a transition as if nothing had happened, told by a revision that changes nothing: delta = ln new - (ln old + phi).
 *
 * A benchmark is continuous where the 90 % interval of delta lies within its margin (two one-sided tests, Schuirmann 1987), and broken
 * where the 95 % interval, adjusted for all benchmarks (Holm 1979), lies outside it; one whose places are not linked is broken too. The
 * suite is continuous where the 90 % interval of its mean shift lies within .5 % and no benchmark is broken, and broken where one is, or
 * where the 95 % interval lies outside. As long as the detector of changes suspects a benchmark right at the transition, the suite is not
 * continuous; a change that it confirmed there is one of the code: it compared both programs after the transition.
 *
 * @param suspected names of those benchmarks. @param common noise that benchmarks of a session share: assumed where not given.
 */
export function verdict(
  observations: readonly NullObservation[],
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
  const open = said("inconclusive", `a change right at the transition is suspected and not decided yet: ${suspected.join(", ")}`);
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

/** One benchmark by itself: how many others there are is not known here, so that only what is not linked is broken. */
function judge({ benchmark, variant, old, new: now, scalingFactor, sigma, problem }: NullObservation): BenchmarkVerdict {
  const without = { benchmark, variant, shift: undefined, margin: undefined, coarse: false };
  if (!scalingFactor) return { ...without, ...said("broken", problem ?? "its values are not linked") };
  if (!old || !now) return { ...without, ...said("inconclusive", problem ?? "it was not measured on both sides") };
  if (sigma === undefined) return { ...without, ...said("inconclusive", "what its sessions differ is not known") };
  const delta = Math.log(now.value) - Math.log(old.value) - scalingFactor.phi;
  const { standardError, degreesOfFreedom } = combinedError([apart(now), apart(old), scalingFactor]);
  if (standardError === Infinity) return { ...without, ...said("inconclusive", "how well its values are known, or linked, is not known") };
  const shift = { delta, standardError, degreesOfFreedom };
  const margin = marginOf(sigma);
  const judgement = isWithin(shift, margin) ? said("continuous") : said("inconclusive", "its 90 % interval is not within its margin");
  return { benchmark, variant, ...judgement, shift, margin, coarse: margin > coarseMargin };
}

/** The 90 % interval lies within +-margin. */
function isWithin({ delta, standardError, degreesOfFreedom }: Shift, margin: number): boolean {
  return Math.abs(delta) + tQuantile(1 - insideTail, degreesOfFreedom) * standardError <= margin;
}

/** Probability of a shift so far outside the margin, on its side, of a benchmark that is just within. */
function outsideProbability({ delta, standardError, degreesOfFreedom }: Shift, margin: number): number {
  const excess = Math.abs(delta) - margin;
  if (excess <= 0) return 1;
  return standardError > 0 ? tUpperTail(excess / standardError, degreesOfFreedom) : 0;
}

/** Those that lie outside their margins, by Holm's steps: the k-th of n must be so at a level of 1 / (n - k + 1). */
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

/** No error is smaller than a millionth: what has none at all must not outweigh all others. */
const leastError = 1e-6;

/**
 * Mean of shifts that are not all the same, after DerSimonian & Laird (1986): weights 1 / (SE^2 + tau^2), with tau^2 what the shifts
 * vary beyond the errors that are their own. As tau^2 is told by n shifts, n-1 degrees of freedom. What sessions share moves all shifts
 * together, so it is no part of tau^2, and is added once: see sharedError.
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

/** Mean with weights 1 / variance, and its own variance. */
function weighted(values: readonly number[], variances: readonly number[]): { mean: number; variance: number } {
  const total = sum(variances.map((variance) => 1 / variance));
  return { mean: sum(values.map((value, index) => value / (variances[index] ?? 1))) / total, variance: 1 / total };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
