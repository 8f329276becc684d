import type { Listed } from "../model.ts";
import type { CreepingRange } from "../timeline/detection/ranges.ts";
import { currentSegment } from "../timeline/timeline.ts";
import type { BenchmarkTimeline } from "../timeline/timeline.ts";
import { cellWithin, courseOf } from "./cell.ts";
import { confirmedChanges } from "./changes.ts";
import type { ConfirmedChange } from "./changes.ts";
import { rangesIn } from "./creeping.ts";
import type { Report } from "./input.ts";
import { pageSentences } from "./page/benchmark.ts";
import { cardOf } from "./page/card.ts";
import type { Card } from "./page/data.ts";
import { isLinkedOver, stateOf } from "./state.ts";
import { plainProse } from "./prose.ts";
import { month, quarter, summaryRow, type Cells } from "./summary-row.ts";

/** Data about one benchmark for the pages about all of them. Timelines are not kept, because together they are too large. */
export interface Digest {
  name: string;
  host: string;
  /** Undefined if the suite does not list the benchmark any more. */
  listed: Listed | undefined;
  /** Row in the summary, in Markdown: see summaryColumns. */
  row: string[];
  /** Confirmed changes of all variants. */
  changes: ConfirmedChange[];
  /** Creeping changes of all variants. */
  creeping: CreepingRange[];
  isNoiseKnown: boolean;
  isLinkedOver: boolean;
  /** Card on the page. */
  card: Card;
  /** Sentences on the page. Plain text. */
  sentences: string[];
}

/** A host's report with the digests of its benchmarks, sorted by name. */
export interface ToldHost {
  report: Report;
  digests: readonly Digest[];
}

export function digestOf(report: Report, benchmark: BenchmarkTimeline): Digest {
  const { name, listed, series } = benchmark;
  const cells = cellsOf(report, benchmark);
  return {
    name,
    host: report.server.name,
    listed,
    row: summaryRow(report, benchmark, cells),
    changes: series.flatMap((one) => confirmedChanges(report, benchmark, one)),
    creeping: rangesIn(report, benchmark),
    isNoiseKnown: series.some((one) => currentSegment(one)?.noise),
    isLinkedOver: series.some(isLinkedOver),
    card: cardOf(report, benchmark, cells),
    sentences: pageSentences(report, benchmark),
  };
}

/** Returns the cells of the shown series; undefined if nothing was measured. */
function cellsOf({ decisions, now }: Report, benchmark: BenchmarkTimeline): Cells | undefined {
  const { series } = stateOf(benchmark, plainProse);
  if (!series) return undefined;
  const course = courseOf(benchmark.name, series, decisions);
  return { month: cellWithin(month, course, now), quarter: cellWithin(quarter, course, now), isUnjudged: course.isUnjudged };
}
