import { tQuantile } from "../stats.ts";

/** A place where a series may be cut in two: `split` is the index of the first value after it. */
export interface Cut {
  split: number;
  /** Student's t of the values from there on against those before. */
  t: number;
}

/** Values on either side at least. */
const leastSide = 2;
const leastDeviation = 0.0005;
const level = 0.001;
/** What t^2 may fall short of the largest by, for a cut to be where the change is: twice the logarithm of their likelihoods. */
export const plausible = 6;

interface Scan {
  /** Standard error of what brought each value to the current place, where all on the right of a cut are measured. */
  linkErrors?: readonly number[];
  /** Sessions that each value counts for; one if not given. */
  weights?: readonly number[];
  /** Cuts that are taken before others where their t is critical. */
  preferred?: ReadonlySet<number>;
  /** Returns whether a cut may be taken at all. */
  allowed?: (split: number) => boolean;
}

/**
 * The cut with the largest |t|, of all that leave two values on either side; where it may not be taken, the best of those that are about as
 * likely: Student's two-sample t with one variance, by running
 * sums. Undefined without any cut. The deviation is taken as at least .05 %.
 */
export function largestT(values: readonly number[], scan: Scan = {}): Cut | undefined {
  const cuts = tOfCuts(values, scan);
  const critical = cuts.length > 0 ? criticalT(values.length) : Infinity;
  const begun = cuts.filter(({ split, t }) => scan.preferred?.has(split) && Math.abs(t) >= critical);
  if (begun.length > 0) return largest(begun);
  const best = largest(cuts);
  const { allowed = () => true } = scan;
  return best && largest(cuts.filter(({ split, t }) => allowed(split) && t ** 2 >= best.t ** 2 - plausible));
}

function tOfCuts(values: readonly number[], { linkErrors = [], weights = [] }: Scan): Cut[] {
  const count = values.length;
  const weight = (index: number): number => weights[index] ?? 1;
  // Sums of values near 0 keep their digits.
  const centred = values.map((value) => value - (values[0] ?? 0));
  const total = sumOf(centred.map((value, index) => weight(index) * value));
  const squares = sumOf(centred.map((value, index) => weight(index) * value ** 2));
  const all = sumOf(values.map((_, index) => weight(index)));
  const cuts: Cut[] = [];
  let [before, left, linkVariance] = [0, 0, 0];
  for (let split = 1; split <= count - leastSide; split++) {
    before += weight(split - 1) * (centred[split - 1] ?? 0);
    left += weight(split - 1);
    linkVariance = Math.max(linkVariance, (linkErrors[split - 1] ?? 0) ** 2);
    if (split < leastSide || (linkErrors[split] ?? 0) > 0) continue;
    const right = all - left;
    const difference = (total - before) / right - before / left;
    const residual = Math.max(0, squares - before ** 2 / left - (total - before) ** 2 / right);
    const variance = Math.max(leastDeviation ** 2, residual / (count - 2));
    cuts.push({ split, t: difference / Math.sqrt(variance * (1 / left + 1 / right) + linkVariance) });
  }
  return cuts;
}

function largest(cuts: readonly Cut[]): Cut | undefined {
  return cuts.reduce<Cut | undefined>((best, cut) => (best && Math.abs(best.t) >= Math.abs(cut.t) ? best : cut), undefined);
}

/** Long histories ask for few different ones, thousands of times. */
const criticalTs = new Map<number, number>();

/** |t| that no cut of so many values exceeds but once in a thousand, by Bonferroni's inequality over all cuts. */
export function criticalT(count: number): number {
  const known = criticalTs.get(count);
  if (known !== undefined) return known;
  const cuts = count - 2 * leastSide + 1;
  const critical = tQuantile(1 - level / 2 / cuts, count - 2);
  criticalTs.set(count, critical);
  return critical;
}

/** Each value kept within `reach` of the median of the five around it: a single wild one moves no mean, a step stays a step. */
export function winsorised(values: readonly number[], reach: number): number[] {
  const middles = values.length < 5 ? [] : values.slice(4).map((_, start) => middleOfFive(values, start));
  const whole = values.length < 5 ? [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] : undefined;
  return values.map((value, index) => {
    const middle = whole ?? middles[Math.min(Math.max(index - 2, 0), middles.length - 1)] ?? value;
    return Math.min(Math.max(value, middle - reach), middle + reach);
  });
}

/** Median of five values from `start` on: the middle one of the fifth and the two that are neither below nor above both others of the first four. */
function middleOfFive(values: readonly number[], start: number): number {
  const [a, b, c, d, e] = [0, 1, 2, 3, 4].map((index) => values[start + index] ?? NaN) as [number, number, number, number, number];
  const low = Math.max(Math.min(a, b), Math.min(c, d));
  const high = Math.min(Math.max(a, b), Math.max(c, d));
  return Math.max(Math.min(low, high), Math.min(Math.max(low, high), e));
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
