import { benchmarkFile } from "../text/benchmark-file.ts";
import { newestRevision } from "../timeline/points.ts";
import { speedUp } from "../timeline/timeline.ts";
import type { BenchmarkTimeline, Measurement } from "../timeline/timeline.ts";
import type { Cell } from "./cell.ts";
import { markdownText } from "../text/escape.ts";
import type { Report } from "./input.ts";
import { commitLink } from "./links.ts";
import { factorText, secondsText, unitFor } from "../text/measurements.ts";
import { markdownProse } from "./prose.ts";
import { equalSamples, isStrangelyEqual, missingBaseline, stateOf } from "./state.ts";

/** Days in "last month" and "last 3 months". */
export const month = 30;
export const quarter = 91;

/** Changes of a benchmark in the summary and on the page. */
export interface Cells {
  month: Cell;
  quarter: Cell;
  isUnjudged: boolean;
}

/** Text on the page for a benchmark whose changes cannot be detected. */
export const undetectable = "changes cannot be detected yet";

/** Columns of a row of the summary. */
export const summaryColumns = ["benchmark", "value", "speed-up over the interpreter", "last month", "last 3 months"];
/** Index of the column that is shown only if a benchmark of the table has a speed-up. */
export const speedUpColumn = 2;

/** Returns a benchmark's row of the summary: a cell for each of `summaryColumns`. @param cells undefined if nothing was measured. */
export function summaryRow(report: Report, benchmark: BenchmarkTimeline, cells: Cells | undefined): string[] {
  const { newest, failing, gap } = stateOf(benchmark, markdownProse(report.server.target));
  const name = `[${markdownText(benchmark.name)}](benchmarks/${benchmarkFile(benchmark.name)}.md)`;
  if (!cells || !newest) return [name, gap ?? "", "", "", ""];
  const value = secondsText(newest.seconds, unitFor(newest.seconds.value));
  const broken = failing ? `<br>fails at ${commitLink(newestRevision(failing).id, report.server.target)}: ${failing.failure.stage}` : "";
  const warning = isStrangelyEqual(report, benchmark.name, newest.point) ? `<br>${equalSamples}` : "";
  return [name, value + warning + broken, speedUpCell(benchmark, newest), changeCell(cells.month), changeCell(cells.quarter)];
}

function speedUpCell(benchmark: BenchmarkTimeline, newest: Measurement): string {
  const factor = speedUp(benchmark, newest);
  return factor ? factorText(factor) : (missingBaseline(benchmark) ?? "");
}

function changeCell({ text, reason }: Cell): string {
  return reason === undefined ? text : `${text}: ${markdownText(reason)}`;
}
