import type { Measured } from "../model.ts";
import { ascending, mean, median } from "./stats.ts";

/**
 * Estimate of one benchmark from a session's samples. It is computed on natural logarithms of seconds, so that
 * differences of logs (changes, scaling factors, speed-ups) and their errors need no conversion.
 */
export type Estimate = Omit<Measured, "status" | "workload">;

/**
 * Returns the trimmed mean (10 % cut low, 30 % high) in seconds and Yuen's winsorised standard error of the samples.
 *
 * With h = n - floor(.1n) - floor(.3n) and s_w the standard deviation of the winsorised logs,
 * SE = s_w sqrt(n-1) / sqrt(h(h-1)) with h-1 degrees of freedom (Yuen 1974, for unequal cuts).
 *
 * @throws RangeError for fewer than two samples, which have no error, and for samples that are not positive and finite.
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

/** Limit of relative errors that rounding gives for equal samples, about 1e-17. Differences of clock readings are always larger. */
const leastError = 1e-12;

/** Returns true if samples with this error do not differ: the number may be a level, a count or a setting instead of a time. */
export function hasNoSpread({ standardError }: Pick<Estimate, "standardError">): boolean {
  return standardError < leastError;
}

/** Returns the winsorised standard deviation of an estimate: s_w of Yuen's formula, of ln seconds. */
export function spreadOf({ standardError, samples }: Pick<Estimate, "standardError" | "samples">): number {
  // The error of n samples is proportional to their spread.
  return standardError / errorOf(1, samples).standardError;
}

/** Returns the error of `n` samples with a winsorised standard deviation. */
export function errorOf(spread: number, n: number): Pick<Estimate, "standardError" | "degreesOfFreedom"> {
  const { low, high } = cuts(n);
  const h = n - low - high;
  return { standardError: (spread * Math.sqrt(n - 1)) / Math.sqrt(h * (h - 1)), degreesOfFreedom: h - 1 };
}

/** Returns the numbers of samples, of `n`, that are cut off below and above. */
function cuts(n: number): { low: number; high: number } {
  return { low: Math.floor(n / 10), high: Math.floor((3 * n) / 10) };
}

/** Returns the values with the `low` smallest and `high` largest ones replaced by the nearest remaining value. */
function winsorised(sorted: readonly number[], low: number, high: number): number[] {
  return sorted.map((value, index) => sorted[Math.min(Math.max(index, low), sorted.length - high - 1)] ?? value);
}

function standardDeviation(values: readonly number[]): number {
  const centre = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1));
}
