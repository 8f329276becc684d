import type { Noise } from "./noise.ts";
import { median, mostDegreesOfFreedom, tQuantile } from "./stats.ts";

/** A positive number known with an error, such as seconds or a ratio of seconds. */
export interface Quantity {
  value: number;
  /** Standard error of ln `value`: relative, 0.01 is 1 %. Infinity if not known: the interval then contains everything. */
  standardError: number;
  /** Degrees of freedom of `standardError`, for Student's t. */
  degreesOfFreedom: number;
  /** Part of the noise from session to session, see Noise.uncertainty. All values share it, so it does not average out. */
  noiseUncertainty?: number;
}

/** Error of a value, without the value. */
export type Precision = Omit<Quantity, "value">;

export interface Interval {
  low: number;
  high: number;
}

/** Returns the 95 % confidence interval, by Student's t on the logarithm. */
export function interval({ value, standardError, degreesOfFreedom }: Quantity): Interval {
  const reach = t95(degreesOfFreedom) * standardError;
  return { low: value * Math.exp(-reach), high: value * Math.exp(reach) };
}

/** Sessions have few different whole degrees of freedom, and reports ask for them many thousand times. */
const wholeT95 = new Map<number, number>();

function t95(degreesOfFreedom: number): number {
  if (!Number.isInteger(degreesOfFreedom)) return quantile95(degreesOfFreedom);
  const known = wholeT95.get(degreesOfFreedom);
  if (known !== undefined) return known;
  const t = quantile95(degreesOfFreedom);
  wholeT95.set(degreesOfFreedom, t);
  return t;
}

function quantile95(degreesOfFreedom: number): number {
  return tQuantile(0.975, Math.min(degreesOfFreedom, mostDegreesOfFreedom));
}

/** Steps per degree of freedom at which quantiles for charts are known. */
const steps = 64;

/** The same for charts, which draw thousands: linear between known quantiles, wrong by less than a thousandth of its width. */
export function drawnInterval({ value, standardError, degreesOfFreedom }: Quantity): Interval {
  const index = Math.min(degreesOfFreedom, 1000) * steps;
  const [below, share] = [Math.floor(index) / steps, index - Math.floor(index)];
  const reach = ((1 - share) * stepT95(below) + share * stepT95(below + 1 / steps)) * standardError;
  return { low: value * Math.exp(-reach), high: value * Math.exp(reach) };
}

const stepsOfT95 = new Map<number, number>();

function stepT95(degreesOfFreedom: number): number {
  const known = stepsOfT95.get(degreesOfFreedom);
  if (known !== undefined) return known;
  const t = tQuantile(0.975, degreesOfFreedom);
  stepsOfT95.set(degreesOfFreedom, t);
  return t;
}

/** Returns whether the error of a quantity is known. */
export function hasError({ standardError }: Precision): boolean {
  return standardError < Infinity;
}

/** Returns a / b, of independent a and b. */
export function ratio(a: Quantity, b: Quantity): Quantity {
  return { value: a.value / b.value, ...combinedError([a, b]) };
}

/** Returns a * b, of independent a and b. */
export function product(a: Quantity, b: Quantity): Quantity {
  return { value: a.value * b.value, ...combinedError([apart(a), apart(b)]) };
}

/** Several sessions of one program, without the noise between sessions. */
export interface Pool {
  /** The median, on the log scale. */
  value: number;
  sessions: number;
  /** Error from the samples within each session. */
  within: { standardError: number; degreesOfFreedom: number };
  /** The values were imported: the error is an upper limit, see quantityOf. */
  isImported: boolean;
}

/** Pools sessions. @throws RangeError for an empty list. */
export function pool(sessions: readonly Quantity[], isImported = false): Pool {
  const [only] = sessions;
  if (only && sessions.length === 1) return { value: only.value, sessions: 1, within: apart(only), isImported };
  const value = logMedian(sessions.map((one) => one.value));
  return { value, sessions: sessions.length, within: apart(combinedError(sessions)), isImported };
}

/** Noise from session to session, as far as errors need it. */
export type NoiseBetween = Pick<Noise, "sigma" | "uncertainty" | "isOfSuite">;

/** Returns whether the noise from session to session is the whole error of an imported value. */
export function isWholeError(noise: NoiseBetween | undefined): boolean {
  return noise !== undefined && !noise.isOfSuite && noise.sigma > 0;
}

/** So many that Student's t is as good as normal, 1.962 for 1.960. */
export const manyDegreesOfFreedom = 1000;

/** Pools sessions to one quantity, see withNoise. @throws RangeError for an empty list. */
export function pooled(sessions: readonly Quantity[], noise?: Noise): Quantity {
  return withNoise(pool(sessions), noise);
}

/** Returns a quantity with SE^2 = SE_within^2 + sigma_session^2 / sessions; without `noise` only the errors within sessions. */
export function withNoise({ value, sessions: count, within: told, isImported }: Pool, noise?: NoiseBetween): Quantity {
  const within = isImported && isWholeError(noise) ? noError : told;
  const shrink = medianInefficiency(count) / count;
  const variance = shrink * (within.standardError ** 2 / count + (noise?.sigma ?? 0) ** 2);
  const noiseUncertainty = shrink * (noise?.uncertainty ?? 0);
  const weighed = ((shrink / count) * within.standardError ** 2) ** 2 / within.degreesOfFreedom + noiseUncertainty ** 2;
  const standardError = Math.sqrt(variance);
  if (!noise) return { value, standardError, degreesOfFreedom: within.degreesOfFreedom };
  return { value, standardError, degreesOfFreedom: satterthwaite(variance, weighed, within.degreesOfFreedom), noiseUncertainty };
}

const noError = { standardError: 0, degreesOfFreedom: manyDegreesOfFreedom };

/**
 * Variance of the median of normal values over that of their mean: 1 up to two, pi/2 for many, within 1 % in between (fitted to
 * the integrals in tools/golden/noise.py).
 */
export function medianInefficiency(count: number): number {
  if (count < 3) return 1;
  return ((Math.PI / 2) * count) / (count + (count % 2 === 1 ? 0.5 : 1.3));
}

/** The median on the log scale: of an odd number the very value in the middle. */
function logMedian(values: readonly number[]): number {
  return values.length % 2 === 1 ? median(values) : Math.exp(median(values.map(Math.log)));
}

/** The same without the noise it shares with others: for sums with values of other environments, whose noise is their own. */
export function apart({ standardError, degreesOfFreedom }: Precision): Precision {
  return { standardError, degreesOfFreedom };
}

/** Error of a sum or difference of logs that are independent but for the noise they share. */
export function combinedError(parts: readonly Precision[]): Precision {
  const variance = sum(parts.map((part) => part.standardError ** 2));
  const shared = sum(parts.map(({ noiseUncertainty = 0 }) => noiseUncertainty));
  const own = sum(parts.map((part) => Math.max(0, part.standardError ** 4 / part.degreesOfFreedom - (part.noiseUncertainty ?? 0) ** 2)));
  const withoutSpread = sum(parts.map((part) => part.degreesOfFreedom));
  return {
    standardError: Math.sqrt(variance),
    degreesOfFreedom: satterthwaite(variance, own + shared ** 2, withoutSpread),
    ...(shared > 0 && { noiseUncertainty: shared }),
  };
}

/**
 * Degrees of freedom of a sum of variances, after Welch (1947) and Satterthwaite (1946); at least 1, as Student's t wants.
 * @param weighed sum over the parts of variance^2 / degrees of freedom.
 * @param withoutSpread what is taken where the quotient is 0/0: every choice gives the same interval.
 */
function satterthwaite(variance: number, weighed: number, withoutSpread: number): number {
  if (variance === Infinity) return 1;
  return weighed > 0 ? Math.max(1, variance ** 2 / weighed) : withoutSpread;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
