import type { PageBenchmark, PageSeries } from "../runner/report/page/data.ts";
import { scaleOf } from "../runner/timeline/bridge.ts";
import { chain } from "../runner/timeline/chain.ts";
import type { Quantity } from "../runner/timeline/quantity.ts";
import { isOneVersion } from "../runner/workload-version.ts";
import { changeBetween, type Measured } from "./points.ts";

/** A benchmark in a comparison: new seconds over old, or why there is no such number. */
export interface Compared {
  name: string;
  ratio: Quantity | undefined;
  why: string | undefined;
}

/** The variant that revisions are measured in for their own sake. */
export function mainSeries({ series }: PageBenchmark): number {
  const compiled = series.findIndex(({ variant }) => variant === "compiled");
  return compiled === -1 ? 0 : compiled;
}

/** What a series' values at two places in the history say. */
export function compareRevisions(
  name: string,
  series: PageSeries | undefined,
  old: Measured | undefined,
  now: Measured | undefined,
): Compared {
  if (!series || !old || !now) return { name, ratio: undefined, why: old ? "not measured at the second" : "not measured at the first" };
  if (isSame(old, now)) return { name, ratio: { value: 1, standardError: 0, degreesOfFreedom: 1 }, why: "same program" };
  const ratio = changeBetween(series, old, now);
  return { name, ratio, why: ratio ? undefined : isOneVersion(old.segment, now.segment) ? "not linked" : "another version in each" };
}

/** By what factor seconds change from one environment to another. */
export function compareEnvironments(name: string, series: PageSeries | undefined, from: string, to: string): Compared {
  const newest = (environment: string) => series?.segments.findLast((one) => one.environment === environment);
  const [old, now] = [newest(from), newest(to)];
  if (!series || !old || !now) return { name, ratio: undefined, why: `not measured in the ${old ? "second" : "first"}` };
  const found = chain(series.hops, old, now);
  if (found.status === "linked") return { name, ratio: scaleOf(found.factor), why: found.weak ? "weak" : undefined };
  return { name, ratio: undefined, why: found.status === "broken" ? `broken: ${found.reason}` : found.status };
}

/** The points of one program, each loaded for itself. */
function isSame(one: Measured, other: Measured): boolean {
  return one.segment.key === other.segment.key && one.position === other.position;
}
