import { byName } from "../../config/by-name.ts";
import type { Tables } from "../formats/columns.ts";
import type { Failure, Measured, Outcome, Session, Variant } from "../model.ts";
import type { Estimated } from "./program.ts";

/**
 * All results in columns: a table for each benchmark, a row for each outcome. Ten years have half a million outcomes, which as objects take
 * gigabytes and seconds.
 */
export interface Results {
  /** Sessions sorted by id, and so by time. */
  sessions: readonly Head[];
  /** Sorted by name. */
  benchmarks: readonly Rows[];
}

/** A session without its outcomes. */
export interface Head extends Omit<Session, "benchmarks"> {
  /** Number of outcomes of each status. */
  counts: Record<Outcome["status"], number>;
}

/** The outcomes of one benchmark, by session and variant. All columns have the same length. */
export interface Rows {
  benchmark: string;
  columns: Columns;
  /** Tables that the columns of indexes refer to. */
  tables: Tables;
}

export interface Columns {
  seconds: Float64Array;
  standardError: Float64Array;
  degreesOfFreedom: Float64Array;
  minimum: Float64Array;
  median: Float64Array;
  /** Column of imported values only. */
  deviation: Float64Array;
  /** 0 if not known. */
  wallSeconds: Float64Array;
  samples: Int32Array;
  /** Index in `Results.sessions`. */
  session: Int32Array;
  /** Index in `variants`. */
  variant: Int32Array;
  /** Index in `statuses`. */
  status: Int32Array;
  /** Index in `tables.workloads`. */
  workload: Int32Array;
  /** Index in `tables.fingerprints`; -1 if the program is not known. */
  fingerprint: Int32Array;
  /** Index in `tables.originals` for reused results, in `tables.failures` for failures, in `tables.times` for imported values, otherwise -1. */
  detail: Int32Array;
}

export const variants: readonly Variant[] = ["compiled", "interpreted"];
export const statuses: readonly Outcome["status"][] = ["ok", "imported", "reused", "failed"];

export const numberColumns = ["seconds", "standardError", "degreesOfFreedom", "minimum", "median", "deviation", "wallSeconds"] as const;
export const indexColumns = ["samples", "session", "variant", "status", "workload", "fingerprint", "detail"] as const;

/** The part of an outcome that timelines need. There are half a million outcomes. */
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

/** Returns whether a row is a measured value, imported ones included. */
export function hasValue({ status }: Columns, row: number): boolean {
  return status[row] === ok || status[row] === imported;
}

/** Returns the failure of a failed row. */
export function failureAt({ columns, tables }: Rows, row: number): Failure {
  const { stage = "run", message = "", output = "" } = tables.failures[columns.detail[row] ?? -1] ?? {};
  return { stage, message, output };
}

/** Returns the outcome of a row. */
function outcomeAt({ columns, tables }: Rows, row: number): Outcome {
  const status = statuses[columns.status[row] ?? -1];
  const workload = tables.workloads[columns.workload[row] ?? -1] ?? "";
  const fingerprint = tables.fingerprints[columns.fingerprint[row] ?? -1];
  const detail = columns.detail[row] ?? -1;
  if (status === "reused") return { status, workload, fingerprint: fingerprint ?? "", as: tables.originals[detail] ?? "" };
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

/** Returns sessions as objects, without the conditions of the machine. Slow: for few sessions, or for callers that can wait. */
export function sessionsOf({ sessions, benchmarks }: Results): Session[] {
  const found = sessions.map((head): Session => {
    const { counts: _counts, ...session } = head;
    return { ...session, benchmarks: byName() };
  });
  for (const rows of benchmarks) {
    for (const [row, index] of rows.columns.session.entries()) {
      const session = found[index];
      const variant = variants[rows.columns.variant[row] ?? -1];
      if (session && variant) (session.benchmarks[rows.benchmark] ??= {})[variant] = outcomeAt(rows, row);
    }
  }
  return found;
}

/** Returns whether a session has only reused results. */
export function isCopiesOnly({ failure, counts }: Head): boolean {
  return !failure && counts.reused > 0 && counts.ok + counts.imported + counts.failed === 0;
}
