import { statuses, variants } from "./results.ts";
import type { Results, Rows } from "./results.ts";
import { median } from "./stats.ts";

/** What the newest controls say of the machine. */
export interface MachineVerdict {
  verdict: "moved" | "not moved" | "too few";
  /** Benchmarks compared. */
  controls: number;
  /** Median of their z: positive is slower than before. Undefined without any. */
  medianZ: number | undefined;
  /** |median z| from which on the machine is said to have moved; undefined with too few controls. */
  threshold: number | undefined;
  /** Median of the changes, seconds now over seconds before: 1.01 is 1 % slower. */
  ratio: number | undefined;
}

/** How much sessions of one program differ in a series, as the sessions tell that count: standard deviation of ln seconds. */
export type NoiseBefore = (
  counts: (session: number) => boolean,
) => (series: { environment: string; workload: string; benchmark: string; variant: string }) => { sigma: number } | undefined;

/** Where sessions do not tell it: what interleaved rounds leave between sessions, .2 %. */
const assumedNoise = 0.002;
/** No machine is quieter than .05 % from session to session. */
const leastNoise = 0.0005;

const leastControls = 11;
const mostControls = 111;
/** Controls longer ago than this, from the newest one, say nothing of the machine today. */
const mostDays = 30;

/**
 * Whether the machine moved: each benchmark of the newest control sessions against the session before of the same program,
 * z = ln(new / old) / sqrt(SE_new^2 + SE_old^2 + 2 sigma_session^2). It moved where |median z| is above 1.5 at 11 controls, .5 at 111 and
 * more, and linear between: a median of n standard normal z has a deviation of 1.25 / sqrt(n), so that this is 4 of them at either end.
 * Control sessions are taken newest first, whole, until there are 11 controls; none is older than 30 days before the newest. The noise is
 * that of the sessions before them: their own would hide what it is to be compared with.
 */
export function machineVerdict(results: Results, environment: string, noiseBefore: NoiseBefore = () => () => undefined): MachineVerdict {
  const here = [...results.sessions.entries()].filter(([, one]) => one.environment === environment).sort(byStart);
  const { pairs, earlier } = newestControls(results, here);
  const noise = noiseBefore((session) => earlier.has(session));
  const controls = pairs.map(({ change, within, ...series }) => {
    const sigma = Math.max(noise({ environment, ...series })?.sigma ?? assumedNoise, leastNoise);
    return { change, z: change / Math.sqrt(within + 2 * sigma ** 2) };
  });
  if (controls.length === 0) return { verdict: "too few", controls: 0, medianZ: undefined, threshold: undefined, ratio: undefined };
  const medianZ = median(controls.map(({ z }) => z));
  const ratio = Math.exp(median(controls.map(({ change }) => change)));
  const seen = { controls: controls.length, medianZ, ratio };
  if (controls.length < leastControls) return { ...seen, verdict: "too few", threshold: undefined };
  const threshold = thresholdOf(controls.length);
  return { ...seen, verdict: Math.abs(medianZ) > threshold ? "moved" : "not moved", threshold };
}

/** A benchmark of a control session, and the session before of the same program. */
interface Pair {
  benchmark: string;
  variant: string;
  workload: string;
  /** ln seconds now - ln seconds before. */
  change: number;
  /** Variance of the change by the errors within both sessions. */
  within: number;
}

/** A session with its place among the results. */
type Placed = [number, Results["sessions"][number]];

function newestControls(results: Results, here: readonly Placed[]): { pairs: Pair[]; earlier: ReadonlySet<number> } {
  const newest = here.findLast(([, { reason }]) => reason === "control")?.[1];
  const oldest = Date.parse(newest?.started ?? "") - mostDays * 24 * 60 * 60 * 1000;
  const orderOf = new Map(here.map(([session], order) => [session, order]));
  const pairs: Pair[] = [];
  let before = here.length;
  for (const [order, [session, { reason, started }]] of [...here.entries()].reverse()) {
    if (reason !== "control") continue;
    if (pairs.length >= leastControls || Date.parse(started) < oldest) break;
    before = order;
    pairs.push(...results.benchmarks.flatMap((rows) => pairsOf(rows, session, orderOf)));
  }
  return { pairs, earlier: new Set(here.slice(0, before).map(([session]) => session)) };
}

/** What a session measured of a benchmark, against the last session before of the same program. */
function pairsOf(rows: Rows, session: number, orderOf: ReadonlyMap<number, number>): Pair[] {
  const { columns, tables } = rows;
  const found: Pair[] = [];
  for (let now = columns.session.length - 1; now >= 0; now--) {
    if (columns.session[now] !== session || columns.status[now] !== ok || columns.fingerprint[now] === -1) continue;
    const before = lastBefore(rows, now, orderOf);
    if (before === undefined) continue;
    found.push({
      benchmark: rows.benchmark,
      variant: variants[columns.variant[now] ?? -1] ?? "",
      workload: tables.workloads[columns.workload[now] ?? -1] ?? "",
      change: Math.log(at(columns.seconds, now) / at(columns.seconds, before)),
      within: at(columns.standardError, now) ** 2 + at(columns.standardError, before) ** 2,
    });
  }
  return found;
}

function at(column: Float64Array, row: number): number {
  return column[row] ?? 0;
}

/** The row of the same program in the last session before. */
function lastBefore({ columns }: Rows, now: number, orderOf: ReadonlyMap<number, number>): number | undefined {
  const { session, status, fingerprint, workload, variant } = columns;
  const limit = orderOf.get(session[now] ?? -1) ?? -1;
  let [last, latest]: [number | undefined, number] = [undefined, -1];
  for (let row = 0; row < session.length; row++) {
    if (status[row] !== ok || fingerprint[row] !== fingerprint[now] || workload[row] !== workload[now] || variant[row] !== variant[now])
      continue;
    const order = orderOf.get(session[row] ?? -1) ?? Infinity;
    if (order < limit && order > latest) [last, latest] = [row, order];
  }
  return last;
}

const ok = statuses.indexOf("ok");

function thresholdOf(controls: number): number {
  return 1.5 - (Math.min(controls, mostControls) - leastControls) / (mostControls - leastControls);
}

function byStart([, a]: Placed, [, b]: Placed): number {
  return a.started < b.started ? -1 : a.started > b.started ? 1 : 0;
}
