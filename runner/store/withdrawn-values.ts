import { byName } from "../../config/by-name.ts";
import type { Session, Withdrawn } from "../model.ts";
import { statuses } from "../timeline/results.ts";
import type { Head, Results } from "../timeline/results.ts";
import { selected } from "../timeline/selected.ts";

/** Returns a session without the values of benchmarks withdrawn after its start; the same object if it has none. */
export function countingOf(session: Session, withdrawn: Withdrawn): Session {
  const all = Object.entries(session.benchmarks);
  const counting = all.filter(([benchmark]) => counts(session, benchmark, withdrawn));
  return counting.length === all.length ? session : { ...session, benchmarks: byName(counting) };
}

/** Returns results in columns without withdrawn values; the same object if it has none. */
export function countingIn(results: Results, withdrawn: Withdrawn): Results {
  const touched = results.benchmarks.filter(({ benchmark }) => withdrawn.benchmarks.has(benchmark));
  const counting = selected(
    { sessions: results.sessions, benchmarks: touched },
    () => true,
    (session, benchmark) => counts(session, benchmark, withdrawn),
  );
  const rowsOf = new Map(counting.benchmarks.map((rows) => [rows.benchmark, rows]));
  if (touched.every((rows) => rowsOf.get(rows.benchmark) === rows)) return results;
  const benchmarks = results.benchmarks.flatMap((rows) => (touched.includes(rows) ? (rowsOf.get(rows.benchmark) ?? []) : [rows]));
  return { sessions: recounted(results.sessions, { touched, withdrawn }), benchmarks };
}

/** Subtracts withdrawn values from the counts of the heads. */
function recounted(
  sessions: readonly Head[],
  { touched, withdrawn }: { touched: Results["benchmarks"]; withdrawn: Withdrawn },
): readonly Head[] {
  const found = [...sessions];
  for (const { benchmark, columns } of touched) {
    for (const [row, index] of columns.session.entries()) {
      const head = found[index];
      const status = statuses[columns.status[row] ?? -1];
      if (!head || !status || counts(head, benchmark, withdrawn)) continue;
      found[index] = { ...head, counts: { ...head.counts, [status]: head.counts[status] - 1 } };
    }
  }
  return found;
}

function counts({ started }: Pick<Session, "started">, benchmark: string, { benchmarks }: Withdrawn): boolean {
  const withdrawal = benchmarks.get(benchmark);
  return withdrawal === undefined || started >= withdrawal.written;
}
