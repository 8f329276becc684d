import { median, robustDeviation, weightedQuantiles } from "../stats.ts";

/** A point as the detector's input. */
export interface Reading {
  /** ln seconds, converted to the current context. */
  value: number;
  /** Standard error of the conversion; 0 if measured in the current context. */
  linkError: number;
  /** Number of sessions of which the value is the median. */
  sessions: number;
}

/** Level before a point. */
export interface Level {
  /** ln seconds. */
  value: number;
  /** Number of points of which it is the median, each counted by its sessions. */
  points: number;
  /** SE_phi^2, if some of these points are before a transition. */
  linkVariance: number;
}

/** Noise that is known from A/A pairs instead of readings. */
export interface KnownNoise {
  /** Standard deviation of ln seconds from session to session. */
  sigma: number;
  pairs: number;
}

const mostPoints = 20;
/** Number of points after a transition from which on those before it are left out. */
const enoughAfterTransition = 10;
/** Largest weight of a reading, in sessions: sessions of one program share the effects of the program itself. */
const mostWeight = 4;

/** Returns the weight of a reading, in sessions. */
export function weightOf({ sessions }: Reading): number {
  return Math.min(mostWeight, sessions);
}

/** Returns the median of up to 20 points before `split`, none before `from`. Undefined without any. */
export function levelBefore(readings: readonly Reading[], from: number, split: number): Level | undefined {
  const all = readings.slice(Math.max(from, split - mostPoints), split);
  const here = all.filter(({ linkError }) => linkError === 0);
  const taken = here.length >= enoughAfterTransition ? here : all;
  if (taken.length === 0) return undefined;
  const weights = taken.map(weightOf);
  return {
    value: middleOf(
      taken.map(({ value }) => value),
      weights,
    ),
    points: Math.min(
      mostPoints,
      weights.reduce((sum, weight) => sum + weight, 0),
    ),
    linkVariance: Math.max(...taken.map(({ linkError }) => linkError ** 2)),
  };
}

/**
 * Returns whether the level before `split` may be further than `distance` from its reading: at least half of the level's points must be. This
 * takes a fraction of the time of the level, which long histories need at every reading.
 */
export function mayDiffer(readings: readonly Reading[], from: number, split: number, distance: number): boolean {
  const value = readings[split]?.value ?? NaN;
  const all = { count: 0, total: 0, above: 0, below: 0 };
  const here = { ...all };
  for (let index = Math.max(from, split - mostPoints); index < split; index++) {
    const one = readings[index];
    if (!one) continue;
    const weight = weightOf(one);
    for (const sums of one.linkError === 0 ? [all, here] : [all]) {
      sums.count++;
      sums.total += weight;
      if (one.value > value + distance) sums.above += weight;
      if (one.value < value - distance) sums.below += weight;
    }
  }
  const { total, above, below } = here.count >= enoughAfterTransition ? here : all;
  return 2 * Math.max(above, below) >= total;
}

/** Least standard error of the difference of a reading from its level, as a multiple of the noise. */
export function leastError(reading: Reading): number {
  return Math.sqrt(1 / weightOf(reading) + Math.PI / (2 * mostPoints));
}

/** Number of readings that the noise is estimated from. */
export const sigmaWindow = 60;
const leastSigma = 0.0005;
/** Least number of differences for an estimate of the noise. */
const enoughDifferences = 8;
/** Least number of A/A pairs that replace missing differences. */
export const pairsNeeded = 5;
/** Number of programs that give the noise without any pair. */
export const programsNeeded = enoughDifferences + 1;
/** Age of a difference, in readings, at which its weight is 1/e. */
const memory = 30;
/** Weights of differences, by their age in readings. */
const recency = Array.from({ length: sigmaWindow + 1 }, (_, ago) => Math.exp(-ago / memory));

/**
 * Estimates the noise from session to session, of ln seconds, by differences of neighbouring points among the last 60, mainly recent ones. It is
 * the larger of the estimates by the median and the upper quartile of |x_i - x_(i-1)| / sqrt(1/m_i + 1/m_(i-1)), with m sessions. Steps and
 * outliers hardly affect it. It is at least .05 %. With too few points it is that of five or more A/A pairs; undefined without these.
 */
export function sigmaOf(readings: readonly Reading[], known?: KnownNoise): number | undefined {
  const last = readings.slice(-sigmaWindow);
  const differences: number[] = [];
  const weights: number[] = [];
  for (const [index, one] of last.entries()) {
    const before = last[index - 1];
    if (!before || before.linkError !== one.linkError) continue;
    differences.push(Math.abs(one.value - before.value) / Math.sqrt(1 / weightOf(one) + 1 / weightOf(before)));
    weights.push(recency[last.length - index] ?? 0);
  }
  if (differences.length >= enoughDifferences) {
    return Math.max(leastSigma, robustDeviation(differences, weights));
  }
  return known && known.pairs >= pairsNeeded ? Math.max(leastSigma, known.sigma) : undefined;
}

/**
 * Returns z = change / sqrt(sigma^2 (1/m_new + pi/(2 m_base)) + SE_phi^2) for the mean of `count` new values against a level. pi/2 is the ratio
 * of the variance of a median to that of a mean.
 */
export function zOf(change: number, { sigma, count, level }: { sigma: number; count: number; level: Level }): number {
  return change / Math.sqrt(sigma ** 2 * (1 / count + Math.PI / (2 * level.points)) + level.linkVariance);
}

/** Returns the median of weighted values. */
function middleOf(values: readonly number[], weights: readonly number[]): number {
  const [first] = weights;
  // Most readings are of one session.
  return weights.every((weight) => weight === first) ? median(values) : (weightedQuantiles(values, weights, [0.5])[0] ?? NaN);
}
