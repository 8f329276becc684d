import type { Variant } from "../model.ts";
import { numberColumns, indexColumns, variants } from "./results.ts";
import type { Head, Results, Rows } from "./results.ts";

/**
 * What some sessions found, and of these some outcomes: the very results where that is all of them. Heads count what their sessions have.
 *
 * @param isTaken whether a session is among them. @param has whether an outcome is, of a session that is.
 */
export function selected(results: Results, isTaken: (session: Head) => boolean, has: Has = () => true): Results {
  const places = new Int32Array(results.sessions.length).fill(-1);
  const sessions = results.sessions.filter((session, index) => {
    const taken = isTaken(session);
    if (taken) places[index] = 0;
    return taken;
  });
  for (let index = 0, next = 0; index < places.length; index++) if (places[index] === 0) places[index] = next++;
  const benchmarks = results.benchmarks.map((rows) => {
    const { session, variant } = rows.columns;
    const taken = new Int32Array(session.length);
    let count = 0;
    for (let row = 0; row < session.length; row++) {
      const head = sessions[places[session[row] ?? -1] ?? -1];
      const one = variants[variant[row] ?? -1];
      if (head && one && has(head, rows.benchmark, one)) taken[count++] = row;
    }
    return count === session.length ? rows : rowsAt(rows, taken.subarray(0, count));
  });
  if (sessions.length === results.sessions.length && benchmarks.every((rows, index) => rows === results.benchmarks[index])) return results;
  return { sessions, benchmarks: benchmarks.map((rows) => renumbered(rows, places)).filter(({ columns }) => columns.session.length > 0) };
}

type Has = (session: Head, benchmark: string, variant: Variant) => boolean;

function rowsAt(rows: Rows, taken: Int32Array): Rows {
  const columns = { ...rows.columns };
  for (const column of numberColumns) columns[column] = Float64Array.from(taken, (row) => rows.columns[column][row] ?? 0);
  for (const column of indexColumns) columns[column] = Int32Array.from(taken, (row) => rows.columns[column][row] ?? -1);
  return { ...rows, columns };
}

function renumbered(rows: Rows, places: Int32Array): Rows {
  return { ...rows, columns: { ...rows.columns, session: rows.columns.session.map((index) => places[index] ?? -1) } };
}
