import { mean } from "../../runner/timeline/stats.ts";

/** Values of ln seconds: a row for each build, in it one value for each session. All rows have the same sessions. */
export type Values = readonly (readonly number[])[];

/** Quantile of the normal distribution that leaves 5 % above it. */
const oneSided = 1.645;

/** Variances of ln seconds. */
export interface Components {
  /** Variance between builds, unbiased: below zero where the noise of sessions happens to explain more than what builds differ by. */
  between: number;
  /** Standard error of `between`. */
  standardError: number;
  /** Standard error that `between` has where builds do not differ. */
  errorOfEqual: number;
  /** Variance between sessions of one build, without what all builds of a session have in common. */
  within: number;
}

/**
 * Components of variance of a balanced two-way layout with one value a cell, by analysis of variance: value = mean + build + session + noise.
 *
 * With `a` builds, `n` sessions and the mean squares MSA of builds and MSE of what is left, between = (MSA - MSE) / n, whose variance is
 * estimated without bias by (2 / n^2) (MSA^2 / (a + 1) + MSE^2 / ((a - 1)(n - 1) + 2)) (Searle, Casella & McCulloch 1992, Variance
 * Components, chapter 4: mean squares are independent multiples of chi^2 variables, and the square of one with f degrees of freedom has the
 * expectation (f + 2) / f times that of its own expectation).
 *
 * @throws RangeError for fewer than two builds or sessions, and where rows differ in length.
 */
export function components(values: Values): Components {
  const [builds, sessions] = [values.length, values[0]?.length ?? 0];
  if (builds < 2 || sessions < 2) throw new RangeError(`components need two builds and two sessions, got ${builds} and ${sessions}`);
  if (values.some(({ length }) => length !== sessions)) throw new RangeError("all builds need the same sessions");
  const ofBuilds = values.map(mean);
  const ofSessions = Array.from({ length: sessions }, (_, session) => mean(values.map((row) => row[session] ?? 0)));
  const all = mean(ofBuilds);
  const residuals = values.flatMap((row, build) =>
    row.map((value, session) => value - (ofBuilds[build] ?? 0) - (ofSessions[session] ?? 0) + all),
  );
  const freedom = (builds - 1) * (sessions - 1);
  const within = squares(residuals) / freedom;
  const ofMeans = (sessions * squares(ofBuilds.map((value) => value - all))) / (builds - 1);
  return {
    between: (ofMeans - within) / sessions,
    standardError: Math.sqrt(2 * (ofMeans ** 2 / (builds + 1) + within ** 2 / (freedom + 2))) / sessions,
    errorOfEqual: (within * Math.sqrt(2 / (builds - 1) + 2 / freedom)) / sessions,
    within,
  };
}

/**
 * Evidence that builds differ at all, from independent components such as those of several benchmarks: the sum of their variances, each over the
 * error it has where builds are equal, in standard deviations of that sum.
 */
export function evidence(all: readonly Components[]): number {
  return all.reduce((sum, { between, errorOfEqual }) => sum + between / errorOfEqual, 0) / Math.sqrt(all.length);
}

/**
 * Standard deviation between builds and its standard error, of ln seconds: by the delta method, and where that does not hold, near zero, the
 * deviation that one standard error of the variance comes to.
 */
export function deviation({ between, standardError }: Pick<Components, "between" | "standardError">): {
  sigma: number;
  standardError: number;
} {
  const sigma = Math.sqrt(Math.max(0, between));
  return { sigma, standardError: Math.min(Math.sqrt(standardError), standardError / (2 * sigma)) };
}

/**
 * Answer to a question whether builds differ by more than `limit`, a deviation of ln seconds; undefined where values do not tell, which is where the
 * limit's square lies within the 90 % interval of the variance.
 */
export function exceeds({ between, standardError }: Pick<Components, "between" | "standardError">, limit: number): boolean | undefined {
  const beyond = (limit ** 2 - between) / standardError;
  return Math.abs(beyond) < oneSided ? undefined : beyond < 0;
}

/** The difference of the slowest and the fastest build, of ln seconds, and the standard error that any difference of two builds has. */
export function largestDifference(values: Values): { difference: number; standardError: number } {
  const ofBuilds = values.map(mean);
  const { within } = components(values);
  return {
    difference: Math.max(...ofBuilds) - Math.min(...ofBuilds),
    standardError: Math.sqrt((2 * within) / (values[0]?.length ?? 0)),
  };
}

function squares(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value ** 2, 0);
}
