import type { Decision, Listed, Revision } from "../model.ts";
import { newestRevision } from "../timeline/points.ts";
import { halfWidth } from "../timeline/bridge.ts";
import { chain } from "../timeline/chain.ts";
import type { Entry, Transition } from "../timeline/line.ts";
import type { FailedPoint } from "../timeline/points.ts";
import { shownSeconds } from "../timeline/segment.ts";
import type { Segment } from "../timeline/segment.ts";
import { change, currentSegment, isMeasurement, speedUp } from "../timeline/timeline.ts";
import type { BenchmarkTimeline, Measurement, Series } from "../timeline/timeline.ts";
import { confirmedChanges, confirmedIn, driftsIn, driftText, layoutsText, rangeText, sizeText } from "./changes.ts";
import { creepingSentences } from "./creeping.ts";
import { codeBlock, htmlText, markdownText } from "../text/escape.ts";
import { heading } from "./heading.ts";
import type { Report } from "./input.ts";
import { commitLink, revisionText } from "./links.ts";
import { changeText, factorText, scalingFactorText, noiseText, unitFor, valueAndInterval } from "../text/measurements.ts";
import { counted, dayOf } from "../text/quantities.ts";
import type { Unit } from "../text/measurements.ts";
import { markdownProse } from "./prose.ts";
import { capital, importedSentences, sentences, unjudgedSentences } from "./sentences.ts";
import { equalSamples, isLinkedOver, isStrangelyEqual, newestValue } from "./state.ts";
import { transitionText } from "./transitions.ts";
import { table } from "./table.ts";

const mostRows = 50;
/** Largest number of different failures that are shown with their output. */
const mostFailures = 10;

/** Section of a benchmark's page about one host. */
export interface BenchmarkSection {
  host: string;
  isAlone: boolean;
  listed: Listed | undefined;
  /** Markdown, in paragraphs. */
  paragraphs: string[];
}

/** Renders the page of one benchmark: a section for each host, without its heading if there is only one. */
export function renderBenchmarkPage(name: string, sections: readonly BenchmarkSection[]): string {
  const byName = [...sections].sort((a, b) => (a.host < b.host ? -1 : 1));
  const listed = byName.find((one) => one.listed)?.listed;
  return `${[
    `# ${markdownText(name)}`,
    navigation(listed),
    ...byName.flatMap(({ host, isAlone, paragraphs }) => [...(isAlone ? [] : [`## ${markdownText(host)}`]), ...paragraphs]),
  ].join("\n\n")}\n`;
}

/** Renders one host's section: sentences about the state, the chart, the newest rows and the failures. @param chart link to the chart. */
export function benchmarkSection(report: Report, benchmark: BenchmarkTimeline, chart: string | undefined): BenchmarkSection {
  const unit = unitFor(newestValue(benchmark) ?? 1);
  const paragraphs = [
    [...sentences(report, benchmark, unit, markdownProse(report.server.target)), ...unjudgedSentences(benchmark)].join(" "),
    ...creepingSentences(report, benchmark, markdownProse(report.server.target)),
    ...(chart === undefined ? [] : [`![Timeline of ${markdownText(benchmark.name)}](${chart})`]),
    ...benchmark.series.flatMap((series) => [
      heading(report, `Newest revisions, ${series.variant}`),
      ...noiseLine(series),
      valuesTable(rows(report, benchmark, series, unit)),
    ]),
    ...(benchmark.series.length > 0
      ? [
          `Rows follow the target's first-parent history. ${intervalsSentence(benchmark)} A difference between two values is not a change by itself.`,
        ]
      : []),
    ...(benchmark.series.some(isLinkedOver)
      ? [
          "Values from before a transition are converted to the present environment. They are multiplied by the scaling factor of the transition, whose error is included in their intervals. The stored values do not change.",
        ]
      : []),
    ...importedSentences(report, benchmark),
    ...(benchmark.series.some(sharesValues)
      ? ["Neighbouring revisions that run the same program share one value, estimated from all their sessions. The chart shows it once."]
      : []),
    ...(benchmark.series.some((series) => confirmedChanges(report, benchmark, series).length > 0)
      ? ["*Confirmed* changes were reproduced by fresh sessions, which alone determine their size."]
      : []),
    ...failures(report, benchmark),
  ];
  return { host: report.server.name, isAlone: report.isAlone, listed: benchmark.listed, paragraphs };
}

/** Columns of the table of values. The last one is shown only if a row has a speed-up. */
const valueColumns = ["date", "revision", "value", "95 % interval", "vs. previous", "speed-up over the interpreter"];

function valuesTable(found: readonly (readonly string[])[]): string {
  const last = valueColumns.length - 1;
  const count = found.some((cells) => cells[last] !== "") ? valueColumns.length : last;
  return table(
    valueColumns.slice(0, count),
    "llrrrr".slice(0, count),
    found.map((cells) => cells.slice(0, count)),
  );
}

/** Returns the present noise from session to session, as a line. */
function noiseLine(series: Series): string[] {
  const noise = currentSegment(series)?.noise;
  return noise ? [`${capital(noiseText(noise))}.`] : [];
}

function intervalsSentence({ series }: BenchmarkTimeline): string {
  const known = new Set(series.flatMap(({ segments }) => segments.map(({ noise }) => noise !== undefined)));
  if (!known.has(true)) return "Intervals cover the noise within a session only; negative changes are faster.";
  const condition = known.has(false) ? " if it is known" : "";
  return `Intervals include the noise from session to session${condition}; negative changes are faster.`;
}

function sharesValues({ segments }: Series): boolean {
  return segments.some(({ points }) => points.some(({ revisions }) => revisions.length > 1));
}

function navigation(listed: Listed | undefined): string {
  const summary = listed?.group === "micro" ? "[Microbenchmarks](../summary-microbenchmarks.md)" : "[Main benchmarks](../summary-main.md)";
  return `[Overview](../../README.md) · ${summary} · [Environments](../environments.md)`;
}

/** Returns rows over all segments, newest first, with a labelled row at each transition. */
function rows(report: Report, benchmark: BenchmarkTimeline, series: Series, unit: Unit): string[][] {
  const found: string[][] = [];
  const marks = { confirmed: confirmedIn(report, benchmark, series), drifts: driftsIn(report, benchmark, series) };
  let left = mostRows;
  for (const { label, entries } of parts(report, series)) {
    if (left === 0) break;
    if (label !== undefined) found.push(["", label, "", "", "", ""]);
    const shown = newestOf(entries, left).flatMap(revisionRows).slice(-left).reverse();
    found.push(...shown.map((one) => row(report, benchmark, series, one, unit, changedText(report, marks, one.revision.id))));
    left -= shown.length;
  }
  return found;
}

/** Part of a line between two transitions. */
interface Part {
  /** Label of the transition to newer entries. Markdown. */
  label: string | undefined;
  entries: Stretch;
}

/** Entries of a line from `start` up to, but not including, `end`. */
interface Stretch {
  line: readonly Entry[];
  start: number;
  end: number;
}

/** An entry with the last one measured before it on its line. */
type Compared = Entry & { before: Measurement | undefined };

/** Returns the parts of the line between transitions, and each unlinked segment; newest first. */
function parts(report: Report, { line, transitions: found, apart, scalingFactors }: Series): Part[] {
  const linked = [0, ...found.map(({ before }) => before)].map((start, index) => ({
    label: found[index] && transitionLabel(report, found[index], scalingFactors),
    entries: { line, start, end: found[index]?.before ?? line.length },
  }));
  const newer = [...apart.slice(1), line].map((entries) => entries[0]?.segment);
  const unlinked = apart.map((entries, index) => ({
    label: entries[0] && unlinkedLabel(report, entries[0].segment, newer[index]),
    entries: { line: entries, start: 0, end: entries.length },
  }));
  return [...unlinked, ...linked].reverse();
}

/** Returns the label of a transition, with its scaling factor and the factor's precision. */
function transitionLabel(report: Report, { from, to }: Transition, scalingFactors: Series["scalingFactors"]): string {
  const found = chain(scalingFactors, from, to);
  const text = `**${markdownText(transitionText(from, to, report.environments))}**`;
  if (found.status !== "linked") return text;
  const how = [
    ...(found.scalingFactors > 1 ? [`over ${counted(found.scalingFactors, "scaling factor")}`] : []),
    ...(found.weak ? ["weak"] : []),
  ];
  return `${text}: older values × ${scalingFactorText(found.factor.phi, halfWidth(found.factor))}${how.length > 0 ? ` (${how.join(", ")})` : ""}`;
}

function unlinkedLabel(report: Report, { link, ...segment }: Segment, newer: Segment | undefined): string {
  const where = newer ? transitionText(segment, newer, report.environments) : undefined;
  if (link.status === "other version" && newer) {
    return `**${markdownText(transitionText(segment, newer, report.environments))}**: starts anew here; older values are not linked`;
  }
  const reason = link.status === "broken" ? `: ${markdownText(link.reason)}` : "";
  const state = reason ? "cannot be linked" : "not yet linked";
  return where === undefined
    ? `**environment \`${segment.environment.slice(0, 8)}\`**: ${state}${reason || " with the present environment"}`
    : `**${markdownText(where)}**: older values ${reason ? state : `are ${state}`}${reason}`;
}

/** Returns the newest `count` entries of a part, or all. */
function newestOf({ line, start, end }: Stretch, count: number): Compared[] {
  const from = Math.max(start, end - count);
  let last = line.slice(0, from).findLast(isMeasurement);
  return line.slice(from, end).map((entry) => {
    const before = last;
    if (isMeasurement(entry)) last = entry;
    return { ...entry, before };
  });
}

/** Row of one revision of a point. */
interface RevisionRow {
  entry: Entry;
  revision: Revision;
  /** Previous value; undefined except at the first revision of a point. */
  before: Measurement | undefined;
  /** The revision that runs the same program; undefined for the first of a point. */
  same: { as: string; measured: boolean } | undefined;
}

function revisionRows({ before, ...entry }: Compared): RevisionRow[] {
  const { point, revisions } = entry;
  return revisions.map((revision, index) => {
    const copied = point.status === "measured" ? point.copies.get(revision.id) : undefined;
    const as = copied ?? revisions[index - 1]?.id;
    return {
      entry,
      revision,
      before: index === 0 ? before : undefined,
      same: as === undefined ? undefined : { as, measured: copied === undefined },
    };
  });
}

/** Returns the decision on a revision: a confirmed change or a drift of the machine. Markdown; empty without one. */
function changedText(
  { server }: Report,
  { confirmed, drifts }: { confirmed: ReadonlyMap<string, Decision>; drifts: ReadonlyMap<string, Decision> },
  revision: string,
): string {
  const change = confirmed.get(revision);
  if (change)
    return `<br>**confirmed: ${change.direction}, ${sizeText(change)}**${markdownText(layoutsText(change))}${rangeText(change, markdownProse(server.target))}`;
  return drifts.has(revision) ? `<br>${driftText}` : "";
}

function row(report: Report, benchmark: BenchmarkTimeline, series: Series, one: RevisionRow, unit: Unit, changedHere: string): string[] {
  const { entry, revision, before, same } = one;
  const { target } = report.server;
  const mark = same ? `<br>same program as ${commitLink(same.as, target)}${same.measured ? ", also measured" : ""}` : "";
  const start = [dayOf(revision.committed), revisionText(revision, target) + changedHere + mark];
  if (!isMeasurement(entry)) {
    return [...start, entry.point.status === "failed" ? `failed: ${entry.point.failure.stage}` : "", "", "", ""];
  }
  const factor = speedUp(benchmark, entry);
  const changed = before && change(series, before, entry);
  const [value, range] = valueAndInterval(shownSeconds(entry.segment, entry.point) ?? entry.point.seconds, unit);
  return [
    ...start,
    isStrangelyEqual(report, benchmark.name, entry.point) ? `${value}<br>${equalSamples}` : value,
    range,
    changed ? changeText(changed) : "",
    factor ? factorText(factor) : "",
  ];
}

/** Renders the different failures among the newest rows, newest first, each with its revisions and the end of its output. */
function failures(report: Report, benchmark: BenchmarkTimeline): string[] {
  const groups = new Map<string, FailedPoint[]>();
  for (const { segments } of benchmark.series) {
    const newest = segments.flatMap((segment) => segment.points).slice(-mostRows);
    for (const point of newest.reverse()) {
      if (point.status !== "failed") continue;
      const { stage, message, output } = point.failure;
      const key = JSON.stringify([stage, message, output]);
      groups.set(key, [...(groups.get(key) ?? []), point]);
    }
  }
  if (groups.size === 0) return [];
  return [heading(report, "Failures"), ...[...groups.values()].slice(0, mostFailures).flatMap((group) => failureBlock(report, group))];
}

function failureBlock(report: Report, group: readonly FailedPoint[]): string[] {
  const [first] = group;
  if (!first) return [];
  const revisions = group.slice(0, 10).map((point) => commitLink(newestRevision(point).id, report.server.target));
  const more = group.length > 10 ? ` and ${group.length - 10} more` : "";
  return [
    `<details><summary>${first.failure.stage}: ${htmlText(first.failure.message)}</summary>`,
    `At ${revisions.join(", ")}${more}:`,
    codeBlock(first.failure.output || "(no output)"),
    "</details>",
  ];
}
