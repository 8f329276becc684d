import { statuses, variants } from "./results.ts";
import type { Results, Rows } from "./results.ts";

/** A benchmark of a control session, and an earlier session of the same program. */
export interface Pair {
  benchmark: string;
  variant: string;
  workload: string;
  /** ln seconds now - ln seconds before. */
  change: number;
  /** Variance of the change from the errors within both sessions. */
  within: number;
  /** Orders of both sessions. */
  now: number;
  before: number;
}

/** Benchmarks that one control session measured again. */
export interface ControlSession {
  /** Number of its benchmarks, failed ones included. */
  benchmarks: number;
  controls: Control[];
}

interface Control extends Pick<Pair, "benchmark" | "variant" | "workload"> {
  now: Value;
  /** All results of its program, in order. */
  program: readonly Value[];
}

interface Value {
  /** Index of its session among the given ones. */
  order: number;
  seconds: number;
  standardError: number;
}

/** Returns the control sessions among others, in their order. @param here indexes in `results.sessions`, in the wanted order. */
export function controlSessions(results: Results, here: readonly number[]): Map<number, ControlSession> {
  const orders = new Int32Array(results.sessions.length).fill(-1);
  for (const [order, index] of here.entries()) orders[index] = order;
  const found = new Map(
    here.flatMap((index, order): [number, ControlSession][] =>
      results.sessions[index]?.reason === "control" ? [[order, { benchmarks: 0, controls: [] }]] : [],
    ),
  );
  for (const rows of results.benchmarks) addControls(rows, orders, found);
  return found;
}

/** Compares each control with the last session of its program whose order is below the limit. */
export function pairsBefore({ controls }: ControlSession, limit: number): Pair[] {
  return controls.flatMap(({ now, program, ...series }): Pair[] => {
    const before = program.findLast(({ order }) => order < limit);
    if (!before) return [];
    const change = Math.log(now.seconds / before.seconds);
    const within = now.standardError ** 2 + before.standardError ** 2;
    return [{ ...series, change, within, now: now.order, before: before.order }];
  });
}

const ok = statuses.indexOf("ok");

function addControls({ benchmark, columns, tables }: Rows, orders: Int32Array, found: ReadonlyMap<number, ControlSession>): void {
  const { session, status, variant, workload, fingerprint, seconds, standardError } = columns;
  const programs = new Map<number, Value[]>();
  const programOf = (row: number) =>
    ((fingerprint[row] ?? 0) * tables.workloads.length + (workload[row] ?? 0)) * variants.length + (variant[row] ?? 0);
  const orderOf = (row: number) => orders[session[row] ?? -1] ?? -1;
  const isKnown = (row: number) => status[row] === ok && fingerprint[row] !== -1;
  let last: ControlSession | undefined;
  for (let row = 0; row < session.length; row++) {
    const control = found.get(orderOf(row));
    // Both variants of a session follow each other.
    if (control && control !== last) control.benchmarks++;
    last = control;
    if (control && isKnown(row)) programs.set(programOf(row), []);
  }
  if (programs.size === 0) return;
  for (let row = 0; row < session.length; row++) {
    const order = orderOf(row);
    if (order === -1 || !isKnown(row)) continue;
    const program = programs.get(programOf(row));
    if (!program) continue;
    const now = { order, seconds: seconds[row] ?? 0, standardError: standardError[row] ?? 0 };
    program.push(now);
    found.get(order)?.controls.push({
      benchmark,
      variant: variants[variant[row] ?? -1] ?? "",
      workload: tables.workloads[workload[row] ?? -1] ?? "",
      now,
      program,
    });
  }
  for (const program of programs.values()) program.sort((a, b) => a.order - b.order);
}
