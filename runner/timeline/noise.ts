import type { Imported, Measured, Session } from "../model.ts";
import { isMeasured } from "./program.ts";
import { median } from "./stats.ts";

/**
 * How much sessions of one program differ, beyond what the samples within them tell: A/A noise of one benchmark variant with one
 * workload, in one environment.
 */
export interface Noise {
  /** sigma_session: standard deviation of ln seconds from session to session. Relative, 0.01 is 1 %. */
  sigma: number;
  /** sigma^2 over the root of its degrees of freedom: what Satterthwaite's formula sums the squares of. */
  uncertainty: number;
  /** A/A pairs of its own. */
  pairs: number;
  /** Too few of them: sigma is the suite's. */
  isOfSuite: boolean;
}

/** A series, of which sessions can be compared. */
export interface NoiseKey {
  environment: string;
  workload: string;
  benchmark: string;
  variant: string;
}

/** Pairs from which on a benchmark's own noise is used. */
const enoughPairs = 5;

/** What the sessions of a series tell. */
interface Evidence {
  /** Variance of ln seconds between sessions of one program, the error within each included; from so many pairs. */
  total: number;
  /** Mean of the squared errors within sessions. */
  within: number;
  pairs: number;
}

/**
 * The A/A noise of every series: from all its sessions of one program, whatever they were taken for. One program is one
 * fingerprint; where there is none, one revision, or the interpreter itself. A copy ("same as") is no session.
 *
 * For the m sessions x_i +- s_i of each program, sum (x_i - mean)^2 has the expectation (m-1) (sigma^2 + mean s_i^2). Over all
 * programs of a series, total = sum of those / sum (m-1) and sigma^2 = total - within, at least 0. A series with fewer than 5
 * pairs (sum (m-1)) has the suite's: the median over the environment's series of total / c - within, where c is what a chi^2
 * variable's median is of its mean, so that series of one pair do not pull it down. Undefined where the environment has no pair.
 *
 * The s_i of imported values are not known. They are taken for 0, so that sigma is all of their error.
 */
export function sessionNoise(sessions: readonly Session[]): (series: NoiseKey) => Noise | undefined {
  const evidence = evidenceOf(sessions);
  const suites = new Map<string, Noise>();
  for (const environment of new Set([...evidence.values()].map(({ key }) => key.environment))) {
    const those = [...evidence.values()].filter(({ key }) => key.environment === environment);
    suites.set(environment, suiteNoise(those.map((one) => one.evidence)));
  }
  return (series) => {
    const own = evidence.get(textOf(series))?.evidence;
    const pairs = own?.pairs ?? 0;
    if (own && pairs >= enoughPairs) return ownNoise(own);
    const suite = suites.get(series.environment);
    return suite && { ...suite, pairs };
  };
}

function ownNoise({ total, within, pairs }: Evidence): Noise {
  return { ...noiseOf(total - within, total, pairs), pairs, isOfSuite: false };
}

/** Median over the series; its degrees of freedom are the pairs, times the median's efficiency. */
function suiteNoise(series: readonly Evidence[]): Noise {
  const totals = series.map(({ total, pairs }) => total / medianShare(pairs));
  const variance = median(totals.map((total, index) => total - (series[index]?.within ?? 0)));
  const degreesOfFreedom = Math.max(1, (2 / Math.PI) * sum(series.map(({ pairs }) => pairs)));
  return { ...noiseOf(variance, median(totals), degreesOfFreedom), pairs: 0, isOfSuite: true };
}

/**
 * The degrees of freedom of sigma^2 are those of the total times sigma^2's share in it. (Satterthwaite's, times the square of that
 * share, are for a difference that may be negative: cut at 0, it covers .99 where there is little noise, this .92 to .97.)
 */
function noiseOf(variance: number, total: number, degreesOfFreedom: number): Pick<Noise, "sigma" | "uncertainty"> {
  const cut = Math.max(0, variance);
  return { sigma: Math.sqrt(cut), uncertainty: Math.sqrt((cut * total) / degreesOfFreedom) };
}

/** Median over mean of chi^2 (Wilson & Hilferty 1931). */
function medianShare(degreesOfFreedom: number): number {
  return (1 - 2 / (9 * degreesOfFreedom)) ** 3;
}

/** Series with at least one pair. */
function evidenceOf(sessions: readonly Session[]): Map<string, { key: NoiseKey; evidence: Evidence }> {
  const found = new Map<string, { key: NoiseKey; evidence: Evidence }>();
  for (const [text, { key, programs }] of programsOf(sessions)) {
    const repeated = [...programs.values()].filter((results) => results.length > 1);
    const pairs = sum(repeated.map((results) => results.length - 1));
    if (pairs === 0) continue;
    const errors = repeated.flatMap((results) => results.map((result) => (1 - 1 / results.length) * errorWithin(result) ** 2));
    const evidence = {
      total: sum(repeated.map((results) => squares(results.map(({ seconds }) => Math.log(seconds))))) / pairs,
      within: sum(errors) / pairs,
      pairs,
    };
    found.set(text, { key, evidence });
  }
  return found;
}

function errorWithin(result: Result): number {
  return result.status === "ok" ? result.standardError : 0;
}

type Result = Measured | Imported;

/** Of each series, its results by program. */
function programsOf(sessions: readonly Session[]): Map<string, { key: NoiseKey; programs: Map<string, Result[]> }> {
  const found = new Map<string, { key: NoiseKey; programs: Map<string, Result[]> }>();
  for (const { subject, environment, benchmarks } of sessions) {
    for (const [benchmark, outcomes] of Object.entries(benchmarks)) {
      for (const [variant, outcome] of Object.entries(outcomes)) {
        if (!isMeasured(outcome)) continue;
        const key = { environment, workload: outcome.workload, benchmark, variant };
        const text = textOf(key);
        const series = found.get(text) ?? { key, programs: new Map<string, Result[]>() };
        found.set(text, series);
        const fingerprint = outcome.status === "ok" ? outcome.fingerprint : undefined;
        const program = fingerprint ?? (subject.kind === "baseline" ? "baseline" : subject.revision);
        const results = series.programs.get(program);
        if (results) results.push(outcome);
        else series.programs.set(program, [outcome]);
      }
    }
  }
  return found;
}

/** Sum of squared differences from the mean. */
function squares(values: readonly number[]): number {
  const mean = sum(values) / values.length;
  return sum(values.map((value) => (value - mean) ** 2));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function textOf({ environment, workload, benchmark, variant }: NoiseKey): string {
  return JSON.stringify([environment, workload, benchmark, variant]);
}
