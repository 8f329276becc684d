import { benchmarkFile } from "../benchmark-file.ts";
import { newestRevision } from "../timeline/points.ts";
import { hasError } from "../timeline/quantity.ts";
import { changeWithin } from "../timeline/recent.ts";
import { speedUp } from "../timeline/timeline.ts";
import type { BenchmarkTimeline, Measurement, Series } from "../timeline/timeline.ts";
import { markdownText } from "./escape.ts";
import type { Report } from "./input.ts";
import { commitLink } from "./links.ts";
import { changeText, factorText, isSignificant, secondsText, unitFor } from "./numbers.ts";
import { markdownProse } from "./prose.ts";
import { equalSamples, isStrangelyEqual, missingBaseline, stateOf } from "./state.ts";

/** Days in "last month" and "last 3 months". */
export const month = 30;
export const quarter = 91;

/** A benchmark's row of its summary. */
export function summaryRow(report: Report, benchmark: BenchmarkTimeline): string[] {
  const { series, newest, failing, gap } = stateOf(benchmark, markdownProse(report.server.target));
  const name = `[${markdownText(benchmark.name)}](benchmarks/${benchmarkFile(benchmark.name)}.md)`;
  if (!series || !newest) return [name, gap ?? "", "", "", ""];
  const value = secondsText(newest.seconds, unitFor(newest.seconds.value));
  const broken = failing ? `<br>fails at ${commitLink(newestRevision(failing).id, report.server.target)}: ${failing.failure.stage}` : "";
  const warning = isStrangelyEqual(report, benchmark.name, newest.point) ? `<br>${equalSamples}` : "";
  return [
    name,
    value + warning + broken,
    speedUpCell(benchmark, newest),
    changeCell(series, month, report.now),
    changeCell(series, quarter, report.now),
  ];
}

function speedUpCell(benchmark: BenchmarkTimeline, newest: Measurement): string {
  const factor = speedUp(benchmark, newest);
  return factor ? factorText(factor) : (missingBaseline(benchmark) ?? "");
}

function changeCell(series: Series, days: number, now: string): string {
  const change = changeWithin(days, series, now);
  if (change.kind === "nothing") return "";
  if (change.kind === "broken") return `broken: ${markdownText(change.reason)}`;
  if (change.kind !== "change") return change.kind;
  return isSignificant(change.ratio) || !hasError(change.ratio) ? changeText(change.ratio) : "no significant change";
}
