import type { Failure, Listed, Reason, Revision } from "../model.ts";
import { failureAt, statuses, type Head, type Results, type Rows } from "./results.ts";

export interface FailingInput {
  /** First-parent history, oldest first. */
  history: readonly Revision[];
  results: Results;
  /** Name of the host whose sessions count. */
  host: string;
  /** Id of the environment whose sessions count. */
  environment: string;
  /** Benchmarks that the suite lists now; empty if not known. */
  listed: readonly Listed[];
}

/** A benchmark whose newest results are failures. */
export interface FailingBenchmark {
  benchmark: string;
  /** Id of the first revision that failed in a row. */
  since: string;
  /** Revisions that failed in a row. */
  revisions: number;
  /** Failure at the newest of them. */
  failure: Failure;
}

/** Failures of the listed benchmarks with their present workloads, in one environment on one host. Names are sorted. */
export interface Failing {
  benchmarks: FailingBenchmark[];
  /** The newest measured revisions at which every benchmark failed; absent if the newest one has a value. */
  all?: Omit<FailingBenchmark, "benchmark">;
  /** Benchmarks whose newest result is a value, with the id of its revision. */
  measured: { benchmark: string; revision: string }[];
  /** Benchmarks without a result. */
  unmeasured: string[];
}

/** Returns the benchmarks whose newest results, in the order of the history, are failures. A revision that was ever measured has not failed. */
export function failingBenchmarks({ history, results, host, environment, listed }: FailingInput): Failing {
  const positions = new Map(history.map(({ id }, position) => [id, position]));
  const isCounted = (one: Head) => one.host === host && one.environment === environment;
  const indexes = results.sessions.map((one) => (isCounted(one) ? positionOf(one, positions) : -1));
  const rowsOf = new Map(results.benchmarks.map((rows) => [rows.benchmark, rows]));
  const whole = new WholeSuite(results.sessions, indexes, history.length);
  const found: Failing = { benchmarks: [], measured: [], unmeasured: [] };
  for (const benchmark of [...listed].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const { name } = benchmark;
    const tries = triesOf(benchmark, rowsOf.get(name), results.sessions, indexes, history.length);
    whole.add(tries);
    const newest = tries.findLastIndex((one) => one !== undefined);
    const [last, revision] = [tries[newest], history[newest]];
    if (!last || !revision) found.unmeasured.push(name);
    else if (last === "value") found.measured.push({ benchmark: name, revision: revision.id });
    else {
      const row = rowOfFailures(tries);
      found.benchmarks.push({ benchmark: name, since: history[row.since]?.id ?? "", revisions: row.length, failure: last.failure });
    }
  }
  const all = whole.row(listed.length);
  return all ? { ...found, all: { since: history[all.since]?.id ?? "", revisions: all.length, failure: all.failure } } : found;
}

interface Tried {
  failure: Failure;
  /** Index of its session. */
  session: number;
}

/** Results of a benchmark by position in the history; undefined if it was not tried. */
type Tries = readonly (Tried | "value" | undefined)[];

function triesOf(
  { name, workload }: Listed,
  rows: Rows | undefined,
  sessions: readonly Head[],
  indexes: readonly number[],
  length: number,
): Tries {
  const tries: (Tried | "value" | undefined)[] = Array.from({ length });
  const fail = (index: number, session: number, failure: Failure): void => {
    const known = tries[index];
    if (known !== "value" && (known === undefined || known.session <= session)) tries[index] = { failure, session };
  };
  const count = rows?.columns.session.length ?? 0;
  for (let row = 0; row < count; row++) {
    const session = rows?.columns.session[row] ?? -1;
    const index = indexes[session] ?? -1;
    if (!rows || index === -1 || rows.tables.workloads[rows.columns.workload[row] ?? -1] !== workload) continue;
    if (rows.columns.status[row] !== failed) tries[index] = "value";
    else fail(index, session, failureAt(rows, row));
  }
  for (const [session, { failure, listed }] of sessions.entries()) {
    const index = indexes[session] ?? -1;
    if (!failure || index === -1) continue;
    if (listed.length === 0 || listed.some((one) => one.name === name && one.workload === workload)) fail(index, session, failure);
  }
  return tries;
}

const failed = statuses.indexOf("failed");

/** @param tries with a failure as the newest. */
function rowOfFailures(tries: Tries): { since: number; length: number } {
  const row = { since: -1, length: 0 };
  for (let index = tries.length - 1; index >= 0 && tries[index] !== "value"; index--) {
    if (tries[index] === undefined) continue;
    row.since = index;
    row.length++;
  }
  return row;
}

/** Reasons of sessions that measure all that a revision owes. */
const ofAll: ReadonlySet<Reason> = new Set(["new", "backfill"]);

/** Results of whole revisions, by position in the history. */
class WholeSuite {
  /** Revisions with a value of a benchmark that was added. */
  readonly #hasValue = new Set<number>();
  /** Revisions with a value of any benchmark. */
  readonly #hasAnyValue = new Set<number>();
  /** Revisions that were measured for all that they owe, or failed before any benchmark. */
  readonly #isOfAll = new Set<number>();
  readonly #failures: number[];
  readonly #failure: (Tried | undefined)[];

  constructor(sessions: readonly Head[], indexes: readonly number[], length: number) {
    this.#failures = Array.from({ length }, () => 0);
    this.#failure = Array.from({ length });
    for (const [session, { failure, reason, counts }] of sessions.entries()) {
      const index = indexes[session] ?? -1;
      if (index === -1) continue;
      if (failure) this.#failure[index] = { failure, session };
      if (failure || ofAll.has(reason)) this.#isOfAll.add(index);
      if (counts.ok + counts.reused + counts.imported > 0) this.#hasAnyValue.add(index);
    }
  }

  add(tries: Tries): void {
    for (const [index, one] of tries.entries()) {
      if (one === "value") this.#hasValue.add(index);
      if (one === undefined || one === "value") continue;
      this.#failures[index] = (this.#failures[index] ?? 0) + 1;
      if (one.session > (this.#failure[index]?.session ?? -1)) this.#failure[index] = one;
    }
  }

  /** @param added number of added benchmarks; without any, only the sessions count. */
  row(added: number): { since: number; length: number; failure: Failure } | undefined {
    const hasValue = added === 0 ? this.#hasAnyValue : this.#hasValue;
    const row: { since: number; length: number; failure?: Failure } = { since: -1, length: 0 };
    for (let index = this.#failure.length - 1; index >= 0 && !hasValue.has(index); index--) {
      const failure = this.#failure[index];
      // Manually requested benchmarks of a revision show nothing about the others.
      if (!failure || !(this.#isOfAll.has(index) || this.#failures[index] === added)) continue;
      row.failure ??= failure.failure;
      row.since = index;
      row.length++;
    }
    return row.failure && { ...row, failure: row.failure };
  }
}

/** Returns the index in the history; -1 if there is none. */
function positionOf({ subject }: Head, positions: ReadonlyMap<string, number>): number {
  return subject.kind === "revision" ? (positions.get(subject.revision) ?? -1) : -1;
}
