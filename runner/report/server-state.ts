import { isCopiesOnly } from "../timeline/results.ts";
import type { Head } from "../timeline/results.ts";
import type { Report } from "./input.ts";
import { everyText } from "./failing.ts";
import { machineText } from "./machine.ts";
import { counted, minuteOf } from "../text/quantities.ts";
import type { Prose } from "./prose.ts";
import { environmentText } from "./transitions.ts";
import { upgradeRow } from "./upgrade.ts";

/** Returns the state of the server in rows of a name and a text. */
export function serverState(report: Report, prose: Prose): [string, string][] {
  const last = report.results.sessions.at(-1);
  const environment = report.environments.get(report.currentEnvironment);
  return [
    ["server", prose.text(report.server.name)],
    ["last session", last ? sessionText(report, last, prose) : "none yet: nothing has been measured"],
    [
      "environment",
      report.currentEnvironment
        ? `${prose.environments(prose.code(report.currentEnvironment.slice(0, 8)))}: ${prose.text(environmentText(environment))}`
        : "none yet",
    ],
    ...machine(report),
    ...upgradeRow(report, prose),
    ["revisions measured", measuredText(report)],
    ...failing(report, prose),
    ...(report.paused === undefined ? [] : [["schedule", prose.text(report.paused)] satisfies [string, string]]),
    ...(report.blocked === undefined ? [] : [["blocked", prose.text(report.blocked)] satisfies [string, string]]),
    ...(report.programUnlike === undefined
      ? []
      : [["program", `differs from the version on ${prose.text(report.programUnlike)}: run up for both hosts`] satisfies [string, string]]),
    ...(report.unlisted === undefined ? [] : [["suite", prose.text(report.unlisted.join("; "))] satisfies [string, string]]),
    ...waiting(report),
  ];
}

/** Returns the number of failing benchmarks, or the first failing revision if every benchmark fails. */
function failing({ failing: { all, benchmarks } }: Report, prose: Prose): [string, string][] {
  if (all) return [["failing", everyText(all, prose)]];
  return benchmarks.length > 0 ? [["failing", counted(benchmarks.length, "benchmark")]] : [];
}

/** Returns the backlog; nothing if it is not known. */
function waiting({ backlog }: Report): [string, string][] {
  return backlog === undefined ? [] : [["waiting", backlog > 0 ? counted(backlog, "revision") : "nothing"]];
}

/** Returns the verdict of the controls on the machine; nothing without controls. */
function machine({ machine: verdict }: Report): [string, string][] {
  return verdict.controls === 0 ? [] : [["machine", machineText(verdict)]];
}

function sessionText(report: Report, session: Head, prose: Prose): string {
  const { ok, imported, reused, failed } = session.counts;
  const result = session.failure
    ? `failed: ${session.failure.stage}, ${prose.text(session.failure.message)}`
    : [
        imported > 0 ? `${imported} imported` : `${ok} measured`,
        ...(reused > 0 ? [`${reused} reused from a neighbouring revision`] : []),
        ...(failed > 0 ? [`${failed} failed`] : []),
      ].join(", ");
  return `${minuteOf(session.ended)}, ${subjectText(report, session, prose)} (${session.reason}): ${result}`;
}

function subjectText(report: Report, { subject }: Head, prose: Prose): string {
  if (subject.kind === "baseline") return "the interpreter itself";
  const revision = report.history.find(({ id }) => id === subject.revision);
  return revision ? prose.revision(revision) : prose.commit(subject.revision);
}

function measuredText(report: Report): string {
  if (report.history.length === 0) return "the history has no revision yet";
  const complete = report.results.sessions.filter((session) => !session.failure);
  const measured = revisionsOf(complete.filter((session) => !isCopiesOnly(session)));
  const copies = revisionsOf(complete);
  const count = (wanted: (id: string) => boolean) => report.history.filter(({ id }) => wanted(id)).length;
  const same = count((id) => copies.has(id) && !measured.has(id));
  const reusedText = same > 0 ? `, ${same} more with reused results only` : "";
  return `${count((id) => measured.has(id))} of ${report.history.length}${reusedText}`;
}

function revisionsOf(sessions: readonly Head[]): Set<string> {
  return new Set(sessions.flatMap(({ subject }) => (subject.kind === "revision" ? [subject.revision] : [])));
}
