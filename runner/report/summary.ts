import type { Group } from "../model.ts";
import { noChange, notJudged } from "./cell.ts";
import { changesIn, changesSection } from "./changes.ts";
import { creepingSection } from "./creeping.ts";
import type { Digest, ToldHost } from "./digest.ts";
import { markdownText } from "../text/escape.ts";
import type { Report } from "./input.ts";
import { dayOf } from "../text/quantities.ts";
import { month, quarter, speedUpColumn, summaryColumns } from "./summary-row.ts";
import { environmentText } from "./transitions.ts";
import { table } from "./table.ts";

const titles: Record<Group, string> = { main: "main benchmarks", micro: "microbenchmarks" };

/** Renders a table with a row per benchmark and host: those with the newest confirmed changes first, then by name. @param hosts sorted by name. */
export function renderSummary(hosts: readonly ToldHost[], group: Group): string {
  const [first] = hosts;
  const benchmarks = hosts
    .flatMap(({ digests }) => digests.filter(({ listed }) => listed?.group === group))
    .sort((a, b) => (a.name === b.name ? 0 : a.name < b.name ? -1 : 1));
  const rows = byChange(benchmarks);
  const heading = `# ${first ? `${markdownText(first.report.server.target.name)}: ` : ""}${titles[group]}`;
  const back = "[Overview](../README.md) · [Environments](environments.md)";
  if (!first || benchmarks.length === 0) {
    return `${[heading, back, "The suite lists no benchmark of this group, or was not listed yet."].join("\n\n")}\n`;
  }
  const { report } = first;
  return `${[
    heading,
    back,
    hosts.map((host) => `${report.isAlone ? "" : "- "}${measuredBy(host.report)}`).join("\n"),
    tableOf(rows, report),
    legend(report, benchmarks),
    ...changesSection(report, "Confirmed changes", changesIn(benchmarks), ""),
    ...creepingSection(
      report,
      benchmarks.flatMap(({ creeping }) => creeping),
      "",
    ),
  ].join("\n\n")}\n`;
}

/** The column of hosts is left out if there is one host, that of speed-ups if no benchmark has a baseline. */
function tableOf(benchmarks: readonly Digest[], { isAlone }: Report): string {
  const hasSpeedUps = benchmarks.some(({ card }) => card.speedUp !== undefined);
  const shown = (host: string, cells: readonly string[]): string[] => {
    const [name = "", ...values] = hasSpeedUps ? cells : cells.filter((_, index) => index !== speedUpColumn);
    return [name, ...(isAlone ? [] : [host]), ...values];
  };
  const header = shown("host", summaryColumns);
  const texts = isAlone ? 1 : 2;
  return table(
    header,
    "l".repeat(texts) + "r".repeat(header.length - texts),
    benchmarks.map(({ host, row }) => shown(markdownText(host), row)),
  );
}

/** Sorts by the newest confirmed change; rows of a benchmark on several hosts stay together. @param benchmarks sorted by name. */
function byChange(benchmarks: readonly Digest[]): Digest[] {
  const newest = new Map<string, number>();
  for (const { name, card } of benchmarks) newest.set(name, Math.max(newest.get(name) ?? -1, card.changed ?? -1));
  return [...benchmarks].sort((a, b) => (newest.get(b.name) ?? -1) - (newest.get(a.name) ?? -1));
}

function measuredBy({ server, environments, currentEnvironment }: Report): string {
  return `Measured by ${markdownText(server.name)}: ${markdownText(environmentText(environments.get(currentEnvironment)))}.`;
}

function legend(report: Report, benchmarks: readonly Digest[]): string {
  const isNoiseKnown = benchmarks.some((one) => one.isNoiseKnown);
  return [
    "Values are the seconds of one run at the newest measured revision, ± half their 95 % interval, or its two ends if it is very wide.",
    isNoiseKnown
      ? "Intervals include the noise from session to session."
      : "Intervals cover the noise within a session only, not the noise from session to session.",
    `Changes were confirmed by fresh sessions. They count from the newest revision that was at least ${month} or ${quarter} days old on`,
    `${dayOf(report.now)}, or from the first value. Several changes are combined; negative changes are faster.`,
    "",
    `- *${noChange}*: single values may still differ by chance.`,
    "- *drift*: the machine changed, not the code.",
    "- *same program*: no revision since then runs another program.",
    "- *no new value*: nothing was measured since then.",
    "- *no older value*: nothing was measured before then.",
    "",
    ...unjudgedLines(benchmarks),
    ...(benchmarks.some((one) => one.isLinkedOver)
      ? [
          "Older values of other environments or forms of a benchmark are scaled to the present ones. A transition is not a change by itself.",
        ]
      : []),
  ]
    .join("\n")
    .trimEnd();
}

const mostNames = 10;

/** Returns a sentence about benchmarks whose changes cannot be detected yet; nothing without any. */
function unjudgedLines(benchmarks: readonly Digest[]): string[] {
  const names = [...new Set(benchmarks.flatMap(({ name, card }) => (card.unjudged === undefined ? [] : [name])))];
  if (names.length === 0) return [];
  const more = names.length > mostNames ? ` and ${names.length - mostNames} more` : "";
  const which =
    names.length === new Set(benchmarks.map(({ name }) => name)).size
      ? "any benchmark"
      : names.slice(0, mostNames).map(markdownText).join(", ") + more;
  return [`Changes cannot be detected yet in ${which} (*${notJudged}*): there are too few measurements to distinguish them from noise.`];
}
