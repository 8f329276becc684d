import { hasNoSpread } from "./estimate.ts";
import { statuses, type Results } from "./results.ts";

const ok = statuses.indexOf("ok");

/**
 * Names of the benchmarks of the newest listing whose newest value in an environment comes from samples without any spread, sorted: these may be no
 * times at all.
 */
export function benchmarksOfEqualSamples({ sessions, benchmarks }: Results, environment: string): string[] {
  const here = sessions.filter((session) => session.environment === environment);
  const listed = new Set(here.findLast((session) => session.listed.length > 0)?.listed.map(({ name }) => name));
  return benchmarks.flatMap(({ benchmark, columns }) => {
    if (!listed.has(benchmark)) return [];
    const row = columns.status.findLastIndex(
      (status, at) => status === ok && sessions[columns.session[at] ?? -1]?.environment === environment,
    );
    const standardError = columns.standardError[row];
    return standardError !== undefined && hasNoSpread({ standardError }) ? [benchmark] : [];
  });
}
