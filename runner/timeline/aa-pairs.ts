import { robustDeviation } from "./stats.ts";

/** Result of a program in one session. */
export interface Result {
  /** Seconds. */
  value: number;
  standardError: number;
  /** Time of the session, in days since a fixed day; undefined if it is not known. */
  day?: number | undefined;
}

/** Evidence on the noise of a series from its sessions. */
export interface Evidence {
  /** Variance of ln seconds between sessions of one program, including the error within each. */
  total: number;
  /** Mean of the squared errors within sessions, with the same weights. */
  within: number;
  /** Pairs of successive sessions of a program. */
  pairs: number;
  /** Effective number of independent pairs of equal weight. */
  effectivePairs: number;
}

/** Age of a pair, in days, that halves its weight. */
const halfLife = 90;
/** Days between the sessions of a pair that halve its weight: its difference is then as much drift of the machine as noise. */
const halvingGap = 30;
/** Least weight of old pairs, so that a single new pair does not dominate. */
const leastWeight = 0.25;
/** Largest difference of a pair in robust deviations. Larger ones are reduced to it. */
const clip = 4;

/**
 * Estimates noise by A/A pairs: successive sessions x_i +- s_i of one program. Each gives d^2 / 2 with d = x_(i+1) - x_i, whose expectation is
 * sigma^2 + (s_i^2 + s_(i+1)^2) / 2. Recent pairs, and pairs whose sessions are close in time, weigh more. A difference above four robust
 * deviations is reduced to four, so that one disturbed session does not dominate.
 *
 * The effective number of pairs with weights w is (sum w)^2 / sum w^2 (Kish 1965). Successive differences of m > 2 sessions share sessions,
 * which reduces it by the factor 2 (m-1) / (3m-4) (von Neumann et al. 1941).
 *
 * @param programs results of each program in the order of time, at least two.
 */
export function evidenceOf(programs: readonly (readonly Result[])[]): Evidence {
  const newest = Math.max(...programs.flatMap((results) => results.map(({ day = -Infinity }) => day)));
  const differences: number[] = [];
  const weights: number[] = [];
  let [all, squares, within] = [0, 0, 0];
  for (const results of programs) {
    const count = results.length;
    const independent = (2 * (count - 1)) / (3 * count - 4);
    for (const [index, now] of results.entries()) {
      const before = results[index - 1];
      if (!before) continue;
      const weight = weightOf(now.day, before.day, newest);
      differences.push(Math.abs(Math.log(now.value / before.value)) / Math.SQRT2);
      weights.push(weight);
      all += weight;
      squares += weight ** 2 / independent;
      within += (weight * (now.standardError ** 2 + before.standardError ** 2)) / 2;
    }
  }
  const deviation = robustDeviation(differences, weights);
  // If most sessions agree to the last digit, outliers cannot be defined.
  const most = deviation > 0 ? clip * deviation : Infinity;
  const total = differences.reduce((sum, difference, index) => sum + (weights[index] ?? 0) * Math.min(difference, most) ** 2, 0);
  return { total: total / all, within: within / all, pairs: differences.length, effectivePairs: all ** 2 / squares };
}

function weightOf(now: number | undefined, before: number | undefined, newest: number): number {
  if (now === undefined || before === undefined) return 1;
  return Math.max(leastWeight, 2 ** ((now - newest) / halfLife) / (1 + (now - before) / halvingGap));
}
