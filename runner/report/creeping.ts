import type { Decision } from "../model.ts";
import { benchmarkFile } from "../text/benchmark-file.ts";
import { scaleOf } from "../timeline/bridge.ts";
import { creepingRanges, type CreepingRange } from "../timeline/detection/ranges.ts";
import { decisionsOf } from "../timeline/detection/readings.ts";
import type { BenchmarkTimeline } from "../timeline/timeline.ts";
import { markdownText } from "../text/escape.ts";
import type { Report } from "./input.ts";
import { changeText } from "../text/measurements.ts";
import { markdownProse, plainProse, type Prose } from "./prose.ts";
import { table } from "./table.ts";

/** Returns the ranges of a benchmark's creeping changes, of all variants, the newest last. */
export function rangesIn({ decisions, history }: Pick<Report, "decisions" | "history">, benchmark: BenchmarkTimeline): CreepingRange[] {
  const known = benchmark.series.flatMap((series) => decisionsOf(decisions, benchmark.name, series));
  // Most benchmarks have none, and histories are long.
  if (!known.some(({ outcome }) => outcome === "creeping")) return [];
  const positions = new Map(history.map(({ id }, position) => [id, position]));
  const end = ({ firstBad }: Decision): number => positions.get(firstBad) ?? -1;
  return creepingRanges(known, positions)
    .filter((range) => end(range) >= 0)
    .sort((a, b) => end(a) - end(b));
}

/** Returns `+3.1 % ± 0.5 % since 0123456789ab, in no single revision`. */
export function sinceText({ change, lastGood }: CreepingRange, prose: Prose = plainProse): string {
  return `${changeText(scaleOf(change))} since ${prose.commit(lastGood)}, in no single revision`;
}

/** Returns a sentence for each creeping change: its size, its start and the last measured revision. */
export function creepingSentences(report: Pick<Report, "decisions" | "history">, benchmark: BenchmarkTimeline, prose: Prose): string[] {
  return rangesIn(report, benchmark).map((range) => {
    const variant = range.variant === "interpreted" ? " (interpreted)" : "";
    return `Creeping change${variant}: ${sinceText(range, prose)}, measured by pairs up to ${prose.commit(range.firstBad)}.`;
  });
}

/** Renders creeping changes as a section; nothing without any. @param up path from the page to the reports' root. */
export function creepingSection(report: Report, ranges: readonly CreepingRange[], up: string): string[] {
  if (ranges.length === 0) return [];
  const prose = markdownProse(report.server.target);
  const rows = ranges.map((range) => [
    `[${markdownText(range.benchmark)}](${up}benchmarks/${benchmarkFile(range.benchmark)}.md)${range.variant === "interpreted" ? ", interpreted" : ""}${report.isAlone ? "" : `, on ${markdownText(range.host)}`}`,
    sinceText(range, prose),
    prose.commit(range.firstBad),
  ]);
  return ["## Creeping changes", table(["benchmark", "change", "measured up to"], "lll", rows)];
}
