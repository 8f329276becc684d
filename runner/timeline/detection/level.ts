import { median } from "../stats.ts";

/** What the detector sees of a point. */
export interface Reading {
  /** ln seconds, as they are in the current place. */
  value: number;
  /** Standard error of the factor that brought them there; 0 where they were measured there. */
  linkError: number;
}

/** What came before a point. */
export interface Level {
  /** ln seconds. */
  value: number;
  /** How many points it is the median of. */
  points: number;
  /** SE_phi^2, where points before a switch are among them. */
  linkVariance: number;
}

const mostPoints = 20;
/** From so many points after a switch on, those before it are left out. */
const enoughAfterSwitch = 10;

/** The median of up to 20 points before `split`, none before `from`. Undefined without any. */
export function levelBefore(readings: readonly Reading[], from: number, split: number): Level | undefined {
  const all = readings.slice(Math.max(from, split - mostPoints), split);
  const here = all.filter(({ linkError }) => linkError === 0);
  const taken = here.length >= enoughAfterSwitch ? here : all;
  if (taken.length === 0) return undefined;
  return {
    value: median(taken.map(({ value }) => value)),
    points: taken.length,
    linkVariance: Math.max(...taken.map(({ linkError }) => linkError ** 2)),
  };
}

/** Readings that tell the noise. */
export const sigmaWindow = 60;
const leastSigma = 0.0005;
/** Fewer differences do not tell the noise. */
const enoughDifferences = 8;

/**
 * How much neighbouring points of one program's neighbourhood vary, of ln seconds: 1.4826 median |x_i - x_(i-1)| / sqrt 2 over the
 * last 60 points, which steps and single wild points hardly move; at least .05 %. Undefined where too few tell it.
 */
export function sigmaOf(readings: readonly Reading[]): number | undefined {
  const last = readings.slice(-sigmaWindow);
  const differences = last.slice(1).flatMap((one, index) => {
    const before = last[index];
    return before && before.linkError === one.linkError ? [Math.abs(one.value - before.value)] : [];
  });
  if (differences.length < enoughDifferences) return undefined;
  return Math.max(leastSigma, (1.4826 * median(differences)) / Math.SQRT2);
}

/**
 * z = change / sqrt(sigma^2 (1/m_new + pi/(2 m_base)) + SE_phi^2), of the mean of `count` new values against a level: pi/2 is what
 * the variance of a median is over that of a mean.
 */
export function zOf(change: number, { sigma, count, level }: { sigma: number; count: number; level: Level }): number {
  return change / Math.sqrt(sigma ** 2 * (1 / count + Math.PI / (2 * level.points)) + level.linkVariance);
}
