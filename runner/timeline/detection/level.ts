import { median, robustDeviation, weightedQuantiles } from "../stats.ts";

/** What the detector sees of a point. */
export interface Reading {
  /** ln seconds, as they are in the current place. */
  value: number;
  /** Standard error of the factor that brought them there; 0 where they were measured there. */
  linkError: number;
  /** Sessions that the value is the median of. */
  sessions: number;
}

/** What came before a point. */
export interface Level {
  /** ln seconds. */
  value: number;
  /** Points that it is the median of, each counted by its sessions. */
  points: number;
  /** SE_phi^2, where points before a transition are among them. */
  linkVariance: number;
}

/** Noise that is known apart from readings, by A/A pairs. */
export interface KnownNoise {
  /** Standard deviation of ln seconds from session to session. */
  sigma: number;
  pairs: number;
}

const mostPoints = 20;
/** From so many points after a transition on, those before it are left out. */
const enoughAfterTransition = 10;
/** Sessions that a reading counts for at most: those of one program share what the program itself does to its speed. */
const mostWeight = 4;

/** Sessions that a reading counts for. */
export function weightOf({ sessions }: Reading): number {
  return Math.min(mostWeight, sessions);
}

/** The median of up to 20 points before `split`, none before `from`. Undefined without any. */
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
 * Returns whether the level before `split` may be further than `distance` from its reading: only where half of what the level is the median of
 * is. It costs a fraction of the level, which long histories ask for at every reading.
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

/** Least standard error of what a reading differs from its level by, as a multiple of the noise. */
export function leastError(reading: Reading): number {
  return Math.sqrt(1 / weightOf(reading) + Math.PI / (2 * mostPoints));
}

/** Readings that tell the noise. */
export const sigmaWindow = 60;
const leastSigma = 0.0005;
/** Fewer differences do not tell the noise. */
const enoughDifferences = 8;
/** A/A pairs that tell it where there are too few differences. */
export const pairsNeeded = 5;
/** Programs that tell it without any pair. */
export const programsNeeded = enoughDifferences + 1;
/** Readings after which a difference weighs 1/e. */
const memory = 30;
/** Weights of differences, by how many readings ago they were. */
const recency = Array.from({ length: sigmaWindow + 1 }, (_, ago) => Math.exp(-ago / memory));

/**
 * Noise from session to session, of ln seconds: what neighbouring points of the last 60 differ by, recent ones above all, by the larger of
 * what the median and the upper quartile of |x_i - x_(i-1)| / sqrt(1/m_i + 1/m_(i-1)) tell (m sessions); steps and single wild points
 * hardly move it. At least .05 %. Where too few points tell it, that of five or more A/A pairs; undefined where these are missing too.
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
 * z = change / sqrt(sigma^2 (1/m_new + pi/(2 m_base)) + SE_phi^2), of the mean of `count` new values against a level: pi/2 is what
 * the variance of a median is over that of a mean.
 */
export function zOf(change: number, { sigma, count, level }: { sigma: number; count: number; level: Level }): number {
  return change / Math.sqrt(sigma ** 2 * (1 / count + Math.PI / (2 * level.points)) + level.linkVariance);
}

/** Median of weighted values. */
function middleOf(values: readonly number[], weights: readonly number[]): number {
  const [first] = weights;
  // Most readings are of one session.
  return weights.every((weight) => weight === first) ? median(values) : (weightedQuantiles(values, weights, [0.5])[0] ?? NaN);
}
