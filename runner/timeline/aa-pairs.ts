import { robustDeviation } from "./stats.ts";

/** What was found of a program in one session. */
export interface Result {
  /** Seconds. */
  value: number;
  standardError: number;
  /** When it was taken, in days since whenever; undefined where that is not known. */
  day?: number | undefined;
}

/** What the sessions of a series tell. */
export interface Evidence {
  /** Variance of ln seconds between sessions of one program, the error within each included. */
  total: number;
  /** Mean of the squared errors within sessions, weighted alike. */
  within: number;
  /** Pairs of successive sessions of a program. */
  pairs: number;
  /** Independent pairs of one weight that tell as much. */
  effectivePairs: number;
}

/** Days after which a pair weighs half. */
const halfLife = 90;
/** Days between two sessions of a pair that halve its weight: from then on it tells of the machine's drift as much as of noise. */
const halvingGap = 30;
/** What old pairs weigh at least: a single new one beside them must not be all that is known. */
const leastWeight = 0.25;
/** Pairs that differ by more robust deviations count for as many. */
const clip = 4;

/**
 * What A/A pairs tell: successive sessions x_i +- s_i of one program, of each d^2 / 2 with d = x_(i+1) - x_i, whose expectation is
 * sigma^2 + (s_i^2 + s_(i+1)^2) / 2. Recent pairs weigh more, and those whose sessions are near each other. A pair that stands out, by more
 * than four robust deviations of all, counts as one of four: one disturbed session is no measure of all others.
 *
 * Of weights w, (sum w)^2 / sum w^2 pairs tell as much (Kish 1965); successive differences of m > 2 sessions share these, which
 * leaves 2 (m-1) / (3m-4) of them (von Neumann et al. 1941).
 *
 * @param programs results of each in the order of time; two at least.
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
  // Where most sessions agree to the last digit, nothing tells what stands out.
  const most = deviation > 0 ? clip * deviation : Infinity;
  const total = differences.reduce((sum, difference, index) => sum + (weights[index] ?? 0) * Math.min(difference, most) ** 2, 0);
  return { total: total / all, within: within / all, pairs: differences.length, effectivePairs: all ** 2 / squares };
}

function weightOf(now: number | undefined, before: number | undefined, newest: number): number {
  if (now === undefined || before === undefined) return 1;
  return Math.max(leastWeight, 2 ** ((now - newest) / halfLife) / (1 + (now - before) / halvingGap));
}
