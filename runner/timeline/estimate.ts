import type { Measured } from "../model.ts";
import { ascending, mean, median } from "./stats.ts";

/**
 * What a session's samples say about one benchmark. All of it is computed on natural logarithms of seconds, so that
 * differences of logs (changes, scaling factors, speed-ups) and their errors need no conversion.
 */
export type Estimate = Omit<Measured, "status" | "workload">;

/**
 * Trimmed mean (10 % cut low, 30 % high) and Yuen's winsorised standard error of the samples, in seconds.
 *
 * With h = n - floor(.1n) - floor(.3n) and s_w the standard deviation of the winsorised logs,
 * SE = s_w sqrt(n-1) / sqrt(h(h-1)) with h-1 degrees of freedom (Yuen 1974, for unequal cuts).
 * Throws RangeError for fewer than two samples (no error can be told) and for samples that are not positive and finite.
 */
export function estimate(samples: readonly number[]): Estimate {
  const n = samples.length;
  if (n < 2) throw new RangeError(`an estimate needs at least two samples, got ${n}`);
  const strange = samples.find((sample) => !(sample > 0 && sample < Infinity));
  if (strange !== undefined) throw new RangeError(`a sample of ${strange} seconds is no duration`);

  const logs = ascending(samples.map(Math.log));
  const { low, high } = cuts(n);
  const spread = standardDeviation(winsorised(logs, low, high));
  return {
    seconds: Math.exp(mean(logs.slice(low, n - high))),
    ...errorOf(spread, n),
    samples: n,
    minimum: Math.min(...samples),
    median: median(samples),
  };
}

/** Relative errors below it are what rounding leaves of equal samples, about 1e-17; no clock that is read twice tells so little. */
const leastError = 1e-12;

/** Returns true if samples with this error do not differ: the number may be a level, a count or a setting instead of a time. */
export function hasNoSpread({ standardError }: Pick<Estimate, "standardError">): boolean {
  return standardError < leastError;
}

/** The winsorised standard deviation that an estimate's error came from: s_w of Yuen's formula, of ln seconds. */
export function spreadOf({ standardError, samples }: Pick<Estimate, "standardError" | "samples">): number {
  // The error of n samples is proportional to their spread.
  return standardError / errorOf(1, samples).standardError;
}

/** The error that `n` samples of this winsorised standard deviation give. */
export function errorOf(spread: number, n: number): Pick<Estimate, "standardError" | "degreesOfFreedom"> {
  const { low, high } = cuts(n);
  const h = n - low - high;
  return { standardError: (spread * Math.sqrt(n - 1)) / Math.sqrt(h * (h - 1)), degreesOfFreedom: h - 1 };
}

/** How many of `n` samples are cut off below and above. */
function cuts(n: number): { low: number; high: number } {
  return { low: Math.floor(n / 10), high: Math.floor((3 * n) / 10) };
}

/** The values with the `low` smallest and `high` largest replaced by the nearest value kept. */
function winsorised(sorted: readonly number[], low: number, high: number): number[] {
  return sorted.map((value, index) => sorted[Math.min(Math.max(index, low), sorted.length - high - 1)] ?? value);
}

function standardDeviation(values: readonly number[]): number {
  const centre = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1));
}
