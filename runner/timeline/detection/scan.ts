import { tQuantile } from "../stats.ts";

/** A position at which a series is cut in two. `split` is the index of the first value after it. */
export interface Cut {
  split: number;
  /** Student's t of the values after the cut against those before. */
  t: number;
}

/** Least number of values on either side. */
const leastSide = 2;
const leastDeviation = 0.0005;
const level = 0.001;
/** Largest deficit of t^2, relative to the largest one, of a plausible cut: twice the difference of log likelihoods. */
export const plausible = 6;

interface Scan {
  /** Standard error of the conversion of each value to the current context; all values right of a cut are measured there. */
  linkErrors?: readonly number[];
  /** Weight of each value in sessions; one if not given. */
  weights?: readonly number[];
  /** Cuts that are preferred if their t is critical. */
  preferred?: ReadonlySet<number>;
  /** Returns whether a cut is allowed. */
  allowed?: (split: number) => boolean;
}

/**
 * Returns the cut with the largest |t| of all with at least two values on either side; if it is not allowed, the best of those that are about as
 * likely. t is Student's two-sample t with equal variances, by running sums. Undefined without any cut. The deviation is at least .05 %.
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

/** Memoized limits: long histories need few different ones, thousands of times. */
const criticalTs = new Map<number, number>();

/** Returns the |t| that cuts of unchanged values exceed once in a thousand series, by Bonferroni's inequality over all cuts. */
export function criticalT(count: number): number {
  const known = criticalTs.get(count);
  if (known !== undefined) return known;
  const cuts = count - 2 * leastSide + 1;
  const critical = tQuantile(1 - level / 2 / cuts, count - 2);
  criticalTs.set(count, critical);
  return critical;
}

/** Limits each value to `reach` from the median of the five around it, so that outliers do not affect means and steps remain. */
export function winsorised(values: readonly number[], reach: number): number[] {
  const middles = values.length < 5 ? [] : values.slice(4).map((_, start) => middleOfFive(values, start));
  const whole = values.length < 5 ? [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] : undefined;
  return values.map((value, index) => {
    const middle = whole ?? middles[Math.min(Math.max(index - 2, 0), middles.length - 1)] ?? value;
    return Math.min(Math.max(value, middle - reach), middle + reach);
  });
}

/** Returns the median of five values from `start` on: that of the fifth and the two middle ones of the first four. */
function middleOfFive(values: readonly number[], start: number): number {
  const [a, b, c, d, e] = [0, 1, 2, 3, 4].map((index) => values[start + index] ?? NaN) as [number, number, number, number, number];
  const low = Math.max(Math.min(a, b), Math.min(c, d));
  const high = Math.min(Math.max(a, b), Math.max(c, d));
  return Math.max(Math.min(low, high), Math.min(Math.max(low, high), e));
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
