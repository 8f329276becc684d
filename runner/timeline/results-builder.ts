import type { Listed, Outcome, Session } from "../model.ts";
import { numberColumns, indexColumns, statuses, variants } from "./results.ts";
import type { FailedHow } from "../formats/columns.ts";
import type { Columns, Head, Results, Rows } from "./results.ts";

const counted = [...numberColumns, "samples"] as const;

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
    const counts = { ok: 0, imported: 0, reused: 0, failed: 0 };
    const index = this.#sessions.length;
    for (const [name, outcomes] of Object.entries(benchmarks)) {
      let rows = this.#benchmarks.get(name);
      if (!rows) this.#benchmarks.set(name, (rows = new RowsBuilder(emptyRows(name))));
      for (const [variant, one] of variants.entries()) {
        const outcome = outcomes[one];
        if (!outcome) continue;
        rows.add(index, variant, outcome);
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
  #shared({
    listed,
    hostFacts,
    versions,
  }: Pick<Session, "listed" | "hostFacts" | "versions">): Pick<Session, "listed" | "hostFacts" | "versions"> {
    const last = this.#sessions.at(-1)?.listed;
    return {
      listed: last && isSameListing(last, listed) ? last : this.#once(listed),
      hostFacts: this.#once(hostFacts),
      versions: this.#once(versions),
    };
  }

  #once<T>(value: T): T {
    const key = JSON.stringify(value);
    const known = this.#known.get(key) as T | undefined;
    if (known !== undefined) return known;
    this.#known.set(key, value);
    return value;
  }
}

/** Listings are long, and nearly always that of the session before. */
function isSameListing(one: readonly Listed[], other: readonly Listed[]): boolean {
  return (
    one.length === other.length &&
    one.every(({ name, group, workload, variants }, index) => {
      const now = other[index];
      return name === now?.name && group === now.group && workload === now.workload && variants.join() === now.variants.join();
    })
  );
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
  readonly #workloads: Places<string>;
  readonly #fingerprints: Places<string>;
  readonly #originals: Places<string>;
  readonly #failures: Places<FailedHow>;
  readonly #times: Places<string>;

  constructor(before: Rows) {
    this.#before = before;
    const { workloads, fingerprints, originals, failures, times } = before.tables;
    this.#workloads = new Places(workloads, String);
    this.#fingerprints = new Places(fingerprints, String);
    this.#originals = new Places(originals, String);
    this.#failures = new Places(failures, failureKey);
    this.#times = new Places(times, String);
  }

  add(session: number, variant: number, outcome: Outcome): void {
    const added = this.#added;
    added.session.push(session);
    added.variant.push(variant);
    added.status.push(statuses.indexOf(outcome.status));
    added.workload.push(this.#workloads.indexOf(outcome.workload));
    const fingerprint = "fingerprint" in outcome ? outcome.fingerprint : undefined;
    added.fingerprint.push(fingerprint === undefined ? -1 : this.#fingerprints.indexOf(fingerprint));
    added.detail.push(this.#detail(outcome));
    const numbers: Partial<Record<(typeof counted)[number], number>> = "seconds" in outcome ? outcome : {};
    // Written out: in a loop over the columns it takes three times as long.
    added.seconds.push(numbers.seconds ?? 0);
    added.standardError.push(numbers.standardError ?? 0);
    added.degreesOfFreedom.push(numbers.degreesOfFreedom ?? 0);
    added.minimum.push(numbers.minimum ?? 0);
    added.median.push(numbers.median ?? 0);
    added.deviation.push(numbers.deviation ?? 0);
    added.wallSeconds.push(numbers.wallSeconds ?? 0);
    added.samples.push(numbers.samples ?? 0);
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
    for (const column of indexColumns) {
      const [before, added] = [columns[column], this.#added[column]];
      columns[column] = new Int32Array(before.length + added.length);
      columns[column].set(before);
      columns[column].set(added, before.length);
    }
    const tables = {
      workloads: this.#workloads.values,
      fingerprints: this.#fingerprints.values,
      originals: this.#originals.values,
      failures: this.#failures.values,
      times: this.#times.values,
    };
    return { benchmark: this.#before.benchmark, columns, tables };
  }

  #detail(outcome: Outcome): number {
    if (outcome.status === "ok") return -1;
    if (outcome.status === "imported") return this.#times.indexOf(outcome.taken);
    if (outcome.status === "reused") return this.#originals.indexOf(outcome.as);
    const { status: _status, workload: _workload, ...failure } = outcome;
    return this.#failures.indexOf(failure);
  }
}

const fewTimes = 4;

/** Different values in the order they came, each with its place. */
class Places<T> {
  readonly values: T[];
  readonly #keyOf: (value: T) => string;
  #places: Map<string, number> | undefined;
  #asked = 0;

  constructor(values: readonly T[], keyOf: (value: T) => string) {
    this.values = [...values];
    this.#keyOf = keyOf;
  }

  indexOf(value: T): number {
    // Most are what the one before was.
    if (value === this.values.at(-1)) return this.values.length - 1;
    const key = this.#keyOf(value);
    const known = this.#known(key);
    if (known !== undefined) return known;
    this.#places?.set(key, this.values.length);
    return this.values.push(value) - 1;
  }

  /** Looked for one by one at first: a map of thousands is not worth a session or two. */
  #known(key: string): number | undefined {
    if (this.#asked++ < fewTimes) {
      const index = this.values.findLastIndex((one) => this.#keyOf(one) === key);
      return index === -1 ? undefined : index;
    }
    this.#places ??= new Map(this.values.map((one, index) => [this.#keyOf(one), index]));
    return this.#places.get(key);
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

function failureKey({ stage, message, output, taken }: FailedHow): string {
  return JSON.stringify([stage, message, output, taken]);
}

function byId(a: { id: string }, b: { id: string }): number {
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}
