import type { Environment } from "../model.ts";
import { isCopiesOnly } from "../timeline/results.ts";
import type { Head } from "../timeline/results.ts";
import { markdownText } from "../text/escape.ts";
import { heading } from "./heading.ts";
import type { Report } from "./input.ts";
import { scalingSections } from "./scaling-sections.ts";
import { counted, minuteOf } from "../text/quantities.ts";
import { isImported } from "./transitions.ts";
import { table } from "./table.ts";
import { upgradeSection } from "./upgrade.ts";

/** Renders every environment that was measured in or is current: its facts and its sessions. Several hosts have a part each. */
export function renderEnvironments(reports: readonly Report[]): string {
  const [first] = reports;
  return `${[
    `# ${first ? `${markdownText(first.server.target.name)}: ` : ""}environments`,
    "[Overview](../README.md)",
    "An environment is everything that results depend on besides the revision. Results of different environments can be compared only by scaling factors.",
    ...reports.flatMap((report) => [...(report.isAlone ? [] : [`## ${markdownText(report.server.name)}`]), ...environmentsOf(report)]),
  ].join("\n\n")}\n`;
}

function environmentsOf(report: Report): string[] {
  const sessions = new Map<string, Head[]>();
  for (const session of report.results.sessions) {
    const known = sessions.get(session.environment);
    if (known) known.push(session);
    else sessions.set(session.environment, [session]);
  }
  // Ordered by first session, unused ones last. Records of unused environments name no host, so they are shown only if there is a single one.
  const unused = report.isAlone ? report.environments.keys() : [];
  const ids = [...new Set([...sessions.keys(), ...unused, report.currentEnvironment])].filter(Boolean);
  return [
    ...(ids.length === 0 ? ["There is no environment yet."] : []),
    ...upgradeSection(report),
    ...scalingSections(report, ids),
    ...ids.map((id) => section(report, id, sessions.get(id) ?? [])),
  ];
}

function section(report: Report, id: string, sessions: readonly Head[]): string {
  const environment = report.environments.get(id);
  const newest = sessions.at(-1);
  const hostFacts = Object.entries(newest?.hostFacts ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    heading(report, `\`${id.slice(0, 8)}\`${id === report.currentEnvironment ? " (current)" : ""}`),
    ...(isImported(environment) ? ["Imported: another system measured in it, and recorded fewer facts."] : []),
    usage(sessions.filter((session) => !isCopiesOnly(session))),
    environment ? table(["fact", "value"], "ll", facts(environment)) : "The results have no record of this environment.",
    ...(hostFacts.length > 0
      ? [
          "Host facts at the newest session; they may change within an environment:",
          table(
            ["host fact", "value"],
            "ll",
            hostFacts.map((fact) => fact.map(markdownText)),
          ),
        ]
      : []),
  ].join("\n\n");
}

function usage(sessions: readonly Head[]): string {
  const [first] = sessions;
  const last = sessions.at(-1);
  if (!first || !last) return "Nothing has been measured in it yet.";
  const revisions = new Set(sessions.flatMap(({ subject }) => (subject.kind === "revision" ? [subject.revision] : [])));
  const baselines = sessions.filter(({ subject }) => subject.kind === "baseline").length;
  return [
    `${counted(sessions.length, "session")} from ${minuteOf(first.started)} to ${minuteOf(last.ended)}:`,
    `${counted(revisions.size, "revision")}, ${counted(baselines, "baseline session")}.`,
  ].join(" ");
}

/** Value of facts that another system did not record. */
const unknown = "not known";

function facts({ cpu, machine, os, python, compiler, tuning, hostFacts, machineShifts = [] }: Environment): [string, string][] {
  return [
    ["CPU", markdownText(cpu)],
    ["machine", machine === undefined ? unknown : `\`${machine.slice(0, 12)}\``],
    ["OS", markdownText(`${os.id} ${os.versionId}`)],
    ["Python", markdownText(python.version)],
    ["Python's build flags", python.buildFlags === undefined ? unknown : markdownText(python.buildFlags) || "none"],
    ["Python's SHA-256", python.sha256 === undefined ? unknown : `\`${python.sha256.slice(0, 16)}\``],
    ["compiler", markdownText(compiler)],
    ["tuning", tuning ? markdownText(tuning.join(", ")) || "none" : unknown],
    ...(hostFacts === undefined ? [] : [["host facts", `\`${hostFacts}\``] satisfies [string, string]]),
    ...machineShifts.map(({ since, why }): [string, string] => ["machine shift", markdownText(`since ${minuteOf(since)}: ${why}`)]),
  ];
}
