import { benchmarkFile } from "../benchmark-file.ts";
import type { Outcome, Revision, Session } from "../model.ts";
import { machineVerdict } from "../timeline/controls.ts";
import { sessionNoise } from "../timeline/noise.ts";
import { isCopy } from "../timeline/program.ts";
import { changesSection, confirmedChanges } from "./changes.ts";
import { codeBlock, markdownText, shortened, xmlText } from "./escape.ts";
import type { Report } from "./input.ts";
import { commitLink, revisionText } from "./links.ts";
import { machineText } from "./machine.ts";
import { counted, minuteOf } from "./numbers.ts";
import { failureText, stateOf } from "./state.ts";
import { environmentText } from "./switches.ts";
import { table } from "./table.ts";
import { upgradeRow } from "./upgrade.ts";

/** Rows of lists that could grow for ever. */
const mostRows = 20;

/** The state of the server and the way to all other reports. */
export function renderReadme(report: Report): string {
  const { server, timeline } = report;
  const sessions = [...report.sessions].sort((a, b) => (a.id < b.id ? -1 : 1));
  return `${[
    `# ${targetText(report)}: benchmarks`,
    table(["", ""], "ll", state(report, sessions)),
    [
      `- [Main benchmarks](reports/summary-main.md): ${listedText(report, "main")}`,
      `- [Microbenchmarks](reports/summary-microbenchmarks.md): ${listedText(report, "micro")}`,
      "- [Environments](reports/environments.md): what was measured on",
    ].join("\n"),
    ...changedLately(report),
    ...failingNow(report),
    ...brokenRevisions(report, sessions),
    ...dropped(report),
    ...(timeline.notInHistory.length > 0 ? [notInHistory(report)] : []),
    `Written by Evenkeel on ${markdownText(server.name)}.`,
  ].join("\n\n")}\n`;
}

function targetText({ server: { target } }: Report): string {
  return target.web ? `[${markdownText(target.name)}](${target.web})` : markdownText(target.name);
}

function state(report: Report, sessions: readonly Session[]): [string, string][] {
  const last = sessions.at(-1);
  const environment = report.environments.get(report.currentEnvironment);
  return [
    ["server", markdownText(report.server.name)],
    ["last session", last ? sessionText(report, last) : "none yet: nothing has been measured"],
    [
      "environment",
      report.currentEnvironment
        ? `[\`${report.currentEnvironment.slice(0, 8)}\`](reports/environments.md): ${markdownText(environmentText(environment))}`
        : "none yet",
    ],
    ...machine(report),
    ...upgradeRow(report),
    ["revisions measured", measuredText(report, sessions)],
    ...(report.paused === undefined ? [] : [["schedule", markdownText(report.paused)] satisfies [string, string]]),
    ["waiting", report.backlog > 0 ? counted(report.backlog, "revision") : "nothing"],
  ];
}

/** What controls say of the machine, once there are any. */
function machine({ sessions, currentEnvironment }: Report): [string, string][] {
  const verdict = machineVerdict(sessions, currentEnvironment, sessionNoise);
  return verdict.controls === 0 ? [] : [["machine", machineText(verdict)]];
}

function sessionText(report: Report, session: Session): string {
  const outcomes = Object.values(session.benchmarks).flatMap((variants) => Object.values(variants));
  const of = (wanted: Outcome["status"]) => outcomes.filter(({ status }: Outcome) => status === wanted).length;
  const result = session.failure
    ? `failed: ${session.failure.stage}, ${markdownText(session.failure.message)}`
    : [
        of("imported") > 0 ? `${of("imported")} imported` : `${of("ok")} measured`,
        ...(of("same") > 0 ? [`${of("same")} the same program as in a neighbouring revision`] : []),
        ...(of("failed") > 0 ? [`${of("failed")} failed`] : []),
      ].join(", ");
  return `${minuteOf(session.ended)}, ${subjectText(report, session)} (${session.reason}): ${result}`;
}

function subjectText(report: Report, { subject }: Session): string {
  if (subject.kind === "baseline") return "the interpreter itself";
  const revision = report.history.find(({ id }) => id === subject.revision);
  return revision ? revisionText(revision, report.server.target) : commitLink(subject.revision, report.server.target);
}

function measuredText(report: Report, sessions: readonly Session[]): string {
  if (report.history.length === 0) return "the history has no revision yet";
  const complete = sessions.filter((session) => !session.failure);
  const measured = revisionsOf(complete.filter((session) => !isCopy(session)));
  const copies = revisionsOf(complete);
  const count = (wanted: (id: string) => boolean) => report.history.filter(({ id }) => wanted(id)).length;
  const same = count((id) => copies.has(id) && !measured.has(id));
  const sameText = same > 0 ? `, ${same} more run${same === 1 ? "s" : ""} nothing but programs of these` : "";
  return `${count((id) => measured.has(id))} of ${report.history.length}${sameText}`;
}

function revisionsOf(sessions: readonly Session[]): Set<string> {
  return new Set(sessions.flatMap(({ subject }) => (subject.kind === "revision" ? [subject.revision] : [])));
}

function listedText(report: Report, group: "main" | "micro"): string {
  return counted(report.benchmarks.filter((benchmark) => benchmark.group === group).length, "benchmark");
}

/** Confirmed changes of the last 30 days. */
function changedLately(report: Report): string[] {
  const cut = Date.parse(report.now) - 30 * 24 * 60 * 60 * 1000;
  const lately = confirmedChanges(report).filter(({ revision }) => Date.parse(revision.committed) > cut);
  return changesSection(report, "Changed in the last month", lately, "reports/");
}

/** Benchmarks whose newest revision failed. */
function failingNow(report: Report): string[] {
  const failing = report.timeline.benchmarks.flatMap((benchmark) => {
    const point = benchmark.listed && stateOf(benchmark, report.server.target).failing;
    const link = `[${markdownText(benchmark.name)}](reports/benchmarks/${benchmarkFile(benchmark.name)}.md)`;
    return point ? [`- ${link} at ${failureText(point, report.server.target)}`] : [];
  });
  return failing.length > 0 ? [["## Failing at the newest revision\n", ...failing].join("\n")] : [];
}

/** Revisions that failed as a whole in their newest session, newest in the history first. */
function brokenRevisions(report: Report, sessions: readonly Session[]): string[] {
  const newest = new Map<string, Session>();
  for (const session of sessions) {
    if (session.subject.kind === "revision" && session.environment === report.currentEnvironment) {
      newest.set(session.subject.revision, session);
    }
  }
  const broken = [...report.history].reverse().flatMap((revision): [Revision, Session["failure"]][] => {
    const failure = newest.get(revision.id)?.failure;
    return failure ? [[revision, failure]] : [];
  });
  if (broken.length === 0) return [];
  const rows = broken
    .slice(0, mostRows)
    .flatMap(([revision, failure]) =>
      failure
        ? [
            `<details><summary><code>${revision.id.slice(0, 12)}</code> ${xmlText(shortened(revision.title, 72))}: ${failure.stage}, ${xmlText(failure.message)}</summary>`,
            commitLink(revision.id, report.server.target),
            codeBlock(failure.output || "(no output)"),
            "</details>",
          ]
        : [],
    );
  return ["## Revisions that could not be measured", ...rows, ...andMore(broken.length)];
}

function dropped(report: Report): string[] {
  const gone = report.timeline.benchmarks.filter((benchmark) => !benchmark.listed);
  if (gone.length === 0) return [];
  const links = gone.map(({ name }) => `[${markdownText(name)}](reports/benchmarks/${benchmarkFile(name)}.md)`);
  return ["## No longer in the suite", links.join(", ")];
}

function notInHistory({ timeline, server }: Report): string {
  const newestFirst = [...timeline.notInHistory].reverse();
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
