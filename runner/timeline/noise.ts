import type { Listed, Session } from "../model.ts";
import { isOneVersion } from "./workload-version.ts";
import { evidenceOf, type Evidence, type Result } from "./aa-pairs.ts";
import { resultsOf } from "./results-builder.ts";
import { hasValue, variants } from "./results.ts";
import type { Columns, Results, Rows } from "./results.ts";
import { median } from "./stats.ts";

/**
 * A/A noise of one benchmark variant with one workload in one environment: the variation between sessions of one program beyond the noise within
 * sessions.
 */
export interface Noise {
  /** sigma_session: standard deviation of ln seconds from session to session. Relative, 0.01 is 1 %. */
  sigma: number;
  /** sigma^2 divided by the square root of its degrees of freedom. Satterthwaite's formula sums its squares. */
  uncertainty: number;
  /** Number of the series' own A/A pairs. */
  pairs: number;
  /** The series has too few pairs, so sigma is the suite's. */
  isOfSuite: boolean;
}

/** Returns the noise of a series; undefined if it is not known. */
export type NoiseOf = (series: NoiseKey) => Noise | undefined;

/** Key of a series whose sessions can be compared. */
export interface NoiseKey {
  environment: string;
  workload: string;
  benchmark: string;
  variant: string;
}

/** Least number of pairs for a benchmark's own noise. */
const enoughPairs = 5;

/**
 * Estimates the A/A noise of every series from all its sessions of one program, taken for any reason. One program is one fingerprint; without
 * one, one revision or the interpreter itself. Reused results are not sessions.
 *
 * Pairs of successive sessions give total and within (see evidenceOf); sigma^2 = total - within, at least 0. A series with fewer than 5 pairs
 * has the suite's noise: the median of total / c - within over the environment's declared series (see inSuite). c is the ratio of a chi^2
 * variable's median to its mean, so that series of one pair do not reduce it. Undefined if the environment has no pair.
 *
 * The s_i of imported values are not known. They are assumed to be 0, so that sigma is their whole error.
 */
export function sessionNoise(sessions: readonly Session[]): NoiseOf {
  return noiseIn(resultsOf(sessions));
}

/** Results that the noise is estimated from. */
export interface NoiseFrom {
  /** Returns whether a session counts, by its index; all do if not given. */
  counts?: (session: number) => boolean;
  /** Benchmarks that the suite lists now; empty if not known. */
  declared?: readonly Pick<Listed, "name" | "workload">[];
}

/** Estimates that noise from columns. */
export function noiseIn(results: Results, { counts = () => true, declared = [] }: NoiseFrom = {}): NoiseOf {
  const evidence = evidenceIn(results, counts);
  const suites = new Map<string, Noise>();
  for (const environment of new Set([...evidence.values()].map(({ key }) => key.environment))) {
    const those = [...evidence.values()].filter(({ key }) => key.environment === environment);
    const pool = declared.length === 0 ? those : inSuite(those, declared);
    if (pool.length > 0) suites.set(environment, suiteNoise(pool.map((one) => one.evidence)));
  }
  return (series) => {
    const own = evidence.get(textOf(series))?.evidence;
    const pairs = own?.pairs ?? 0;
    if (own && pairs >= enoughPairs) return ownNoise(own);
    const suite = suites.get(series.environment);
    return suite && { ...suite, pairs };
  };
}

/** A series with pairs of sessions, and their evidence. */
interface Known {
  key: NoiseKey;
  evidence: Evidence;
}

/**
 * Returns the series of one environment that estimate the noise of the present suite. Benchmarks that it no longer lists and other versions are
 * left out. Of an edited benchmark only the present form counts, if that has pairs.
 */
function inSuite(series: readonly Known[], declared: readonly Pick<Listed, "name" | "workload">[]): Known[] {
  const today = new Map(declared.map(({ name, workload }) => [name, workload]));
  const isPresent = ({ key }: Known) => today.get(key.benchmark) === key.workload;
  const present = new Set(series.filter(isPresent).map(({ key }) => `${key.variant} ${key.benchmark}`));
  return series.filter((one) => {
    const { benchmark, variant, workload } = one.key;
    const now = today.get(benchmark);
    if (now === undefined || !isOneVersion({ workload }, { workload: now })) return false;
    return isPresent(one) || !present.has(`${variant} ${benchmark}`);
  });
}

/** Estimates the noise of one series from the values of its programs' sessions; undefined with fewer than 5 pairs. */
export function noiseAmong(programs: readonly (readonly Result[])[]): Noise | undefined {
  const repeated = programs.filter(({ length }) => length > 1);
  const evidence = repeated.length > 0 ? evidenceOf(repeated) : undefined;
  return evidence && evidence.pairs >= enoughPairs ? ownNoise(evidence) : undefined;
}

function ownNoise({ total, within, pairs, effectivePairs }: Evidence): Noise {
  return { ...noiseOf(total - within, total, effectivePairs), pairs, isOfSuite: false };
}

/** Returns the median over the series. Its degrees of freedom are the pairs times the median's efficiency. */
function suiteNoise(series: readonly Evidence[]): Noise {
  const totals = series.map(({ total, effectivePairs }) => total / medianShare(effectivePairs));
  const variance = median(totals.map((total, index) => total - (series[index]?.within ?? 0)));
  const degreesOfFreedom = Math.max(1, (2 / Math.PI) * sum(series.map(({ effectivePairs }) => effectivePairs)));
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

/** Returns the series with at least one pair. */
function evidenceIn(results: Results, counts: (session: number) => boolean): Map<string, Known> {
  const found = new Map<string, Known>();
  const days = daysOf(results.sessions);
  for (const rows of results.benchmarks) {
    for (const { key, programs } of repeatedIn(rows, results.sessions, days, counts)) {
      found.set(textOf(key), { key, evidence: evidenceOf(programs) });
    }
  }
  return found;
}

/** Imported values have no error in their column. */
function resultAt({ seconds, standardError, session }: Columns, row: number, days: readonly (number | undefined)[]): Result {
  return { value: seconds[row] ?? 0, standardError: standardError[row] ?? 0, day: days[session[row] ?? -1] };
}

const millisecondsADay = 24 * 60 * 60 * 1000;

/** Returns the start of each session. */
function daysOf(sessions: Results["sessions"]): (number | undefined)[] {
  return sessions.map(({ started }) => {
    const time = Date.parse(started);
    return Number.isNaN(time) ? undefined : time / millisecondsADay;
  });
}

/** Returns the repeatedly measured programs of each series of a benchmark, with their results. */
function repeatedIn(
  rows: Rows,
  sessions: Results["sessions"],
  days: readonly (number | undefined)[],
  counts: (session: number) => boolean,
): { key: NoiseKey; programs: Result[][] }[] {
  const { benchmark, columns, tables } = rows;
  const known = new Map<string, { key: NoiseKey; rowsOf: Map<number | string, number[]> }[]>();
  for (let row = 0; row < columns.session.length; row++) {
    const index = columns.session[row] ?? -1;
    const session = sessions[index];
    if (!hasValue(columns, row) || !session || !counts(index)) continue;
    const [workload, variant] = [columns.workload[row] ?? 0, columns.variant[row] ?? 0];
    const ofEnvironment = known.get(session.environment) ?? [];
    if (ofEnvironment.length === 0) known.set(session.environment, ofEnvironment);
    const slot = 2 * workload + variant;
    const one = (ofEnvironment[slot] ??= {
      key: { environment: session.environment, workload: tables.workloads[workload] ?? "", benchmark, variant: variants[variant] ?? "" },
      rowsOf: new Map(),
    });
    const fingerprint = columns.fingerprint[row] ?? -1;
    const program = fingerprint >= 0 ? fingerprint : session.subject.kind === "baseline" ? "baseline" : session.subject.revision;
    const same = one.rowsOf.get(program);
    if (same) same.push(row);
    else one.rowsOf.set(program, [row]);
  }
  return [...known.values()].flatMap((slots) =>
    slots.filter(Boolean).flatMap(({ key, rowsOf }) => {
      const repeated = [...rowsOf.values()].filter((those) => those.length > 1);
      return repeated.length > 0 ? [{ key, programs: repeated.map((those) => those.map((row) => resultAt(columns, row, days))) }] : [];
    }),
  );
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function textOf({ environment, workload, benchmark, variant }: NoiseKey): string {
  return JSON.stringify([environment, workload, benchmark, variant]);
}
