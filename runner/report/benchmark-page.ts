import type { Revision } from "../model.ts";
import { newestRevision } from "../timeline/points.ts";
import type { FailedPoint, MeasuredPoint, Point } from "../timeline/points.ts";
import { ratio } from "../timeline/quantity.ts";
import { baselineOf, currentSegment, speedUp } from "../timeline/timeline.ts";
import type { BenchmarkTimeline, Segment, Series } from "../timeline/timeline.ts";
import { codeBlock, markdownText, xmlText } from "./escape.ts";
import type { Report } from "./input.ts";
import { benchmarkFile, commitLink, revisionText } from "./links.ts";
import { changeText, dayOf, factorText, noiseText, secondsText, unitFor, valueAndInterval } from "./numbers.ts";
import type { Unit } from "./numbers.ts";
import { failureText, missingBaseline, newestValue, stateOf } from "./state.ts";
import { switchText } from "./switches.ts";
import { table } from "./table.ts";

const mostRows = 50;
/** Different failures shown with their output. */
const mostFailures = 10;

/** One benchmark: its state in words, the chart, the newest rows, and how revisions failed. */
export function renderBenchmarkPage(report: Report, benchmark: BenchmarkTimeline, hasChart: boolean): string {
  const unit = unitFor(newestValue(benchmark) ?? 1);
  const name = markdownText(benchmark.name);
  return `${[
    `# ${name}`,
    navigation(benchmark),
    sentences(report, benchmark, unit).join(" "),
    ...(hasChart ? [`![Timeline of ${name}](${benchmarkFile(benchmark.name)}.svg)`] : []),
    ...benchmark.series.flatMap((series) => [
      `## Newest revisions, ${series.variant}`,
      ...noiseLine(series),
      table(
        ["date", "revision", "value", "95 % interval", "against the one before", "over the interpreter"],
        "llrrrr",
        rows(report, benchmark, series, unit),
      ),
    ]),
    ...(benchmark.series.length > 0 ? [`Rows follow the target's first-parent history. ${whatIntervalsKnow(benchmark)}`] : []),
    ...(benchmark.series.some(sharesValues)
      ? ["Neighbouring revisions that run the same program share one value: that of all their sessions. The chart draws it once."]
      : []),
    ...failures(report, benchmark),
  ].join("\n\n")}\n`;
}

/** How much sessions of one program differ, today. */
function noiseLine(series: Series): string[] {
  const noise = currentSegment(series)?.noise;
  return noise ? [`${capital(noiseText(noise))}.`] : [];
}

function whatIntervalsKnow({ series }: BenchmarkTimeline): string {
  const known = new Set(series.flatMap(({ segments }) => segments.map(({ noise }) => noise !== undefined)));
  if (!known.has(true)) return "Intervals know the noise within a session only; negative changes are faster.";
  const where = known.has(false) ? ", where that is known" : "";
  return `Intervals include the noise from session to session${where}; negative changes are faster.`;
}

function sharesValues({ segments }: Series): boolean {
  return segments.some(({ points }) => points.some(({ revisions }) => revisions.length > 1));
}

function navigation({ listed }: BenchmarkTimeline): string {
  const summary = listed?.group === "micro" ? "[Microbenchmarks](../summary-microbenchmarks.md)" : "[Main benchmarks](../summary-main.md)";
  return `[Overview](../../README.md) · ${summary} · [Environments](../environments.md)`;
}

/** What there is to say before any number is read. */
function sentences(report: Report, benchmark: BenchmarkTimeline, unit: Unit): string[] {
  const { target } = report.server;
  const { series, newest, failing, gap } = stateOf(benchmark, target);
  const said: string[] = [];
  if (!benchmark.listed) said.push("No longer in the suite: its series ends here.");
  if (newest) said.push(`${secondsText(newest.seconds, unit)} at ${revisionText(newestRevision(newest), target)}.`);
  else said.push(`${capital(gap ?? "")}.`);
  if (newest && failing) said.push(`Fails since then, the last time at ${failureText(failing, target)}.`);
  if (newest && series) said.push(baselineSentence(benchmark, series, unit));
  if (series && series.segments.some((segment) => !segment.current)) {
    said.push("Values of other environments or other forms of the benchmark are not yet linked, and cannot be compared with today's.");
  }
  return said;
}

function baselineSentence(benchmark: BenchmarkTimeline, series: Series, unit: Unit): string {
  const segment = currentSegment(series);
  const baseline = segment && baselineOf(benchmark.baselines, segment);
  if (baseline?.seconds) return `The interpreter itself takes ${secondsText(baseline.seconds, unit)}.`;
  if (missingBaseline(benchmark, series) === "compiled only") {
    return "It runs compiled only, so there is no interpreter to compare with.";
  }
  return baseline?.failure
    ? `The baseline of the interpreter failed: ${baseline.failure.stage}, ${markdownText(baseline.failure.message)}.`
    : "The interpreter itself has not been measured in this environment yet.";
}

/** Newest first, over all segments, with a labelled row where an older segment begins. */
function rows(report: Report, benchmark: BenchmarkTimeline, series: Series, unit: Unit): string[][] {
  const found: string[][] = [];
  let left = mostRows;
  let newer: Segment | undefined;
  for (const segment of [...series.segments].reverse()) {
    if (left === 0) break;
    const label = newer
      ? `**${markdownText(switchText(segment, newer, report.environments))}**: older values are not yet linked`
      : segment.current
        ? undefined
        : `**environment \`${segment.environment.slice(0, 8)}\`**: not yet linked with today's`;
    if (label) found.push(["", label, "", "", "", ""]);
    const ofSegment = withMeasuredBefore(segment).flatMap(revisionRows).slice(-left).reverse();
    found.push(...ofSegment.map((one) => row(report, benchmark, segment, one, unit)));
    left -= ofSegment.length;
    newer = segment;
  }
  return found;
}

/** Each point with the last one measured before it. */
function withMeasuredBefore({ points }: Segment): { point: Point; before: MeasuredPoint | undefined }[] {
  let last: MeasuredPoint | undefined;
  return points.map((point) => {
    const before = last;
    if (point.status === "measured") last = point;
    return { point, before };
  });
}

/** A revision of a point, as its row shows it. */
interface RevisionRow {
  point: Point;
  revision: Revision;
  /** The last point measured before: shown where this one begins. */
  before: MeasuredPoint | undefined;
  /** The revision that runs the same program; undefined for the first of a point. */
  same: { as: string; measured: boolean } | undefined;
}

function revisionRows({ point, before }: { point: Point; before: MeasuredPoint | undefined }): RevisionRow[] {
  return point.revisions.map((revision, index) => {
    const copied = point.status === "measured" ? point.copies.get(revision.id) : undefined;
    const as = copied ?? point.revisions[index - 1]?.id;
    return {
      point,
      revision,
      before: index === 0 ? before : undefined,
      same: as === undefined ? undefined : { as, measured: copied === undefined },
    };
  });
}

function row(report: Report, benchmark: BenchmarkTimeline, segment: Segment, one: RevisionRow, unit: Unit): string[] {
  const { point, revision, before, same } = one;
  const { target } = report.server;
  const mark = same ? `<br>same program as ${commitLink(same.as, target)}${same.measured ? ", measured too" : ""}` : "";
  const start = [dayOf(revision.committed), revisionText(revision, target) + mark];
  if (point.status === "failed") {
    return [...start, `failed: ${point.failure.stage}`, "", "", ""];
  }
  const factor = speedUp(benchmark.baselines, segment, point);
  return [
    ...start,
    ...valueAndInterval(point.seconds, unit),
    before ? changeText(ratio(point.seconds, before.seconds)) : "",
    factor ? factorText(factor) : "",
  ];
}

/** Different failures among the newest rows, newest first, each once with its revisions and the end of its output. */
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
  return ["## Failures", ...[...groups.values()].slice(0, mostFailures).flatMap((group) => failureBlock(report, group))];
}

function failureBlock(report: Report, group: readonly FailedPoint[]): string[] {
  const [first] = group;
  if (!first) return [];
  const revisions = group.slice(0, 10).map((point) => commitLink(newestRevision(point).id, report.server.target));
  const more = group.length > 10 ? ` and ${group.length - 10} more` : "";
  return [
    `<details><summary>${first.failure.stage}: ${xmlText(first.failure.message)}</summary>`,
    `At ${revisions.join(", ")}${more}:`,
    codeBlock(first.failure.output || "(no output)"),
    "</details>",
  ];
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
