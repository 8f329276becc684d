import { benchmarkFile } from "../text/benchmark-file.ts";
import type { Failure, Revision } from "../model.ts";
import type { Head } from "../timeline/results.ts";
import { changesIn, changesSection } from "./changes.ts";
import { creepingSection } from "./creeping.ts";
import type { Digest, ToldHost } from "./digest.ts";
import { codeBlock, htmlText, markdownText, shortened } from "../text/escape.ts";
import { allFailingLines } from "./failing.ts";
import type { Report } from "./input.ts";
import { commitLink, linkTarget } from "./links.ts";
import { counted, minuteOf } from "../text/quantities.ts";
import { markdownProse } from "./prose.ts";
import { serverState } from "./server-state.ts";
import { month } from "./summary-row.ts";
import { table } from "./table.ts";
import { withdrawnText } from "./withdrawn-page.ts";

/** Largest number of rows of lists that would grow without limit. */
const mostRows = 20;

/** Renders the state of each host, and links to all other reports. @param hosts sorted by name. */
export function renderReadme(hosts: readonly ToldHost[]): string {
  const reports = hosts.map(({ report }) => report);
  const digests = hosts.flatMap((host) => host.digests);
  const [first] = reports;
  if (!first) return "# Benchmarks\n\nThere is no host yet.\n";
  return `${[
    `# ${targetText(first)}: benchmarks`,
    ...reports.flatMap(stateOf),
    [
      `- [Main benchmarks](reports/summary-main.md): ${listedText(reports, "main")}`,
      `- [Microbenchmarks](reports/summary-microbenchmarks.md): ${listedText(reports, "micro")}`,
      "- [Environments](reports/environments.md): machines and software of the results",
      ...withdrawnLine(first),
    ].join("\n"),
    ...recentlyChanged(first, digests),
    ...creepingSection(
      first,
      digests.filter(({ listed }) => listed).flatMap(({ creeping }) => creeping),
      "reports/",
    ),
    ...failingNow(reports),
    ...brokenRevisions(reports),
    ...dropped(digests),
    ...notInHistoryList(reports),
    `Written by Evenkeel ${first.isAlone ? "on" : "from the results of"} ${reports.map(({ server }) => markdownText(server.name)).join(", ")}.`,
  ].join("\n\n")}\n`;
}

/** Returns a link to the withdrawn results; nothing without any. */
function withdrawnLine({ withdrawn }: Report): string[] {
  const sessions = withdrawn.filter(({ what }) => what.kind === "session").length;
  const benchmarks = withdrawn.length - sessions;
  return withdrawn.length > 0 ? [`- [Withdrawn](reports/withdrawn.md): ${withdrawnText({ sessions, benchmarks })}`] : [];
}

/** Renders the state of one host, below its name if there are several. */
function stateOf(report: Report): string[] {
  const rows = serverState(report, markdownProse(report.server.target));
  if (report.isAlone) return [table(["", ""], "ll", rows)];
  return [`## ${markdownText(report.server.name)}`, table(["", ""], "ll", rows.slice(1))];
}

function targetText({ server: { target } }: Report): string {
  return target.web ? `[${markdownText(target.name)}](${linkTarget(target.web)})` : markdownText(target.name);
}

/** Returns the number of benchmarks of a group that the suite lists on any host. */
function listedText(reports: readonly Report[], group: "main" | "micro"): string {
  const listed = reports.flatMap(({ benchmarks }) => benchmarks.filter((benchmark) => benchmark.group === group));
  return counted(new Set(listed.map(({ name }) => name)).size, "benchmark");
}

/** Renders the confirmed changes of the last month. */
function recentlyChanged(report: Report, digests: readonly Digest[]): string[] {
  const cut = Date.parse(report.now) - month * 24 * 60 * 60 * 1000;
  const recent = changesIn(digests.filter(({ listed }) => listed)).filter(({ revision }) => Date.parse(revision.committed) > cut);
  return changesSection(report, "Changed in the last month", recent, "reports/");
}

/** Renders the benchmarks that fail at the newest revision, and since which one. */
function failingNow(reports: readonly Report[]): string[] {
  const failing = reports.flatMap(({ failing, server, isAlone }) => {
    const where = isAlone ? "" : `on ${markdownText(server.name)}: `;
    return allFailingLines(failing, markdownProse(server.target), linkOf).map((line) => `- ${where}${line}`);
  });
  return failing.length > 0 ? [["## Failing at the newest revision\n", ...failing].join("\n")] : [];
}

/** Renders revisions that failed as a whole in their newest session, the newest in the history first. */
function brokenRevisions(reports: readonly Report[]): string[] {
  const broken = reports.flatMap(brokenOn).sort((a, b) => b.position - a.position);
  if (broken.length === 0) return [];
  const rows = broken
    .slice(0, mostRows)
    .flatMap(({ report: { server, isAlone }, revision, failure }) => [
      `<details><summary><code>${revision.id.slice(0, 12)}</code> ${htmlText(shortened(revision.title, 72))}${isAlone ? "" : `, on ${htmlText(server.name)}`}: ${failure.stage}, ${htmlText(failure.message)}</summary>`,
      commitLink(revision.id, server.target),
      codeBlock(failure.output || "(no output)"),
      "</details>",
    ]);
  return ["## Revisions that could not be measured", ...rows, ...andMore(broken.length)];
}

interface Broken {
  report: Report;
  revision: Revision;
  /** Index in the history. */
  position: number;
  failure: Failure;
}

function brokenOn(report: Report): Broken[] {
  const newest = new Map<string, Head>();
  for (const session of report.results.sessions) {
    if (session.subject.kind === "revision" && session.environment === report.currentEnvironment) {
      newest.set(session.subject.revision, session);
    }
  }
  return report.history.flatMap((revision, position): Broken[] => {
    const failure = newest.get(revision.id)?.failure;
    return failure ? [{ report, revision, position, failure }] : [];
  });
}

/** Renders links to benchmarks that no host's suite lists any more. */
function dropped(digests: readonly Digest[]): string[] {
  const listed = new Set(digests.filter((one) => one.listed).map(({ name }) => name));
  const gone = [...new Set(digests.map(({ name }) => name).filter((name) => !listed.has(name)))].sort();
  if (gone.length === 0) return [];
  return ["## No longer in the suite", gone.map(linkOf).join(", ")];
}

/** Returns a benchmark's name as a link to its page. */
function linkOf(name: string): string {
  return `[${markdownText(name)}](reports/benchmarks/${benchmarkFile(name)}.md)`;
}

function notInHistoryList(reports: readonly Report[]): string[] {
  const all = reports.flatMap(({ notInHistory, server }) => notInHistory.map((session) => ({ session, server })));
  if (all.length === 0) return [];
  const newestFirst = all.sort((a, b) => (a.session.id < b.session.id ? 1 : -1));
  const rows = newestFirst
    .slice(0, mostRows)
    .flatMap(({ session: { subject, ended }, server }) =>
      subject.kind === "revision" ? [`- ${commitLink(subject.revision, server.target)}, ${minuteOf(ended)}`] : [],
    );
  return [
    [
      "## Not in history",
      "",
      "Sessions of revisions that are not, or no longer, in the target's history. No timeline shows them:",
      "",
      ...rows,
      ...andMore(newestFirst.length),
    ].join("\n"),
  ];
}

function andMore(count: number): string[] {
  return count > mostRows ? [`… and ${count - mostRows} more.`] : [];
}
