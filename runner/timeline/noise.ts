import type { Listed, Session } from "../model.ts";
import { isOneVersion } from "./workload-version.ts";
import { evidenceOf, type Evidence, type Result } from "./aa-pairs.ts";
import { resultsOf } from "./results-builder.ts";
import { hasValue, variants } from "./results.ts";
import type { Columns, Results, Rows } from "./results.ts";
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

/** The noise of a series; undefined where nothing tells. */
export type NoiseOf = (series: NoiseKey) => Noise | undefined;

/** A series, of which sessions can be compared. */
export interface NoiseKey {
  environment: string;
  workload: string;
  benchmark: string;
  variant: string;
}

/** Pairs from which on a benchmark's own noise is used. */
const enoughPairs = 5;

/**
 * The A/A noise of every series: from all its sessions of one program, whatever they were taken for. One program is one
 * fingerprint; where there is none, one revision, or the interpreter itself. A copy ("same as") is no session.
 *
 * Pairs of successive sessions tell total and within (see evidenceOf); sigma^2 = total - within, at least 0. A series with fewer than 5
 * pairs has the suite's: the median over the environment's series that are declared (see inSuite) of total / c - within,
 * where c is what a chi^2 variable's median is of its mean, so that series of one pair do not pull it down. Undefined where the
 * environment has no pair.
 *
 * The s_i of imported values are not known. They are taken for 0, so that sigma is all of their error.
 */
export function sessionNoise(sessions: readonly Session[]): NoiseOf {
  return noiseIn(resultsOf(sessions));
}

/** Results that noise is told by. */
export interface NoiseFrom {
  /** Returns whether a session counts, by its place; all do if not given. */
  counts?: (session: number) => boolean;
  /** Benchmarks that the suite has now; empty where that is not known. */
  declared?: readonly Pick<Listed, "name" | "workload">[];
}

/** The same from columns. */
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

/** A series that has pairs of sessions, and what these tell. */
interface Known {
  key: NoiseKey;
  evidence: Evidence;
}

/**
 * Series of one environment that tell the noise of the suite as it is: not those of benchmarks that it no longer has, nor of other versions; of an
 * edited one the present form alone, where that has pairs.
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

/** The same of some programs of one series, from the values of their sessions; undefined with fewer than 5 pairs. */
export function noiseAmong(programs: readonly (readonly Result[])[]): Noise | undefined {
  const repeated = programs.filter(({ length }) => length > 1);
  const evidence = repeated.length > 0 ? evidenceOf(repeated) : undefined;
  return evidence && evidence.pairs >= enoughPairs ? ownNoise(evidence) : undefined;
}

function ownNoise({ total, within, pairs, effectivePairs }: Evidence): Noise {
  return { ...noiseOf(total - within, total, effectivePairs), pairs, isOfSuite: false };
}

/** Median over the series; its degrees of freedom are the pairs, times the median's efficiency. */
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

/** Series with at least one pair. */
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

/** When each session began. */
function daysOf(sessions: Results["sessions"]): (number | undefined)[] {
  return sessions.map(({ started }) => {
    const time = Date.parse(started);
    return Number.isNaN(time) ? undefined : time / millisecondsADay;
  });
}

/** Of each series of a benchmark, the programs that were measured more than once, with their results. */
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
