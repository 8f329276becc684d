import type { Decision, Group, Revision } from "../model.ts";
import { benchmarkFile } from "../benchmark-file.ts";
import { scaleOf } from "../timeline/bridge.ts";
import { decisionsOf, standing } from "../timeline/detection/readings.ts";
import type { BenchmarkTimeline, Series } from "../timeline/timeline.ts";
import { markdownText } from "./escape.ts";
import type { Report } from "./input.ts";
import { commitLink, titleLink } from "./links.ts";
import { changeText, counted, dayOf } from "./numbers.ts";
import { table } from "./table.ts";

/** A change of a benchmark that fresh sessions confirmed. */
export interface ConfirmedChange {
  benchmark: BenchmarkTimeline;
  decision: Decision;
  /** First bad one. */
  revision: Revision;
}

/** Rows of a list that could grow for ever. */
const mostRows = 50;

/** Confirmed changes of a series, by the id of the first revision after each. */
export function confirmedIn(
  { decisions }: Report,
  { name }: BenchmarkTimeline,
  series: Pick<Series, "variant" | "line">,
): Map<string, Decision> {
  const known = decisionsOf(standing(decisions), name, series).filter(({ outcome }) => outcome === "confirmed");
  return new Map(known.map((one) => [one.firstBad, one]));
}

/** All confirmed changes whose revision is still in the history, newest first. */
export function confirmedChanges(report: Report): ConfirmedChange[] {
  if (report.decisions.length === 0) return [];
  const places = new Map(report.history.map(({ id }, place) => [id, place]));
  const found = report.timeline.benchmarks.flatMap((benchmark) =>
    benchmark.series.flatMap((series) =>
      [...confirmedIn(report, benchmark, series).values()].flatMap((decision) => {
        const place = places.get(decision.firstBad);
        const revision = place === undefined ? undefined : report.history[place];
        return place === undefined || !revision ? [] : [{ benchmark, decision, revision, place }];
      }),
    ),
  );
  return found.sort((a, b) => b.place - a.place);
}

/** The confirmed changes of a group as a section, newest first; nothing without any. @param up path from the page to the reports' root. */
export function changesSection(report: Report, heading: string, changes: readonly ConfirmedChange[], up: string): string[] {
  if (changes.length === 0) return [];
  const rows = changes
    .slice(0, mostRows)
    .map(({ benchmark, decision, revision }) => [
      dayOf(revision.committed),
      `[${markdownText(benchmark.name)}](${up}benchmarks/${benchmarkFile(benchmark.name)}.md)${decision.variant === "interpreted" ? ", interpreted" : ""}`,
      sizeText(decision),
      `${titleLink(revision, report.server.target)}${rangeText(report, decision)}`,
    ]);
  const more = changes.length > mostRows ? [`… and ${changes.length - mostRows} more.`] : [];
  return [`## ${heading}`, table(["date", "benchmark", "change", "revision"], "llrl", rows), ...more];
}

export function isOfGroup(group: Group): (change: ConfirmedChange) => boolean {
  return ({ benchmark }) => benchmark.listed?.group === group;
}

/** `+5.1 % ± 0.3 %`, by the sessions that confirmed it. */
export function sizeText({ change }: Decision): string {
  return change ? changeText(scaleOf(change)) : "";
}

/** Says where revisions were skipped, so that the change may be one of these; empty where none was. Markdown. */
export function rangeText({ server }: Report, { skipped, lastGood }: Decision): string {
  return skipped === 0 ? "" : `, or one of ${counted(skipped, "revision")} before it, since ${commitLink(lastGood, server.target)}`;
}
