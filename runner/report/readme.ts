import { benchmarkFile } from "../benchmark-file.ts";
import type { Failure, Revision } from "../model.ts";
import type { Head } from "../timeline/results.ts";
import { changesIn, changesSection } from "./changes.ts";
import type { Digest } from "./digest.ts";
import { codeBlock, htmlText, markdownText, shortened } from "./escape.ts";
import type { Report } from "./input.ts";
import { commitLink } from "./links.ts";
import { counted, minuteOf } from "./numbers.ts";
import { markdownProse } from "./prose.ts";
import { serverState } from "./server-state.ts";
import { month } from "./summary-row.ts";
import { table } from "./table.ts";

/** Rows of lists that could grow for ever. */
const mostRows = 20;

/** The state of the server and the way to all other reports. */
export function renderReadme(report: Report, digests: readonly Digest[]): string {
  const { server, notInHistory } = report;
  return `${[
    `# ${targetText(report)}: benchmarks`,
    table(["", ""], "ll", serverState(report, markdownProse(server.target))),
    [
      `- [Main benchmarks](reports/summary-main.md): ${listedText(report, "main")}`,
      `- [Microbenchmarks](reports/summary-microbenchmarks.md): ${listedText(report, "micro")}`,
      "- [Environments](reports/environments.md): what was measured on",
      ...(report.withdrawn.length > 0 ? [`- [Withdrawn](reports/withdrawn.md): ${counted(report.withdrawn.length, "session")}`] : []),
    ].join("\n"),
    ...changedLately(report, digests),
    ...failingNow(digests),
    ...brokenRevisions(report),
    ...dropped(digests),
    ...(notInHistory.length > 0 ? [notInHistoryList(report)] : []),
    `Written by Evenkeel on ${markdownText(server.name)}.`,
  ].join("\n\n")}\n`;
}

function targetText({ server: { target } }: Report): string {
  return target.web ? `[${markdownText(target.name)}](${target.web})` : markdownText(target.name);
}

function listedText(report: Report, group: "main" | "micro"): string {
  return counted(report.benchmarks.filter((benchmark) => benchmark.group === group).length, "benchmark");
}

/** Confirmed changes of the last month. */
function changedLately(report: Report, digests: readonly Digest[]): string[] {
  const cut = Date.parse(report.now) - month * 24 * 60 * 60 * 1000;
  const lately = changesIn(digests).filter(({ revision }) => Date.parse(revision.committed) > cut);
  return changesSection(report, "Changed in the last month", lately, "reports/");
}

/** Benchmarks whose newest revision failed. */
function failingNow(digests: readonly Digest[]): string[] {
  const failing = digests.flatMap(({ name, listed, failing }) => {
    const link = `[${markdownText(name)}](reports/benchmarks/${benchmarkFile(name)}.md)`;
    return listed && failing !== undefined ? [`- ${link} at ${failing}`] : [];
  });
  return failing.length > 0 ? [["## Failing at the newest revision\n", ...failing].join("\n")] : [];
}

/** Revisions that failed as a whole in their newest session, newest in the history first. */
function brokenRevisions(report: Report): string[] {
  const newest = new Map<string, Head>();
  for (const session of report.results.sessions) {
    if (session.subject.kind === "revision" && session.environment === report.currentEnvironment) {
      newest.set(session.subject.revision, session);
    }
  }
  const broken = [...report.history].reverse().flatMap((revision): [Revision, Failure | undefined][] => {
    const failure = newest.get(revision.id)?.failure;
    return failure ? [[revision, failure]] : [];
  });
  if (broken.length === 0) return [];
  const rows = broken
    .slice(0, mostRows)
    .flatMap(([revision, failure]) =>
      failure
        ? [
            `<details><summary><code>${revision.id.slice(0, 12)}</code> ${htmlText(shortened(revision.title, 72))}: ${failure.stage}, ${htmlText(failure.message)}</summary>`,
            commitLink(revision.id, report.server.target),
            codeBlock(failure.output || "(no output)"),
            "</details>",
          ]
        : [],
    );
  return ["## Revisions that could not be measured", ...rows, ...andMore(broken.length)];
}

function dropped(digests: readonly Digest[]): string[] {
  const gone = digests.filter(({ listed }) => !listed);
  if (gone.length === 0) return [];
  const links = gone.map(({ name }) => `[${markdownText(name)}](reports/benchmarks/${benchmarkFile(name)}.md)`);
  return ["## No longer in the suite", links.join(", ")];
}

function notInHistoryList({ notInHistory, server }: Report): string {
  const newestFirst = [...notInHistory].reverse();
  const rows = newestFirst
    .slice(0, mostRows)
    .flatMap(({ subject, ended }) =>
      subject.kind === "revision" ? [`- ${commitLink(subject.revision, server.target)}, ${minuteOf(ended)}`] : [],
    );
  return [
    "## Not in history",
    "",
    "Measured once, but not (or no longer) in the target's history; left out of every timeline:",
    "",
    ...rows,
    ...andMore(newestFirst.length),
  ].join("\n");
}

function andMore(count: number): string[] {
  return count > mostRows ? [`… and ${count - mostRows} more.`] : [];
}
