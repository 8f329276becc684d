import type { Group } from "../model.ts";
import { noChange, notJudged } from "./cell.ts";
import { changesIn, changesSection } from "./changes.ts";
import { creepingSection } from "./creeping.ts";
import type { Digest, ToldHost } from "./digest.ts";
import { markdownText } from "../text/escape.ts";
import type { Report } from "./input.ts";
import { dayOf } from "../text/quantities.ts";
import { month, quarter } from "./summary-row.ts";
import { environmentText } from "./transitions.ts";
import { table } from "./table.ts";

const titles: Record<Group, string> = { main: "main benchmarks", micro: "microbenchmarks" };

/** A table, a row per benchmark of the group and host: those with the newest confirmed changes first, then by name. @param hosts sorted by name. */
export function renderSummary(hosts: readonly ToldHost[], group: Group): string {
  const [first] = hosts;
  const benchmarks = hosts
    .flatMap(({ digests }) => digests.filter(({ listed }) => listed?.group === group))
    .sort((a, b) => (a.name === b.name ? 0 : a.name < b.name ? -1 : 1));
  const rows = byChange(benchmarks);
  const heading = `# ${first ? `${markdownText(first.report.server.target.name)}: ` : ""}${titles[group]}`;
  const back = "[Overview](../README.md) · [Environments](environments.md)";
  if (!first || benchmarks.length === 0) {
    return `${[heading, back, "The suite lists no benchmark here, or has not been listed yet."].join("\n\n")}\n`;
  }
  const { report } = first;
  const columns = ["value", "speed-up over the interpreter", "last month", "last 3 months"];
  return `${[
    heading,
    back,
    hosts.map((host) => `${report.isAlone ? "" : "- "}${measuredBy(host.report)}`).join("\n"),
    report.isAlone
      ? table(
          ["benchmark", ...columns],
          "lrrrr",
          rows.map(({ row }) => row),
        )
      : table(
          ["benchmark", "host", ...columns],
          "llrrrr",
          rows.map(({ host, row: [name = "", ...values] }) => [name, markdownText(host), ...values]),
        ),
    legend(report, benchmarks),
    ...changesSection(report, "Confirmed changes", changesIn(benchmarks), ""),
    ...creepingSection(
      report,
      benchmarks.flatMap(({ creeping }) => creeping),
      "",
    ),
  ].join("\n\n")}\n`;
}

/** Rows of a benchmark on several hosts stay together. @param benchmarks sorted by name. */
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
    "Values are the seconds of one run at the newest measured revision, ± half their 95 % interval, or from its low to its high",
    "end where it is very wide. Changes are those that fresh sessions confirmed since the newest revision that was at least",
    `${month} or ${quarter} days old on ${dayOf(report.now)}, or since the first value, chained where there are several; negative changes are faster. Where there is`,
    `*${noChange}*, single values may still lie apart by chance; *drift* is the machine's, and no change. The cell says`,
    "*same program* where no revision since then runs another one, *no new value* where there was none since, *no older value* where",
    isNoiseKnown
      ? "there was none before. The intervals include what differs from one session of the same program to the next."
      : "there was none before. The intervals know the noise within a session only, not what differs from one session to the next.",
    ...unjudgedLines(benchmarks),
    ...(benchmarks.some((one) => one.isLinkedOver)
      ? ["Older values of another environment or form of a benchmark are linked with today's; a transition by itself is no change."]
      : []),
  ].join("\n");
}

const mostNames = 10;

/** Says of which benchmarks no change can be detected yet; nothing where there are none. */
function unjudgedLines(benchmarks: readonly Digest[]): string[] {
  const names = [...new Set(benchmarks.flatMap(({ name, card }) => (card.unjudged === undefined ? [] : [name])))];
  if (names.length === 0) return [];
  const more = names.length > mostNames ? ` and ${names.length - mostNames} more` : "";
  const which =
    names.length === new Set(benchmarks.map(({ name }) => name)).size
      ? "any benchmark"
      : names.slice(0, mostNames).map(markdownText).join(", ") + more;
  return [`No change of ${which} can be detected yet: too little is measured to tell changes from noise, and cells say *${notJudged}*.`];
}
