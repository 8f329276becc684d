/** Statistics that no small, well kept library offers. Pure numbers in, numbers out. */

/** Quantile of unsorted values by linear interpolation between order statistics (type 7 of Hyndman & Fan 1996, SciPy's default). */
export function quantile(values: readonly number[], probability: number): number {
  if (!(probability >= 0 && probability <= 1)) throw new RangeError(`probability ${probability} is outside 0..1`);
  const sorted = ascending(values);
  const index = (sorted.length - 1) * probability;
  const below = sorted[Math.floor(index)];
  const above = sorted[Math.ceil(index)];
  if (below === undefined || above === undefined) throw new RangeError("a quantile needs at least one value");
  return below + (above - below) * (index - Math.floor(index));
}

/** Middle value, or the mean of the two middle ones. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/**
 * The median of the means of all pairs, each value with itself included (Hodges & Lehmann 1963): nearly as exact as the mean where
 * noise is normal, and not moved by one wild value among five.
 */
export function hodgesLehmann(values: readonly number[]): number {
  return median(values.flatMap((one, index) => values.slice(index).map((other) => (one + other) / 2)));
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** A sorted copy, smallest first. */
export function ascending(values: readonly number[]): number[] {
  return [...values].sort((a, b) => a - b);
}

/**
 * Quantiles of weighted values: where the sum of the weights reaches each share; between two values where it does so exactly. Sorts by
 * insertion, for some ten values that long histories ask of thousands of times.
 */
export function weightedQuantiles(values: readonly number[], weights: readonly number[], shares: readonly number[]): number[] {
  const sorted = { values: [...values], weights: [...weights] };
  for (let rank = 1; rank < values.length; rank++) {
    const [value, weight] = [values[rank] ?? NaN, weights[rank] ?? 0];
    let to = rank;
    for (; to > 0 && (sorted.values[to - 1] ?? NaN) > value; to--) {
      sorted.values[to] = sorted.values[to - 1] ?? NaN;
      sorted.weights[to] = sorted.weights[to - 1] ?? 0;
    }
    sorted.values[to] = value;
    sorted.weights[to] = weight;
  }
  let total = 0;
  for (const weight of sorted.weights) total += weight;
  return shares.map((share) => valueAt(sorted, share * total));
}

function valueAt({ values, weights }: { values: readonly number[]; weights: readonly number[] }, reached: number): number {
  let sum = 0;
  for (const [rank, value] of values.entries()) {
    sum += weights[rank] ?? 0;
    if (sum > reached) return value;
    if (sum === reached) return (value + (values[rank + 1] ?? value)) / 2;
  }
  return values.at(-1) ?? NaN;
}

/** Quantiles of |x| of a normal variable. Two groups of sessions, or a coarse clock, show in the second before they show in the first. */
const normalQuantiles = [
  { share: 0.5, ofNormal: 0.6745 },
  { share: 0.75, ofNormal: 1.1503 },
];

/** Standard deviation by the larger of what the median and the upper quartile of |x| tell: a few wild values hardly move it. */
export function robustDeviation(absolute: readonly number[], weights: readonly number[]): number {
  const found = weightedQuantiles(
    absolute,
    weights,
    normalQuantiles.map(({ share }) => share),
  );
  return Math.max(...normalQuantiles.map(({ ofNormal }, index) => (found[index] ?? NaN) / ofNormal));
}

/** Largest degrees of freedom `tQuantile` keeps its accuracy for. */
export const mostDegreesOfFreedom = 1e6;

/**
 * Quantile of Student's t distribution, accurate to a relative 1e-8 for 1 <= degreesOfFreedom <= 1e6, fractions allowed.
 *
 * Solves P(T > t) = tail for ln t by Newton's method, kept inside a bracket; in ln t the logarithm of the
 * tail is smooth and concave, from the power law of one degree of freedom to the normal distribution.
 * Throws RangeError outside 0 < probability < 1 and outside those degrees of freedom.
 */
export function tQuantile(probability: number, degreesOfFreedom: number): number {
  if (!(probability > 0 && probability < 1)) throw new RangeError(`probability ${probability} is outside 0..1`);
  if (!(degreesOfFreedom >= 1 && degreesOfFreedom <= mostDegreesOfFreedom)) {
    throw new RangeError(`${degreesOfFreedom} degrees of freedom are outside 1..${mostDegreesOfFreedom}`);
  }
  if (probability === 0.5) return 0;
  // The distribution is symmetric: solve for the smaller tail, which has all its digits.
  return probability < 0.5 ? -tOfTail(probability, degreesOfFreedom) : tOfTail(1 - probability, degreesOfFreedom);
}

/** The t > 0 with P(T > t) = tail, for tail < 0.5. */
function tOfTail(wantedTail: number, degreesOfFreedom: number): number {
  const wanted = Math.log(wantedTail);
  let low = -60;
  let high = 60;
  let index = 0;
  for (let step = 0; step < 200; step++) {
    const t = Math.exp(index);
    const tail = tUpperTail(t, degreesOfFreedom);
    const excess = Math.log(tail) - wanted;
    if (excess > 0) low = index;
    else high = index;
    const slope = (-t * tDensity(t, degreesOfFreedom)) / tail;
    const newton = index - excess / slope;
    const next = newton > low && newton < high ? newton : (low + high) / 2;
    if (Math.abs(next - index) < 1e-13) return Math.exp(next);
    index = next;
  }
  return Math.exp(index);
}

/** P(T > t) for t > 0 and at least one degree of freedom (DLMF 8.17; Abramowitz & Stegun 26.5.27). */
export function tUpperTail(t: number, degreesOfFreedom: number): number {
  const x = degreesOfFreedom / (degreesOfFreedom + t * t);
  const y = (t * t) / (degreesOfFreedom + t * t);
  return incompleteBeta(x, y, degreesOfFreedom / 2, 0.5) / 2;
}

function tDensity(t: number, degreesOfFreedom: number): number {
  const power = (-(degreesOfFreedom + 1) / 2) * Math.log1p((t * t) / degreesOfFreedom);
  return Math.exp(power - logBeta(degreesOfFreedom / 2, 0.5)) / Math.sqrt(degreesOfFreedom);
}

/** Regularised incomplete beta function I_x(a, b), with y = 1 - x given apart to keep its digits. */
function incompleteBeta(x: number, y: number, a: number, b: number): number {
  // The continued fraction converges fast only below the mean: reflect above it (DLMF 8.17.4).
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(y, x, b, a);
  // ln y from the smaller of both: no digits are lost that way.
  const logX = x < 0.5 ? Math.log(x) : Math.log1p(-y);
  const logY = y < 0.5 ? Math.log(y) : Math.log1p(-x);
  const factor = Math.exp(a * logX + b * logY - logBeta(a, b)) / a;
  return factor / betaFraction(x, a, b);
}

/** The continued fraction of DLMF 8.17.22, evaluated by the modified Lentz method (Thompson & Barnett 1986). */
function betaFraction(x: number, a: number, b: number): number {
  const tiny = 1e-300;
  let value = 1;
  let c = 1;
  let d = 0;
  for (let n = 1; n < 10_000; n++) {
    const m = Math.floor(n / 2);
    const term = n % 2 === 0 ? (m * (b - m) * x) / ((a + n - 1) * (a + n)) : (-(a + m) * (a + b + m) * x) / ((a + n - 1) * (a + n));
    d = 1 / (1 + term * d || tiny);
    c = 1 + term / c || tiny;
    value *= c * d;
    if (Math.abs(c * d - 1) < 1e-15) break;
  }
  return value;
}

function logBeta(a: number, b: number): number {
  return logGamma(a) + logGamma(b) - logGamma(a + b);
}

/** ln Γ(x) for x > 0 by Stirling's series (DLMF 5.11.1) after shifting x above 10 (DLMF 5.5.1). */
function logGamma(x: number): number {
  let shift = 0;
  let z = x;
  while (z < 10) {
    shift += Math.log(z);
    z++;
  }
  const inverse = 1 / z;
  const square = inverse * inverse;
  const series = inverse * (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square * (1 / 1680 - square / 1188))));
  return (z - 0.5) * Math.log(z) - z + Math.log(2 * Math.PI) / 2 + series - shift;
}
