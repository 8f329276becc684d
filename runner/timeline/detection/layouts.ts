import type { Factor } from "../bridge.ts";

/** Differences of pairs of builds in other layouts: ln seconds after - ln seconds before. */
export type Differences = readonly number[];

/** Verdict of the pairs on a confirmed change. `open`: another pair is needed. */
export type LayoutsVerdict = { status: "open" } | { status: "code" | "binary" | "untold"; change: Factor };

const leastPairs = 2;
export const mostPairs = 6;

/**
 * Prior standard deviation of ln seconds between layouts of one program: 1.4 %, that of the median benchmark of a public suite
 * (docs/statistics.md). It counts as four degrees of freedom.
 */
const assumed = { deviation: 0.014, degreesOfFreedom: 4 };
/** Odds that a verdict needs: a probability of .95 if both were equally likely before. */
const leastOdds = 19;
/** Mean in the direction of the change, in standard errors, above which the change is not called absent: it may only be smaller than confirmed. */
const leastSeen = 0.5;

/**
 * Judges whether a change is of the code or of the layout of two binaries, by pairs of builds of both sides, each in its own layout. The
 * differences D of n pairs are about the change d if the code caused it, and about 0 otherwise. Their variance, twice that of layouts and of
 * sessions, is not known. With a scaled inverse chi^2 prior of four degrees of freedom for it, the odds are
 * ((4 v + sum D^2) / (4 v + sum (D - d)^2))^((4 + n) / 2), the ratio of two marginal likelihoods of a normal sample (Gelman et al., Bayesian
 * Data Analysis, 3rd edition, section 3.2). The sessions that confirmed the change are excluded, because they were selected.
 *
 * @param change confirmed change, ln seconds. @param noise standard deviation of one session, ln seconds.
 */
export function layoutsVerdict(change: number, noise: number, differences: Differences): LayoutsVerdict {
  const taken = differences.slice(0, mostPairs);
  for (let count = leastPairs; count <= taken.length; count++) {
    const some = taken.slice(0, count);
    const logOdds = oddsOf(change, noise, some);
    const mean = meanOf(noise, some);
    if (logOdds > Math.log(leastOdds)) return { status: "code", change: mean };
    const isSeen = Math.sign(change) * mean.phi > leastSeen * mean.standardError;
    if (logOdds < -Math.log(leastOdds) && !isSeen) return { status: "binary", change: mean };
  }
  return taken.length < mostPairs ? { status: "open" } : { status: "untold", change: meanOf(noise, taken) };
}

/** Returns ln of the odds of a change of the code. */
function oddsOf(change: number, noise: number, differences: Differences): number {
  const prior = assumed.degreesOfFreedom * assumedVariance(noise);
  const from = (value: number) => prior + differences.reduce((sum, one) => sum + (one - value) ** 2, 0);
  return ((assumed.degreesOfFreedom + differences.length) / 2) * Math.log(from(0) / from(change));
}

/** Returns the mean of differences. Its error combines the variances of the prior and of the pairs. */
export function meanOf(noise: number, differences: Differences): Factor {
  const phi = differences.reduce((sum, one) => sum + one, 0) / differences.length;
  const spread = differences.reduce((sum, one) => sum + (one - phi) ** 2, 0);
  const degreesOfFreedom = assumed.degreesOfFreedom + differences.length - 1;
  const variance = (assumed.degreesOfFreedom * assumedVariance(noise) + spread) / degreesOfFreedom;
  return { phi, standardError: Math.sqrt(variance / differences.length), degreesOfFreedom };
}

function assumedVariance(noise: number): number {
  return 2 * (assumed.deviation ** 2 + noise ** 2);
}
