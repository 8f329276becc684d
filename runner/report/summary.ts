import { benchmarkFile } from "../benchmark-file.ts";
import type { Group } from "../model.ts";
import { newestRevision } from "../timeline/points.ts";
import { hasError } from "../timeline/quantity.ts";
import { changeWithin } from "../timeline/recent.ts";
import { currentSegment, speedUp } from "../timeline/timeline.ts";
import type { BenchmarkTimeline, Measurement, Series } from "../timeline/timeline.ts";
import { changesSection, confirmedChanges, isOfGroup } from "./changes.ts";
import { markdownText } from "./escape.ts";
import type { Report } from "./input.ts";
import { commitLink } from "./links.ts";
import { changeText, dayOf, factorText, isSignificant, secondsText, unitFor } from "./numbers.ts";
import { isLinkedOver, missingBaseline, stateOf } from "./state.ts";
import { environmentText } from "./switches.ts";
import { table } from "./table.ts";

const titles: Record<Group, string> = { main: "main benchmarks", micro: "microbenchmarks" };

/** Days in "last month" and "last 3 months". */
const month = 30;
const quarter = 91;

/** A table, a row per benchmark of the group, sorted by name. */
export function renderSummary(report: Report, group: Group): string {
  const benchmarks = report.timeline.benchmarks.filter((benchmark) => benchmark.listed?.group === group);
  const heading = `# ${markdownText(report.server.target.name)}: ${titles[group]}`;
  const back = "[Overview](../README.md) · [Environments](environments.md)";
  if (benchmarks.length === 0) {
    return `${[heading, back, "The suite lists no benchmark here, or has not been listed yet."].join("\n\n")}\n`;
  }
  const environment = report.environments.get(report.currentEnvironment);
  return `${[
    heading,
    back,
    `Measured by ${markdownText(report.server.name)}: ${markdownText(environmentText(environment))}.`,
    table(
      ["benchmark", "value", "over the interpreter", "last month", "last 3 months"],
      "lrrrr",
      benchmarks.map((benchmark) => row(report, benchmark)),
    ),
    legend(report, benchmarks),
    ...changesSection(report, "Significant changes", confirmedChanges(report).filter(isOfGroup(group)), ""),
  ].join("\n\n")}\n`;
}

function row(report: Report, benchmark: BenchmarkTimeline): string[] {
  const { series, newest, failing, gap } = stateOf(benchmark, report.server.target);
  const name = `[${markdownText(benchmark.name)}](benchmarks/${benchmarkFile(benchmark.name)}.md)`;
  if (!series || !newest) return [name, gap ?? "", "", "", ""];
  const value = secondsText(newest.seconds, unitFor(newest.seconds.value));
  const broken = failing ? `<br>fails at ${commitLink(newestRevision(failing).id, report.server.target)}: ${failing.failure.stage}` : "";
  return [
    name,
    value + broken,
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

function legend(report: Report, benchmarks: readonly BenchmarkTimeline[]): string {
  const isNoiseKnown = benchmarks.some(({ series }) => series.some((one) => currentSegment(one)?.noise));
  return [
    "Values are the seconds of one run at the newest measured revision, ± half their 95 % interval; negative changes are",
    `faster. Changes compare them with the newest revision that was at least ${month} or ${quarter} days old on ${dayOf(report.now)}:`,
    "*same program* says that no revision since then runs another one,",
    ...(isNoiseKnown
      ? [
          "*no new value* says that there was none since, *no older value* that there was none before. The intervals include",
          "what differs from one session of the same program to the next.",
        ]
      : [
          "*no new value* says that there was none since, *no older value* that there was none before. The intervals know the",
          "noise within a session only, not what differs from one session to the next: a small change may still be none.",
        ]),
    ...(benchmarks.some(({ series }) => series.some(isLinkedOver))
      ? [
          "Older values of another environment or form of a benchmark are linked with today's: the error of that link is in changes over it.",
        ]
      : []),
  ].join("\n");
}
