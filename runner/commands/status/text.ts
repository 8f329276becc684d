import { commandLine } from "../../../config/command-line.ts";
import { paths } from "../../../config/paths.ts";
import { problemText, type Problem } from "../../progress/problems.ts";
import type { Progress } from "../../progress/progress.ts";
import { failingLines } from "../../report/failing.ts";
import { machineText } from "../../report/machine.ts";
import { plainProse } from "../../report/prose.ts";
import { withdrawnText } from "../../report/withdrawn-page.ts";
import type { LastRun } from "../../run/last-run.ts";
import { spaceText } from "../../run/space.ts";
import { unreadText } from "../../run/unread.ts";
import { hostFactsHash } from "../../system/host-facts.ts";
import { secondsText, unitFor } from "../../text/measurements.ts";
import { counted, durationText, minuteOf } from "../../text/quantities.ts";
import { becomesText, unfinishedText } from "../unfinished.ts";
import type { Status } from "./status.ts";

/** Problems that a line names; the others are counted. */
const mostNamed = 5;

function equalSamplesText(names: readonly string[]): string {
  return `all samples equal, possibly not times: ${names.join(", ")}; run \`evenkeel measure --trial NAME\` to see its output, or accept it with \`constant: true\` in measure.expect`;
}

function deletedText(deleted: number): string {
  return `${counted(deleted, "session")} on the remote, copies in ${paths.deletedResults}; \`evenkeel withdraw --undo SESSION\` restores one`;
}

function problemsText(problems: readonly Problem[]): string {
  const more = problems.length > mostNamed ? [`and ${problems.length - mostNamed} more`] : [];
  return [...problems.slice(0, mostNamed).map(problemText), ...more].join("; ");
}

/** Returns a line per row, without empty rows. */
export function statusText(status: Status): string {
  const rows: Row[] = [...hostRows(status), ...workRows(status), ...sessionRows(status), ...resultRows(status), ...storageRows(status)];
  return rows.flatMap(([name, value]) => (value ? [`${name.padEnd(12)} ${value}`] : [])).join("\n");
}

/** Name and value; a row without a value is not shown. */
type Row = [name: string, value: string | undefined];

function hostRows({ host, environment, hostFacts, tuning, tuned }: Status): Row[] {
  return [
    ["host", host],
    ["environment", `${environment}, host facts ${hostFactsHash(hostFacts)}`],
    ["tuning", `${tuning.join(", ") || "none"}${tuned ? ": in effect" : ""}`],
  ];
}

function workRows(status: Status): Row[] {
  const { progress, next, pausing, notApplied, busy } = status;
  return [
    ["doing", doing(status)],
    ["done", progress && done(status, progress)],
    ["next", next.map(({ subject, because }) => `${subject} (${because})`).join("; ") || "nothing"],
    ["queue", status.unusable ?? `${counted(status.queued, "item")}${progress ? ` of ${busy} after this one` : ""}`],
    ["paused", pausing ? `since ${pausing.since}: ${pausing.why}` : "no"],
    ["declared", notApplied.length > 0 ? `not yet applied: ${notApplied.join(", ")}; run \`${commandLine("up")}\`` : "applied"],
    ["clock", status.clock],
    ["warnings", status.warnings.join("; ")],
  ];
}

function sessionRows({ lastRun, sessions, lastEnded, failedRevisions, failing, failures }: Status): Row[] {
  return [
    ["last run", lastRun ? lastRunText(lastRun) : "none yet"],
    ["sessions", `${sessions}${lastEnded ? `, the last ended ${lastEnded}` : ""}`],
    ["failed", failedRevisions],
    ["failing", failing && failingLines(failing, plainProse).join(nextLine)],
    ["failures", failures.length > 0 ? `${failures.length} in the last session: ${failures.join("; ")}` : "none in the last session"],
  ];
}

function resultRows(status: Status): Row[] {
  const { machine, equalSamples } = status;
  return [
    ["machine", machine && machineText(machine)],
    ["warning", equalSamples.length > 0 ? equalSamplesText(equalSamples) : undefined],
    ["suspected", status.suspected],
    ["creeping", status.creeping],
    ["undetected", status.undetected],
    ["dates", status.undated],
  ];
}

function storageRows(status: Status): Row[] {
  const { deleted, unread, space } = status;
  // Unless something is measured, unreadable files have a row of their own.
  const problems = status.problems.filter(({ kind }) => kind !== "read" || status.progress !== undefined);
  return [
    ["unfinished", unfinishedRow(status)],
    ["unpublished", counted(status.unpublished, "file")],
    ["withdrawn", withdrawnText(status.withdrawn)],
    ["deleted", deleted > 0 ? deletedText(deleted) : undefined],
    ["problems", problemsText(problems)],
    ["not read", unread.length > 0 ? unreadText(unread) : undefined],
    ["free", space.map((one) => `${one.folder} ${spaceText(one)}`).join(", ")],
    ["schedule", status.nextLook ? `next run at ${minuteOf(status.nextLook)}` : (status.paused ?? "no scheduled run")],
  ];
}

/** Begins a further line of a row. */
const nextLine = `\n${" ".repeat(13)}`;

/** Returns each unfinished session with its further course. The newest one may be the session that is measured now. */
function unfinishedRow({ unfinished, progress }: Status): string {
  if (unfinished.length === 0) return "none";
  const texts = unfinished.map((one, index) => {
    const isRunning = progress?.phase === "measure" && progress.subject === one.subject && index === unfinished.length - 1;
    return `${unfinishedText(one)}; ${becomesText(one, isRunning)}`;
  });
  return texts.join(nextLine);
}

function doing({ progress, busy }: Status): string {
  if (!progress) return busy ?? "nothing";
  const { phase, subject, reason, since, done, total, round, rounds, benchmark } = progress;
  const unit = phase === "build" ? "module" : "block";
  const parts = [
    ...(total > 0 ? [`${unit} ${done} of ${total}`] : []),
    ...(round > 0 ? [`round ${round} of ${rounds}`] : []),
    ...(benchmark === "" ? [] : [benchmark + estimateSoFar(progress)]),
  ];
  return `${phase} of ${subject}${reason ? ` (${reason})` : ""}, since ${since}${parts.length > 0 ? `: ${parts.join(", ")}` : ""}`;
}

function estimateSoFar({ estimate }: Progress): string {
  return estimate ? ` ${secondsText(estimate, unitFor(estimate.value))} so far, of ${estimate.samples} samples` : "";
}

function done({ expectedEnd, now }: Status, { phase, failures }: Progress): string {
  const left = expectedEnd && `in ${durationText((Date.parse(expectedEnd) - Date.parse(now)) / 1000)}, at ${minuteOf(expectedEnd)}`;
  const unknown = phase === "publish" ? "soon" : "unknown: this host has not measured a similar item yet";
  return [left ?? unknown, ...(failures.length > 0 ? [`failed so far: ${failures.join("; ")}`] : [])].join("; ");
}

function lastRunText({ command, ended, exitCode, sessions, said }: LastRun): string {
  return `${command} ended ${minuteOf(ended)} with exit code ${exitCode}, ${counted(sessions, "session")}: ${said}`;
}
