import type { Noise, NoiseKey } from "./noise.ts";
import { combinedError, hasError, type Precision } from "./quantity.ts";
import { hasValue, variants, type Results, type Rows } from "./results.ts";
import { mean } from "./stats.ts";

/**
 * Noise that all benchmarks of a session share. Their errors are correlated, so the error of a mean does not vanish with many benchmarks.
 */
export interface CommonMode {
  /** Average correlation of the errors of two benchmarks that were measured in the same sessions: 0 to 1. */
  correlation: number;
  /** Correlation with weights 1 / SE, for means in which quiet benchmarks weigh most. These share more if all slow down by the same percentage. */
  ofQuiet: number;
  /** Degrees of freedom of a variance that is this share of the noise. */
  degreesOfFreedom: number;
  /** Pairs of sessions that it is estimated from. Without any it is assumed. */
  pairs: number;
}

/** Assumed correlation: sessions of a public suite had .09 to .19 on average. It weighs as much as `assumedWeight` exact pairs of sessions. */
const assumedCorrelation = 0.15;
const assumedWeight = 4;

/** Common mode if no two sessions measured the same programs. */
export const assumedCommonMode: CommonMode = {
  correlation: assumedCorrelation,
  ofQuiet: assumedCorrelation,
  degreesOfFreedom: assumedWeight,
  pairs: 0,
};

/** Returns the common mode with the largest correlation. */
export function mostShared(all: readonly CommonMode[]): CommonMode {
  return all.reduce((most, one) => (one.correlation > most.correlation ? one : most), all[0] ?? assumedCommonMode);
}

/** Assumed noise from session to session: .2 %, the rest after interleaved rounds. */
export const assumedNoise = 0.002;
/** Least noise from session to session: .05 %. */
export const leastNoise = 0.0005;

/** Largest difference in deviations. Larger ones are reduced to it, so that one outlier does not look like all benchmarks. */
const mostDeviations = 4;
/** The .99 quantile of chi^2 with one degree of freedom: largest squared difference of a pair of sessions, in units of its variance. */
const mostOfVariance = 6.63;
/** Number of repetitions of the estimate with its own limits. */
const steps = 8;

/** Returns the noise of a series from session to session; undefined if it is not known. */
type SigmaOf = (series: NoiseKey) => Pick<Noise, "sigma"> | undefined;

/** Differences of two sessions, for each benchmark variant that ran the same program in both. */
interface SessionPair {
  /** Differences of ln seconds in units of their standard errors, and these. */
  differences: { z: number; standardError: number }[];
  /** Share of a full degree of freedom. */
  weight: number;
}

/**
 * Estimates the common mode of one host's results from all programs that two sessions measured: controls, A/A pairs and bridges.
 *
 * For two sessions with n programs in common, z = (ln new - ln old) / sqrt(SE_new^2 + SE_old^2 + sigma_new^2 + sigma_old^2); the mean of
 * z_i z_j over all i != j, with weights q_i q_j, has the average correlation as its expectation: q = 1 for errors in units of their own size,
 * q = 1 / SE for errors weighted by 1 / SE^2. Between two environments the mean difference of each benchmark, its factor, is subtracted
 * first. Pairs of sessions are averaged with the weights (r / (r + (1-r) / n))^2, their share of a degree of freedom, together with four
 * assumed pairs with r = .15. Each pair is limited to the .99 quantile by the others, so that one machine shift does not count as noise.
 *
 * @param noise noise of the same results. @param counts returns whether a session counts, by its index; all do if not given.
 */
export function commonModeIn(results: Results, noise: SigmaOf, counts: (session: number) => boolean = () => true): CommonMode {
  const pairs = pairsIn(results, noise, counts).filter(({ differences }) => differences.length > 1);
  const told = pairs.map(({ differences, weight }) => {
    const exact = assumedCorrelation / (assumedCorrelation + (1 - assumedCorrelation) / differences.length);
    return weight * exact ** 2;
  });
  return {
    correlation: averageOf(
      pairs.map(({ differences }) => momentsOf(differences, () => 1)),
      told,
    ),
    ofQuiet: averageOf(
      pairs.map(({ differences }) => momentsOf(differences, (standardError) => 1 / standardError)),
      told,
    ),
    degreesOfFreedom: told.reduce((sum, weight) => sum + weight, assumedWeight),
    pairs: pairs.length,
  };
}

/** Evidence of a pair of sessions, with some weights. */
interface Moments {
  /** Effective number of benchmarks of equal weight. */
  count: number;
  /** Square of the mean of z. */
  square: number;
  /** Mean of the squares of z minus that square: the variance between benchmarks. */
  variance: number;
}

function momentsOf(differences: SessionPair["differences"], weightOf: (standardError: number) => number): Moments {
  let [weights, squares, sum, sumOfSquares] = [0, 0, 0, 0];
  for (const { z, standardError } of differences) {
    const weight = weightOf(standardError);
    weights += weight;
    squares += weight ** 2;
    sum += weight * z;
    sumOfSquares += (weight * z) ** 2;
  }
  const square = (sum / weights) ** 2;
  return { count: weights ** 2 / squares, square, variance: sumOfSquares / squares - square };
}

/** Returns the average of mean(z)^2 - variance(z) / (n - 1), including the assumed correlation. @param told weights. */
function averageOf(moments: readonly Moments[], told: readonly number[]): number {
  const all = told.reduce((sum, weight) => sum + weight, assumedWeight);
  let correlation = assumedCorrelation;
  for (let step = 0; step < steps; step++) {
    const known = correlation;
    const total = moments.reduce((sum, { count, square, variance }, index) => {
      const most = mostOfVariance * (known + ((1 - known) * Math.max(1, variance)) / count);
      return sum + (told[index] ?? 0) * (Math.min(square, most) - variance / (count - 1));
    }, assumedWeight * assumedCorrelation);
    correlation = Math.min(1, Math.max(0, total / all));
  }
  return correlation;
}

/**
 * Returns the error of the mean of n benchmarks of the same sessions: SE^2 = (1-r) sum SE_i^2 / n^2 + r (sum SE_i / n)^2, with r the
 * correlation. Benchmarks with the same program on both sides have no error and share none.
 */
export function errorOfMean(parts: readonly Precision[], common: CommonMode): Precision {
  const weights = parts.map(() => 1 / parts.length);
  const independent = weightedError(parts, weights);
  if (parts.length < 2 || !hasError(independent)) return independent;
  const { correlation, degreesOfFreedom } = common;
  const shared = { standardError: sharedError(parts, weights, correlation), degreesOfFreedom };
  return combinedError([scaled(independent, Math.sqrt(1 - correlation)), shared]);
}

/** Returns the shared part of the error of a weighted mean: SE = sqrt(r) sum p_i SE_i. @param weights with a sum of 1. */
export function sharedError(parts: readonly Precision[], weights: readonly number[], correlation: number): number {
  return Math.sqrt(correlation) * parts.reduce((total, { standardError }, index) => total + (weights[index] ?? 0) * standardError, 0);
}

function weightedError(parts: readonly Precision[], weights: readonly number[]): Precision {
  return combinedError(parts.map((part, index) => scaled(part, weights[index] ?? 0)));
}

function scaled({ standardError, degreesOfFreedom, noiseUncertainty }: Precision, factor: number): Precision {
  return {
    standardError: standardError * factor,
    degreesOfFreedom,
    ...(noiseUncertainty !== undefined && { noiseUncertainty: noiseUncertainty * factor ** 2 }),
  };
}

/**
 * Returns the standard deviation of the median of z of n benchmarks: the common mode, and pi/2n of the own variance of each.
 * @param share of the common mode that remains: less than 1 if the benchmarks were not all measured in the same sessions.
 */
export function deviationOfMedian(count: number, { correlation }: CommonMode, share = 1): number {
  return Math.sqrt(correlation * share + ((1 - correlation) * (Math.PI / 2)) / count);
}

/** A program's value in a session. */
interface Value {
  session: number;
  environment: string;
  /** ln seconds. */
  value: number;
  /** Variance of the value within the session and between sessions. */
  variance: number;
}

/** One benchmark's difference between two sessions. */
interface Difference {
  /** Number of the variant and workload. */
  series: number;
  from: Value;
  to: Value;
}

function pairsIn(results: Results, noise: SigmaOf, counts: (session: number) => boolean): SessionPair[] {
  const found = new Map<number, SessionPair>();
  const add = ({ from, to }: Difference, change: number, variance: number, weight: number): void => {
    const key = from.session * results.sessions.length + to.session;
    const pair = found.get(key) ?? { differences: [], weight };
    found.set(key, pair);
    const standardError = Math.sqrt(variance);
    const z = Math.min(mostDeviations, Math.max(-mostDeviations, change / standardError));
    pair.differences.push({ z, standardError });
    pair.weight = Math.min(pair.weight, weight);
  };
  for (const rows of results.benchmarks) {
    const crossings = new Map<string, Difference[]>();
    for (const one of differencesIn(rows, results, noise, counts)) {
      const { series, from, to } = one;
      if (from.environment === to.environment) {
        add(one, to.value - from.value, from.variance + to.variance, 1);
        continue;
      }
      const key = `${series} ${from.environment} ${to.environment}`;
      const known = crossings.get(key);
      if (known) known.push(one);
      else crossings.set(key, [one]);
    }
    for (const those of crossings.values()) {
      if (those.length < 2) continue;
      const factor = mean(those.map(({ from, to }) => to.value - from.value));
      const left = 1 - 1 / those.length;
      for (const one of those) add(one, one.to.value - one.from.value - factor, left * (one.from.variance + one.to.variance), left);
    }
  }
  return [...found.values()];
}

/** Returns the difference of each session of a program to the previous one in its environment; of the first one there, in any environment. */
function differencesIn(
  { benchmark, columns, tables }: Rows,
  { sessions }: Results,
  noise: SigmaOf,
  counts: (session: number) => boolean,
): Difference[] {
  const seriesAt = (row: number): number => 2 * (columns.workload[row] ?? 0) + (columns.variant[row] ?? 0);
  const valueOf = (row: number): Value => {
    const session = columns.session[row] ?? -1;
    const environment = sessions[session]?.environment ?? "";
    const workload = tables.workloads[columns.workload[row] ?? -1] ?? "";
    const variant = variants[columns.variant[row] ?? -1] ?? "";
    const sigma = Math.max(leastNoise, noise({ environment, workload, benchmark, variant })?.sigma ?? assumedNoise);
    const variance = (columns.standardError[row] ?? 0) ** 2 + sigma ** 2;
    return { session, environment, value: Math.log(columns.seconds[row] ?? 0), variance };
  };
  const programs = new Map<number | string, number[]>();
  for (let row = 0; row < columns.session.length; row++) {
    const index = columns.session[row] ?? -1;
    const session = sessions[index];
    if (!hasValue(columns, row) || !session || !counts(index)) continue;
    const fingerprint = columns.fingerprint[row] ?? -1;
    // Numbers as keys if known: half a million strings would dominate the time.
    const program = session.subject.kind === "baseline" ? "baseline" : session.subject.revision;
    const [of, most] = [seriesAt(row), 2 * tables.workloads.length];
    const key = fingerprint >= 0 ? fingerprint * most + of : `${of} ${program}`;
    const same = programs.get(key);
    if (same) same.push(row);
    else programs.set(key, [row]);
  }
  return [...programs.values()].flatMap((rows) => {
    if (rows.length < 2) return [];
    const last = new Map<string, Value>();
    return rows.flatMap((row): Difference[] => {
      const to = valueOf(row);
      const from = last.get(to.environment) ?? [...last.values()].at(-1);
      last.set(to.environment, to);
      return from ? [{ series: seriesAt(row), from, to }] : [];
    });
  });
}
