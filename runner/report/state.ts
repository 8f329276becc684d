import { hasNoSpread } from "../timeline/estimate.ts";
import { mainVariant } from "../timeline/attempts.ts";
import { newestMeasured, baselineOf } from "../timeline/timeline.ts";
import type { BenchmarkTimeline, Measurement, Series } from "../timeline/timeline.ts";
import { newestRevision } from "../timeline/points.ts";
import type { FailedPoint, MeasuredPoint } from "../timeline/points.ts";
import type { Quantity } from "../timeline/quantity.ts";
import { shownSeconds } from "../timeline/segment.ts";
import type { Report } from "./input.ts";
import type { Prose } from "./prose.ts";

/** Present state of a benchmark: its newest value as it is shown, the failure since then, or the reason that there is no value. */
export interface BenchmarkState {
  series: Series | undefined;
  newest: (Measurement & { seconds: Quantity }) | undefined;
  /** The newest failure, if the newest measured revision failed. */
  failing: FailedPoint | undefined;
  /** Reason that there is no value; undefined if there is one. */
  gap: string | undefined;
}

export function stateOf(benchmark: BenchmarkTimeline, prose: Prose): BenchmarkState {
  const series = benchmark.series.find(({ variant }) => variant === mainVariant(benchmark.listed)) ?? benchmark.series[0];
  const measured = series && newestMeasured(series);
  const newest = measured && { ...measured, seconds: shownSeconds(measured.segment, measured.point) ?? measured.point.seconds };
  const last = series?.line.at(-1)?.point;
  const failing = last?.status === "failed" ? last : undefined;
  return { series, newest, failing, gap: newest ? undefined : gapText(series, failing, prose) };
}

function gapText(series: Series | undefined, failing: FailedPoint | undefined, prose: Prose): string {
  if (failing) return `only failures so far, the last at ${failureText(failing, prose)}`;
  if (series) return "not measured in this environment yet";
  return "not measured yet";
}

/** Short warning next to a value whose samples are all equal, unless that is expected. */
export const equalSamples = "all samples equal";

/** Returns true if the newest value has equal samples that are not expected to be equal. */
export function isStrangelyEqual({ constant }: Pick<Report, "constant">, name: string, { pool }: MeasuredPoint): boolean {
  return hasNoSpread(pool.within) && !constant?.has(name);
}

/** Returns `abc1234def56: compile, message`. */
export function failureText(point: FailedPoint, prose: Prose): string {
  const { stage, message } = point.failure;
  return `${prose.commit(newestRevision(point).id)}: ${stage}, ${prose.text(message)}`;
}

/** Returns why a benchmark has no speed-up over the interpreter; undefined if it has a baseline. */
export function missingBaseline(benchmark: BenchmarkTimeline): string | undefined {
  const baseline = baselineOf(benchmark.baselines, benchmark.current);
  if (baseline?.seconds) return undefined;
  if (benchmark.listed && !benchmark.listed.variants.includes("interpreted")) return "compiled only";
  return baseline?.failure ? "baseline failed" : "no baseline yet";
}

/** Returns whether values of another environment or workload are shown in present seconds. */
export function isLinkedOver({ segments }: Series): boolean {
  return segments.some(({ link }) => link.status === "linked");
}

/** Returns the seconds of the newest value in any segment, of the first variant with one. The unit is chosen by it. */
export function newestValue({ series }: BenchmarkTimeline): number | undefined {
  const newest = series.flatMap(({ segments }) =>
    segments.flatMap(({ points }) => points.findLast((point) => point.status === "measured") ?? []).slice(-1),
  );
  return newest[0]?.seconds.value;
}
