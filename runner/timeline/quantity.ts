import { median, tQuantile } from "./stats.ts";

/** A positive number known with an error, such as seconds or a ratio of seconds. */
export interface Quantity {
  value: number;
  /** Standard error of ln `value`: relative, 0.01 is 1 %. */
  standardError: number;
  /** Degrees of freedom of `standardError`, for Student's t. */
  degreesOfFreedom: number;
}

export interface Interval {
  low: number;
  high: number;
}

/** The 95 % confidence interval, from Student's t on the logarithm. */
export function interval({ value, standardError, degreesOfFreedom }: Quantity): Interval {
  const reach = t95(degreesOfFreedom) * standardError;
  return { low: value * Math.exp(-reach), high: value * Math.exp(reach) };
}

/** Sessions have few different whole degrees of freedom, and reports ask for them many thousand times. */
const wholeT95 = new Map<number, number>();

function t95(degreesOfFreedom: number): number {
  const known = wholeT95.get(degreesOfFreedom);
  if (known !== undefined) return known;
  const t = tQuantile(0.975, degreesOfFreedom);
  if (Number.isInteger(degreesOfFreedom)) wholeT95.set(degreesOfFreedom, t);
  return t;
}

/** a / b, of independent a and b. */
export function ratio(a: Quantity, b: Quantity): Quantity {
  return { value: a.value / b.value, ...combinedError([a, b]) };
}

/**
 * Several sessions of one thing as one: the median (on the log scale), with the sessions' own errors combined.
 * The median of three or more is given the normal distribution's factor pi/2 over the mean's variance, which errs on
 * the wide side. Throws RangeError for an empty list.
 */
export function pooled(sessions: readonly Quantity[]): Quantity {
  const [only] = sessions;
  if (only && sessions.length === 1) return only;
  const { standardError, degreesOfFreedom } = combinedError(sessions);
  const inefficiency = sessions.length < 3 ? 1 : Math.sqrt(Math.PI / 2);
  return {
    value: Math.exp(median(sessions.map((session) => Math.log(session.value)))),
    standardError: (inefficiency * standardError) / sessions.length,
    degreesOfFreedom,
  };
}

/** Error of a sum or difference of independent logs, degrees of freedom after Welch (1947) and Satterthwaite (1946). */
function combinedError(parts: readonly Quantity[]): Pick<Quantity, "standardError" | "degreesOfFreedom"> {
  const variance = sum(parts.map((part) => part.standardError ** 2));
  const weighed = sum(parts.map((part) => part.standardError ** 4 / part.degreesOfFreedom));
  return {
    standardError: Math.sqrt(variance),
    // Without any spread the quotient is 0/0, and every choice gives the same interval.
    degreesOfFreedom: weighed > 0 ? variance ** 2 / weighed : sum(parts.map((part) => part.degreesOfFreedom)),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
