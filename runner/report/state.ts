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

/** How a benchmark stands now: its newest value as it is shown, the failure since then, or the sentence that says why there is none. */
export interface BenchmarkState {
  series: Series | undefined;
  newest: (Measurement & { seconds: Quantity }) | undefined;
  /** The newest failure, where the newest revision tried failed. */
  failing: FailedPoint | undefined;
  /** Set where there is no value. */
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

/** Short warning beside a value: its sessions have no spread, and nobody expects that. */
export const equalSamples = "all samples equal";

/** Returns true if the newest value has equal samples that are not expected to be equal. */
export function isStrangelyEqual({ constant }: Pick<Report, "constant">, name: string, { pool }: MeasuredPoint): boolean {
  return hasNoSpread(pool.within) && !constant?.has(name);
}

/** `abc1234def56: compile, message`. */
export function failureText(point: FailedPoint, prose: Prose): string {
  const { stage, message } = point.failure;
  return `${prose.commit(newestRevision(point).id)}: ${stage}, ${prose.text(message)}`;
}

/** Why a benchmark has no speed-up over the interpreter; undefined where its baseline is there. */
export function missingBaseline(benchmark: BenchmarkTimeline): string | undefined {
  const baseline = baselineOf(benchmark.baselines, benchmark.current);
  if (baseline?.seconds) return undefined;
  if (benchmark.listed && !benchmark.listed.variants.includes("interpreted")) return "compiled only";
  return baseline?.failure ? "baseline failed" : "no baseline yet";
}

/** Whether values of another environment or workload are shown in today's seconds. */
export function isLinkedOver({ segments }: Series): boolean {
  return segments.some(({ link }) => link.status === "linked");
}

/** Seconds of the newest value in whatever segment, of the first variant that has one: what the unit is chosen by. */
export function newestValue({ series }: BenchmarkTimeline): number | undefined {
  const newest = series.flatMap(({ segments }) =>
    segments.flatMap(({ points }) => points.findLast((point) => point.status === "measured") ?? []).slice(-1),
  );
  return newest[0]?.seconds.value;
}
