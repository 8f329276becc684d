import type { Listed } from "../model.ts";
import { hasNoSpread } from "./estimate.ts";
import { statuses, type Results } from "./results.ts";

const ok = statuses.indexOf("ok");

/**
 * Names of the listed benchmarks whose newest value in an environment comes from samples without any spread, sorted: these may be no
 * times at all.
 */
export function benchmarksOfEqualSamples({ sessions, benchmarks }: Results, environment: string, listed: readonly Listed[]): string[] {
  const names = new Set(listed.map(({ name }) => name));
  return benchmarks.flatMap(({ benchmark, columns }) => {
    if (!names.has(benchmark)) return [];
    const row = columns.status.findLastIndex(
      (status, at) => status === ok && sessions[columns.session[at] ?? -1]?.environment === environment,
    );
    const standardError = columns.standardError[row];
    return standardError !== undefined && hasNoSpread({ standardError }) ? [benchmark] : [];
  });
}
