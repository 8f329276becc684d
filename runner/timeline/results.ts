import type { Failed, Measured, Outcome, Session, Variant } from "../model.ts";
import type { Estimated } from "./program.ts";

/**
 * All that was measured, in columns: a table a benchmark, a row an outcome. Ten years are half a million outcomes, which as objects take
 * gigabytes and seconds.
 */
export interface Results {
  /** Sorted by id, which is by time. */
  sessions: readonly Head[];
  /** Sorted by name. */
  benchmarks: readonly Rows[];
}

/** A session without its outcomes. */
export interface Head extends Omit<Session, "benchmarks"> {
  /** How many outcomes it has of each status. */
  counts: Record<Outcome["status"], number>;
}

/** The outcomes of one benchmark, by session and variant. All columns have the same length. */
export interface Rows {
  benchmark: string;
  columns: Columns;
  /** What columns of places point into. */
  tables: Tables;
}

export interface Columns {
  seconds: Float64Array;
  standardError: Float64Array;
  degreesOfFreedom: Float64Array;
  minimum: Float64Array;
  median: Float64Array;
  /** Of imported values alone. */
  deviation: Float64Array;
  /** 0 where it is not known. */
  wallSeconds: Float64Array;
  samples: Int32Array;
  /** Place in `Results.sessions`. */
  session: Int32Array;
  /** Place in `variants`. */
  variant: Int32Array;
  /** Place in `statuses`. */
  status: Int32Array;
  /** Place in `tables.workloads`. */
  workload: Int32Array;
  /** Place in `tables.fingerprints`; -1 where the program is not known. */
  fingerprint: Int32Array;
  /** Of copies the place in `tables.originals`, of failures that in `tables.failures`, of imported values that in `tables.times`, else -1. */
  detail: Int32Array;
}

interface Tables {
  workloads: string[];
  fingerprints: string[];
  /** Revisions that copies are the same as. */
  originals: string[];
  failures: FailedHow[];
  /** When imported values were taken. */
  times: string[];
}

type FailedHow = Omit<Failed, "status" | "workload">;

export const variants: readonly Variant[] = ["compiled", "interpreted"];
export const statuses: readonly Outcome["status"][] = ["ok", "imported", "same", "failed"];

export const numberColumns = ["seconds", "standardError", "degreesOfFreedom", "minimum", "median", "deviation", "wallSeconds"] as const;
const counted = [...numberColumns, "samples"] as const;
export const placeColumns = ["samples", "session", "variant", "status", "workload", "fingerprint", "detail"] as const;

/** Sessions as columns. */
export function resultsOf(sessions: readonly Session[]): Results {
  const builder = new ResultsBuilder();
  for (const session of [...sessions].sort(byId)) builder.add(session);
  return builder.results();
}

/** Takes sessions in the order of their ids. */
export class ResultsBuilder {
  readonly #sessions: Head[];
  readonly #benchmarks = new Map<string, RowsBuilder>();
  readonly #known = new Map<string, unknown>();

  /** @param before what there is already. */
  constructor(before: Results = { sessions: [], benchmarks: [] }) {
    this.#sessions = [...before.sessions];
    for (const rows of before.benchmarks) this.#benchmarks.set(rows.benchmark, new RowsBuilder(rows));
    for (const session of before.sessions.slice(-1)) this.#shared(session);
  }

  add({ benchmarks, ...session }: Session): void {
    const counts = { ok: 0, imported: 0, same: 0, failed: 0 };
    const place = this.#sessions.length;
    for (const [name, outcomes] of Object.entries(benchmarks)) {
      let rows = this.#benchmarks.get(name);
      if (!rows) this.#benchmarks.set(name, (rows = new RowsBuilder(emptyRows(name))));
      for (const [variant, one] of variants.entries()) {
        const outcome = outcomes[one];
        if (!outcome) continue;
        rows.add(place, variant, outcome);
        counts[outcome.status]++;
      }
    }
    this.#sessions.push({ ...session, ...this.#shared(session), counts });
  }

  results(): Results {
    const benchmarks = [...this.#benchmarks.values()].map((rows) => rows.rows());
    return { sessions: this.#sessions, benchmarks: benchmarks.sort((a, b) => (a.benchmark < b.benchmark ? -1 : 1)) };
  }

  /** What most sessions have in common is kept once. */
  #shared({ listed, minor, versions }: Pick<Session, "listed" | "minor" | "versions">): Pick<Session, "listed" | "minor" | "versions"> {
    return { listed: this.#once(listed), minor: this.#once(minor), versions: this.#once(versions) };
  }

  #once<T>(value: T): T {
    const key = JSON.stringify(value);
    const known = this.#known.get(key) as T | undefined;
    if (known !== undefined) return known;
    this.#known.set(key, value);
    return value;
  }
}

/** One benchmark's table, growing. */
class RowsBuilder {
  readonly #before: Rows;
  readonly #added: Record<keyof Columns, number[]> = {
    seconds: [],
    standardError: [],
    degreesOfFreedom: [],
    minimum: [],
    median: [],
    deviation: [],
    wallSeconds: [],
    samples: [],
    session: [],
    variant: [],
    status: [],
    workload: [],
    fingerprint: [],
    detail: [],
  };
  readonly #tables: Tables;
  readonly #places = new Map<unknown[], Map<string, number>>();

  constructor(before: Rows) {
    this.#before = before;
    const { workloads, fingerprints, originals, failures, times } = before.tables;
    this.#tables = {
      workloads: [...workloads],
      fingerprints: [...fingerprints],
      originals: [...originals],
      failures: [...failures],
      times: [...times],
    };
  }

  add(session: number, variant: number, outcome: Outcome): void {
    const { workloads, fingerprints } = this.#tables;
    const added = this.#added;
    added.session.push(session);
    added.variant.push(variant);
    added.status.push(statuses.indexOf(outcome.status));
    added.workload.push(this.#place(workloads, outcome.workload, outcome.workload));
    const fingerprint = "fingerprint" in outcome ? outcome.fingerprint : undefined;
    added.fingerprint.push(fingerprint === undefined ? -1 : this.#place(fingerprints, fingerprint, fingerprint));
    added.detail.push(this.#detail(outcome));
    const numbers: Partial<Record<(typeof counted)[number], number>> = "seconds" in outcome ? outcome : {};
    for (const column of counted) added[column].push(numbers[column] ?? 0);
  }

  rows(): Rows {
    if (this.#added.session.length === 0) return this.#before;
    const columns = { ...this.#before.columns };
    for (const column of numberColumns) {
      const [before, added] = [columns[column], this.#added[column]];
      columns[column] = new Float64Array(before.length + added.length);
      columns[column].set(before);
      columns[column].set(added, before.length);
    }
    for (const column of placeColumns) {
      const [before, added] = [columns[column], this.#added[column]];
      columns[column] = new Int32Array(before.length + added.length);
      columns[column].set(before);
      columns[column].set(added, before.length);
    }
    return { benchmark: this.#before.benchmark, columns, tables: this.#tables };
  }

  #detail(outcome: Outcome): number {
    const { originals, failures, times } = this.#tables;
    if (outcome.status === "ok") return -1;
    if (outcome.status === "imported") return this.#place(times, outcome.taken, outcome.taken);
    if (outcome.status === "same") return this.#place(originals, outcome.as, outcome.as);
    const { status: _status, workload: _workload, ...failure } = outcome;
    return this.#place(failures, failureKey(failure), failure);
  }

  #place<T extends string | FailedHow>(table: T[], key: string, value: T): number {
    let places = this.#places.get(table);
    if (!places) {
      places = new Map(table.map((one, place) => [typeof one === "string" ? one : failureKey(one), place]));
      this.#places.set(table, places);
    }
    const known = places.get(key);
    if (known !== undefined) return known;
    places.set(key, table.length);
    return table.push(value) - 1;
  }
}

/** A table without a row. */
function emptyRows(benchmark: string): Rows {
  const [numbers, places] = [new Float64Array(), new Int32Array()];
  const columns: Columns = {
    seconds: numbers,
    standardError: numbers,
    degreesOfFreedom: numbers,
    minimum: numbers,
    median: numbers,
    deviation: numbers,
    wallSeconds: numbers,
    samples: places,
    session: places,
    variant: places,
    status: places,
    workload: places,
    fingerprint: places,
    detail: places,
  };
  return { benchmark, columns, tables: { workloads: [], fingerprints: [], originals: [], failures: [], times: [] } };
}

/** What timelines need of an outcome: there are half a million. */
export function estimateAt(rows: Rows, row: number): Estimated | Outcome {
  const { columns, tables } = rows;
  if (columns.status[row] !== ok) return outcomeAt(rows, row);
  return {
    workload: tables.workloads[columns.workload[row] ?? -1] ?? "",
    fingerprint: tables.fingerprints[columns.fingerprint[row] ?? -1],
    seconds: columns.seconds[row] ?? 0,
    standardError: columns.standardError[row] ?? 0,
    degreesOfFreedom: columns.degreesOfFreedom[row] ?? 1,
  };
}

const [ok, imported] = [statuses.indexOf("ok"), statuses.indexOf("imported")];

/** Whether a row is of something that was measured, by whomever. */
export function hasValue({ status }: Columns, row: number): boolean {
  return status[row] === ok || status[row] === imported;
}

/** The outcome of a row. */
function outcomeAt({ columns, tables }: Rows, row: number): Outcome {
  const status = statuses[columns.status[row] ?? -1];
  const workload = tables.workloads[columns.workload[row] ?? -1] ?? "";
  const fingerprint = tables.fingerprints[columns.fingerprint[row] ?? -1];
  const detail = columns.detail[row] ?? -1;
  if (status === "same") return { status, workload, fingerprint: fingerprint ?? "", as: tables.originals[detail] ?? "" };
  if (status === "failed") return { status, workload, stage: "run", message: "", output: "", ...tables.failures[detail] };
  if (status === "imported") {
    const { seconds, deviation } = columns;
    return { status, workload, seconds: seconds[row] ?? 0, deviation: deviation[row] ?? 0, taken: tables.times[detail] ?? "" };
  }
  const measured: Measured = {
    status: "ok",
    workload,
    seconds: columns.seconds[row] ?? 0,
    standardError: columns.standardError[row] ?? 0,
    degreesOfFreedom: columns.degreesOfFreedom[row] ?? 1,
    samples: columns.samples[row] ?? 0,
    minimum: columns.minimum[row] ?? 0,
    median: columns.median[row] ?? 0,
  };
  if (fingerprint !== undefined) measured.fingerprint = fingerprint;
  const wallSeconds = columns.wallSeconds[row] ?? 0;
  if (wallSeconds > 0) measured.wallSeconds = wallSeconds;
  return measured;
}

/** The sessions again, without what the machine was like: for whoever asks for few of them, or can wait. */
export function sessionsOf({ sessions, benchmarks }: Results): Session[] {
  const found = sessions.map((head): Session => {
    const { counts: _counts, ...session } = head;
    return { ...session, benchmarks: {} };
  });
  for (const rows of benchmarks) {
    for (const [row, place] of rows.columns.session.entries()) {
      const session = found[place];
      const variant = variants[rows.columns.variant[row] ?? -1];
      if (session && variant) (session.benchmarks[rows.benchmark] ??= {})[variant] = outcomeAt(rows, row);
    }
  }
  return found;
}

/** Whether a session tells nothing of its own: all its benchmarks run programs of neighbouring revisions. */
export function isCopiesOnly({ failure, counts }: Head): boolean {
  return !failure && counts.same > 0 && counts.ok + counts.imported + counts.failed === 0;
}

function failureKey({ stage, message, output, taken }: FailedHow): string {
  return JSON.stringify([stage, message, output, taken]);
}

function byId(a: { id: string }, b: { id: string }): number {
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}
