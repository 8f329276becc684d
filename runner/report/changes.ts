import type { Decision, Revision } from "../model.ts";
import { benchmarkFile } from "../text/benchmark-file.ts";
import { scaleOf } from "../timeline/bridge.ts";
import { decisionsOf, standing } from "../timeline/detection/readings.ts";
import type { BenchmarkTimeline, Series } from "../timeline/timeline.ts";
import { markdownText } from "../text/escape.ts";
import type { Report } from "./input.ts";
import { titleLink } from "./links.ts";
import { changeText } from "../text/measurements.ts";
import { counted, dayOf } from "../text/quantities.ts";
import { markdownProse, type Prose } from "./prose.ts";
import { table } from "./table.ts";

/** A change of a benchmark that fresh sessions confirmed. */
export interface ConfirmedChange {
  decision: Decision;
  /** First revision after the change. */
  revision: Revision;
  /** Index of the revision in the history. */
  position: number;
}

/** Largest number of rows of a list that would grow without limit. */
const mostRows = 50;

/** Returns the confirmed changes of a series, by the id of the first revision after each. */
export function confirmedIn(report: Report, benchmark: BenchmarkTimeline, series: Pick<Series, "variant" | "line">): Map<string, Decision> {
  return decidedIn(report, benchmark, series, "confirmed");
}

/** Returns the drifts of the machine in a series, by the id of the first revision after each. */
export function driftsIn(report: Report, benchmark: BenchmarkTimeline, series: Pick<Series, "variant" | "line">): Map<string, Decision> {
  return decidedIn(report, benchmark, series, "drifted");
}

function decidedIn(
  { decisions }: Report,
  { name }: BenchmarkTimeline,
  series: Pick<Series, "variant" | "line">,
  wanted: Decision["outcome"],
): Map<string, Decision> {
  const known = decisionsOf(standing(decisions), name, series).filter(({ outcome }) => outcome === wanted);
  return new Map(known.map((one) => [one.firstBad, one]));
}

/** Returns the indexes in the history at which the machine drifted, oldest first. */
export function driftPositions(report: Report, benchmark: BenchmarkTimeline, series: Pick<Series, "variant" | "line">): number[] {
  const ids = driftsIn(report, benchmark, series);
  if (ids.size === 0) return [];
  return report.history.flatMap(({ id }, position) => (ids.has(id) ? [position] : []));
}

/** Description of a drift: fresh sessions found no difference between the revisions on both sides of it. */
export const driftText = "drift of the machine: this revision and the one before are equally fast, but both differ from earlier values";

/** Returns the confirmed changes of a series whose revisions are still in the history, oldest first. */
export function confirmedChanges(report: Report, benchmark: BenchmarkTimeline, series: Series): ConfirmedChange[] {
  const found = [...confirmedIn(report, benchmark, series).values()].flatMap((decision): ConfirmedChange[] => {
    const position = report.history.findIndex(({ id }) => id === decision.firstBad);
    const revision = report.history[position];
    return revision ? [{ decision, revision, position }] : [];
  });
  return found.sort((a, b) => a.position - b.position);
}

/** Returns the confirmed changes of benchmarks, newest first. */
export function changesIn(benchmarks: readonly { changes: readonly ConfirmedChange[] }[]): ConfirmedChange[] {
  return benchmarks.flatMap(({ changes }) => changes).sort((a, b) => b.position - a.position);
}

/** Renders confirmed changes as a section; nothing without any. @param up path from the page to the reports' root. */
export function changesSection(report: Report, heading: string, changes: readonly ConfirmedChange[], up: string): string[] {
  if (changes.length === 0) return [];
  const rows = changes
    .slice(0, mostRows)
    .map(({ decision, revision }) => [
      dayOf(revision.committed),
      `[${markdownText(decision.benchmark)}](${up}benchmarks/${benchmarkFile(decision.benchmark)}.md)${decision.variant === "interpreted" ? ", interpreted" : ""}${report.isAlone ? "" : `, on ${markdownText(decision.host)}`}`,
      sizeText(decision) + markdownText(layoutsText(decision)),
      `${titleLink(revision, report.server.target)}${rangeText(decision, markdownProse(report.server.target))}`,
    ]);
  const more = changes.length > mostRows ? [`… and ${changes.length - mostRows} more.`] : [];
  return [`## ${heading}`, table(["date", "benchmark", "change", "revision"], "llrl", rows), ...more];
}

/** Returns `+5.1 % ± 0.3 %`, by the sessions that confirmed the change. */
export function sizeText({ change }: Decision): string {
  return change ? changeText(scaleOf(change)) : "";
}

/** Returns the cause of a confirmed change, code or layout, to append to its size. Empty if no other layout can be built. */
export function layoutsText({ layouts }: Decision): string {
  if (!layouts || layouts.verdict === "fixed") return "";
  const { verdict, change, reason } = layouts;
  const size = change ? ` (${changeText(scaleOf(change))})` : "";
  if (verdict === "open") return ", not checked with other layouts yet";
  if (verdict === "code") return `, in other layouts too${size}`;
  if (verdict === "binary") return `, of these binaries only, not in other layouts${size}`;
  return `, cause unknown: the code or the layout of these binaries${reason === undefined ? size : ` (${reason})`}`;
}

/** Returns `, or one of 3 revisions before it, since 0123456789ab` if revisions were skipped; otherwise an empty text. */
export function rangeText({ skipped, lastGood }: Decision, prose: Prose): string {
  return skipped === 0 ? "" : `, or one of ${counted(skipped, "revision")} before it, since ${prose.commit(lastGood)}`;
}
