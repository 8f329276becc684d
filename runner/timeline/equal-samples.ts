import type { Listed } from "../model.ts";
import { hasNoSpread } from "./estimate.ts";
import { statuses, type Results } from "./results.ts";

const ok = statuses.indexOf("ok");

/**
 * Returns the names of listed benchmarks whose newest value in an environment has samples without any spread, sorted. Such numbers may not be
 * times.
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
