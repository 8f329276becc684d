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

/**
 * The cut with the largest |t|, of all that leave two values on either side: Student's two-sample t with one variance, by running
 * sums. Undefined without any cut. The deviation is taken as at least .05 %.
 *
 * @param linkErrors standard error of what brought each value to the current place, where all on the right of a cut are measured.
 * @param preferred cuts that are taken before others where their t is critical.
 */
export function largestT(
  values: readonly number[],
  linkErrors: readonly number[] = [],
  preferred: ReadonlySet<number> = new Set(),
): Cut | undefined {
  const cuts = tOfCuts(values, linkErrors);
  const critical = cuts.length > 0 ? criticalT(values.length) : Infinity;
  const begun = cuts.filter(({ split, t }) => preferred.has(split) && Math.abs(t) >= critical);
  return largest(begun.length > 0 ? begun : cuts);
}

function tOfCuts(values: readonly number[], linkErrors: readonly number[]): Cut[] {
  const count = values.length;
  // Sums of values near 0 keep their digits.
  const centred = values.map((value) => value - (values[0] ?? 0));
  const total = sumOf(centred);
  const squares = sumOf(centred.map((value) => value ** 2));
  const cuts: Cut[] = [];
  let before = 0;
  let linkVariance = 0;
  for (let split = 1; split <= count - leastSide; split++) {
    before += centred[split - 1] ?? 0;
    linkVariance = Math.max(linkVariance, (linkErrors[split - 1] ?? 0) ** 2);
    if (split < leastSide || (linkErrors[split] ?? 0) > 0) continue;
    const [left, right] = [split, count - split];
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

/** |t| that no cut of so many values exceeds but once in a thousand, by Bonferroni's inequality over all cuts. */
export function criticalT(count: number): number {
  const cuts = count - 2 * leastSide + 1;
  return tQuantile(1 - level / 2 / cuts, count - 2);
}

/** Each value kept within `reach` of the median of the five around it: a single wild one moves no mean, a step stays a step. */
export function winsorised(values: readonly number[], reach: number): number[] {
  return values.map((value, index) => {
    const start = Math.min(Math.max(index - 2, 0), Math.max(values.length - 5, 0));
    const around = values.slice(start, start + 5).sort((a, b) => a - b);
    const middle = around[Math.floor(around.length / 2)] ?? value;
    return Math.min(Math.max(value, middle - reach), middle + reach);
  });
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
