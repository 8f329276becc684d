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

/** What the pages about all benchmarks say of one. Timelines themselves are not kept: together they are too large. */
export interface Digest {
  name: string;
  host: string;
  /** Undefined once the suite has dropped the benchmark. */
  listed: Listed | undefined;
  /** Its row in the summary. Markdown. */
  row: string[];
  /** Of all its variants. */
  changes: ConfirmedChange[];
  /** Ranges over which it creeps, of all its variants. */
  creeping: CreepingRange[];
  isNoiseKnown: boolean;
  isLinkedOver: boolean;
  /** Its card on the page. */
  card: Card;
  /** What the page says of it. Plain text. */
  sentences: string[];
}

/** A host's report, and what it says of each benchmark, sorted by name. */
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

/** Of the series that is shown; undefined where nothing was measured. */
function cellsOf({ decisions, now }: Report, benchmark: BenchmarkTimeline): Cells | undefined {
  const { series } = stateOf(benchmark, plainProse);
  if (!series) return undefined;
  const course = courseOf(benchmark.name, series, decisions);
  return { month: cellWithin(month, course, now), quarter: cellWithin(quarter, course, now), isUnjudged: course.isUnjudged };
}
