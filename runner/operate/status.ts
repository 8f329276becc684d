import { stat } from "node:fs/promises";
import { readDeclaration } from "../../provision/host/declaration.ts";
import { clockHere, clockProblem, clockRemark, type ClockEvidence } from "../clock.ts";
import { failedRevisionsText } from "../failed-subject.ts";
import { UserError } from "../../config/user-error.ts";
import { failingHere } from "../failing.ts";
import { paths } from "../../config/paths.ts";
import { lockHolder } from "../host/lock.ts";
import { describeSubject } from "../item.ts";
import { hostFactsHash } from "../host/host-facts.ts";
import { expectsConstant } from "../measure/plausibility.ts";
import type { HostFacts, Session } from "../model.ts";
import { failingLines } from "../report/failing.ts";
import { machineText } from "../report/machine.ts";
import { counted, durationText, minuteOf, secondsText, unitFor } from "../report/numbers.ts";
import { withdrawnText } from "../report/withdrawn-page.ts";
import { plainProse } from "../report/prose.ts";
import { changesHere } from "../detecting.ts";
import { changesText, creepingStateText, unjudgedText } from "../plan/changes.ts";
import { presentListing } from "../plan/listing.ts";
import { listingWarnings } from "../plan/listing-text.ts";
import { readUndated, undatedText } from "../requirement-records.ts";
import { queued } from "../run.ts";
import { listedIn } from "../reporting.ts";
import { becomesHere } from "../resuming.ts";
import type { RunnerContext } from "../runner-context.ts";
import { pendingFiles } from "../store/publish.ts";
import { isMisdated } from "../store/stored-results.ts";
import { deletedSessions } from "../store/deleted-results.ts";
import { readSession, readWithdrawals, sessionIds, type Damaged } from "../store/sessions.ts";
import { benchmarksOfEqualSamples } from "../timeline/equal-samples.ts";
import { machineVerdict, type MachineVerdict } from "../timeline/controls.ts";
import type { Failing } from "../timeline/failing.ts";
import { unreadFiles, unreadText } from "../unread.ts";
import { namesNotApplied } from "./doctor.ts";
import { pauseText, readHold, type Hold } from "./hold.ts";
import { readLastRun, type LastRun } from "./last-run.ts";
import { nextLook } from "./next-look.ts";
import { readProgress, waitingOf, type Progress, type Waiting } from "./progress.ts";
import { problemText, type Problem } from "./problems.ts";
import { spaceOf, spaceText, type Space } from "./space.ts";
import { becomesText, unfinishedSessions, unfinishedText, type Unfinished } from "./unfinished.ts";

/** What an operator wants to know first. */
export interface Status {
  now: string;
  host: string;
  environment: string;
  /** What may change without making another environment. */
  hostFacts: HostFacts;
  /** What tuning does here while something is measured. */
  tuning: string[];
  hold: Hold | undefined;
  /** Parts of the suite that cannot be listed, and names in the configuration that match no benchmark of it, in words. */
  warnings: string[];
  /** Why the schedule does nothing, if it does nothing. */
  paused: string | undefined;
  /** The process that works now. */
  busy: string | undefined;
  /** Absent where nothing is measured, or where what works does not tell. */
  progress: Progress | undefined;
  /** When what is measured will be sampled; absent where nothing tells. */
  expectedEnd: string | undefined;
  /** Declared resources that `pulumi up` did not get to. */
  notApplied: string[];
  /** Reason that the clock prevents measuring, or a remark on it; absent while something is measured, or where there is neither. */
  clock: string | undefined;
  lastRun: LastRun | undefined;
  lastSession: string | undefined;
  lastEnded: string | undefined;
  /** What failed in the last session. */
  failures: string[];
  sessions: number;
  /** What controls say of the machine; absent while something is measured. */
  machine: MachineVerdict | undefined;
  /** Changes that are suspected, in words; absent while something is measured, or where there are none. */
  suspected: string | undefined;
  /** Changes that creep, comparisons for these, and where there can be none, in words; absent while something is measured, or where there is nothing. */
  creeping: string | undefined;
  /** Of which benchmarks no change can be detected yet, in words; absent while something is measured, or where there are none. */
  undetected: string | undefined;
  /** Revisions that failed as a whole, in words; absent while something is measured, or where there are none. */
  failedRevisions: string | undefined;
  /** Benchmarks whose newest results are failures; absent while something is measured, or where it is not known. */
  failing: Failing | undefined;
  /** Benchmarks whose newest samples are all equal, where that is not expected; empty while something is measured. */
  equalSamples: string[];
  /** Reason that requirements are not resolved as of the day of the commit; absent where they are. */
  undated: string | undefined;
  /** Reason that there is no queue, as where the target lacks a revision that the configuration names; absent where there is one. */
  unusable: string | undefined;
  /** Items that wait: while something is measured, of that command; otherwise of the queue. */
  queued: number;
  /** The first of them. */
  next: Waiting[];
  /** Sessions that were begun and are not stored, one of them being measured, perhaps. */
  unfinished: Unfinished[];
  unpublished: number;
  /** Numbers of sessions and benchmarks that were withdrawn. */
  withdrawn: Record<"sessions" | "benchmarks", number>;
  /** Sessions that somebody deleted on the results' remote. */
  deleted: number;
  /** Problems that last: of fetching, publishing, measuring one revision, housekeeping, alerts. */
  problems: Problem[];
  /** Results and journals that cannot be read as what they should be; empty while something is measured. */
  unread: Damaged[];
  space: Space[];
  /** When cron looks for new revisions; absent where it does not. */
  nextLook: string | undefined;
  /** The machine is tuned for measuring now. */
  tuned: boolean;
}

/** Reads little: it is asked while something is measured. */
export async function statusOf(context: RunnerContext): Promise<Status> {
  const { config, environment, hostFacts, results } = context;
  const now = new Date();
  const ids = (await sessionIds(results.root)).filter((id) => !isMisdated({ id }, now));
  const lastId = ids[ids.length - 1];
  const last = lastId === undefined ? undefined : await readSession(results.root, lastId);
  const holder = await lockHolder();
  const progress = holder && (await readProgress(holder.pid));
  const hold = await readHold();
  return {
    now: now.toISOString(),
    host: config.host,
    environment: environment.id,
    hostFacts,
    tuning: environment.tuning ?? [],
    hold,
    warnings: await listingWarnings(config),
    paused: pauseText(config.schedule, hold),
    busy: holder?.command,
    progress,
    expectedEnd: progress && expectedEnd(progress, now),
    notApplied: await namesNotApplied((await readDeclaration())?.resources ?? {}),
    lastRun: await readLastRun(),
    lastSession: lastId,
    lastEnded: last?.ended,
    failures: last ? failuresOf(last) : [],
    sessions: ids.length,
    ...(progress ? { ...unknown, queued: progress.waiting, next: progress.next } : await lookedUp(context).catch(unusable)),
    undated: await undatedHere(),
    unfinished: await unfinishedHere(context),
    unpublished: (await pendingFiles(results, config.results.branch)).length,
    withdrawn: await withdrawnHere(results.root),
    deleted: (await deletedSessions(results.root, paths.deletedResults)).length,
    problems: (await context.problems.read()).open,
    space: await Promise.all([paths.state, paths.results].map(spaceOf)),
    nextLook: config.schedule.enabled && !hold ? nextLook(config.schedule.cron, now)?.toISOString() : undefined,
    tuned: (await stat(paths.tuning).catch(() => undefined)) !== undefined,
  };
}

type Looked = Pick<
  Status,
  | "queued"
  | "next"
  | "machine"
  | "suspected"
  | "creeping"
  | "undetected"
  | "clock"
  | "failedRevisions"
  | "failing"
  | "equalSamples"
  | "unread"
  | "unusable"
>;

/** What is not looked up. */
const unknown: Omit<Looked, "queued" | "next"> = {
  machine: undefined,
  suspected: undefined,
  creeping: undefined,
  undetected: undefined,
  clock: undefined,
  failedRevisions: undefined,
  failing: undefined,
  equalSamples: [],
  unread: [],
  unusable: undefined,
};
/** Sessions that were begun, and what of each is no longer declared. */
function unfinishedHere(context: RunnerContext): Promise<Unfinished[]> {
  return unfinishedSessions(paths.journal, async (contents) => {
    const { without, obstacle } = await becomesHere(contents, context);
    return without === undefined && obstacle === undefined
      ? undefined
      : { ...(without !== undefined && { without }), ...(obstacle !== undefined && { obstacle }) };
  });
}

/** What takes reading all sessions: not while something is measured. */
async function lookedUp(context: RunnerContext): Promise<Looked> {
  const items = await queued(context, { allowBuild: false });
  const { results } = await context.stored.read();
  const declared = (await presentListing(context, { allowBuild: false })) ?? [];
  const machine = machineVerdict(results, context.environment.id, declared);
  const { expect } = context.config.measure;
  const listed = listedIn(results.sessions, context.environment.id).benchmarks;
  const found = await changesHere(context, { allowBuild: false });
  const suspected = found && changesText(found);
  return {
    machine,
    suspected,
    creeping: found && creepingStateText(found),
    undetected: found && unjudgedText(found),
    clock: clockText(await clockHere(context)),
    failedRevisions: failedRevisionsText(results.sessions, context.config.host),
    failing: await failingHere(context),
    equalSamples: benchmarksOfEqualSamples(results, context.environment.id, listed).filter((name) => !expectsConstant(name, expect)),
    unread: await unreadFiles(context),
    unusable: undefined,
    queued: items.length,
    next: items.slice(0, 3).map((item) => waitingOf(item, describeSubject(item.subject))),
  };
}

/** What is told of a queue that cannot be made, as where the target has no such revision: status says why instead of failing. */
function unusable(error: unknown): Looked {
  if (!(error instanceof UserError)) throw error;
  return { ...unknown, queued: 0, next: [], unusable: `nothing can be measured: ${error.message} (${error.hint})` };
}

async function withdrawnHere(resultsRoot: string): Promise<Status["withdrawn"]> {
  const { withdrawn } = await readWithdrawals(resultsRoot);
  return { sessions: withdrawn.sessions.size, benchmarks: withdrawn.benchmarks.size };
}

async function undatedHere(): Promise<string | undefined> {
  const undated = await readUndated();
  return undated && undatedText(undated);
}

/** Problems that are named; of all others there is the number. */
const mostNamed = 5;

function clockText(evidence: ClockEvidence): string | undefined {
  const problem = clockProblem(evidence);
  return problem === undefined ? clockRemark(evidence) : `nothing is measured: ${problem}`;
}

function equalSamplesText(names: readonly string[]): string {
  return `all samples equal, maybe no times: ${names.join(", ")}; \`evenkeel measure --trial NAME\` shows what one prints, \`constant: true\` in measure.expect accepts it`;
}

function deletedText(deleted: number): string {
  return `${counted(deleted, "session")} on the remote, kept in ${paths.deletedResults}; \`evenkeel withdraw --undo SESSION\` brings one back`;
}

function problemsText(problems: readonly Problem[]): string {
  const more = problems.length > mostNamed ? [`and ${problems.length - mostNamed} more`] : [];
  return [...problems.slice(0, mostNamed).map(problemText), ...more].join("; ");
}

/** The time left as of when it was told; never in the past. */
function expectedEnd({ secondsLeft, at }: Progress, now: Date): string | undefined {
  if (secondsLeft === undefined) return undefined;
  return new Date(Math.max(now.getTime(), Date.parse(at) + secondsLeft * 1000)).toISOString();
}

/** `richards (compiled): what happened`, a line each. */
function failuresOf({ failure, subject, benchmarks }: Session): string[] {
  if (failure) return [`${describeSubject(subject)} as a whole: ${failure.stage}, ${failure.message}`];
  return Object.entries(benchmarks).flatMap(([name, variants]) =>
    Object.entries(variants).flatMap(([variant, outcome]) =>
      outcome?.status === "failed" ? [`${name} (${variant}): ${outcome.stage}, ${outcome.message}`] : [],
    ),
  );
}

export function statusText(status: Status): string {
  const { hold, lastRun, lastEnded, failures, next, space } = status;
  const failing = status.failing ? failingLines(status.failing, plainProse) : [];
  // Unreadable files have a row of their own, as of now, unless something is measured.
  const problems = status.problems.filter(({ kind }) => kind !== "read" || status.progress !== undefined);
  const withdrawn = withdrawnText(status.withdrawn);
  const rows: [string, string][] = [
    ["host", status.host],
    ["environment", `${status.environment}, host facts ${hostFactsHash(status.hostFacts)}`],
    ["tuning", `${status.tuning.join(", ") || "none"}${status.tuned ? ": in effect" : ""}`],
    ["doing", doing(status)],
    ...(status.progress ? [["done", done(status, status.progress)] satisfies [string, string]] : []),
    ["next", next.map(({ subject, because }) => `${subject} (${because})`).join("; ") || "nothing"],
    ["queue", status.unusable ?? `${counted(status.queued, "item")}${status.progress ? ` of ${status.busy} after this one` : ""}`],
    ["hold", hold ? `since ${hold.since}: ${hold.why}` : "no"],
    ["declared", status.notApplied.length > 0 ? `not yet applied: ${status.notApplied.join(", ")}; run pulumi up` : "applied"],
    ...(status.clock ? [["clock", status.clock] satisfies [string, string]] : []),
    ...(status.warnings.length > 0 ? [["warnings", status.warnings.join("; ")] satisfies [string, string]] : []),
    ["last run", lastRun ? lastRunText(lastRun) : "none yet"],
    ["sessions", `${status.sessions}${lastEnded ? `, the last ended ${lastEnded}` : ""}`],
    ...(status.failedRevisions ? [["failed", status.failedRevisions] satisfies [string, string]] : []),
    ...(failing.length > 0 ? [["failing", failing.join(nextLine)] satisfies [string, string]] : []),
    ["failures", failures.length > 0 ? `${failures.length} in the last session: ${failures.join("; ")}` : "none in the last session"],
    ...(status.machine ? [["machine", machineText(status.machine)] satisfies [string, string]] : []),
    ...(status.equalSamples.length > 0 ? [["warning", equalSamplesText(status.equalSamples)] satisfies [string, string]] : []),
    ...(status.suspected ? [["suspected", status.suspected] satisfies [string, string]] : []),
    ...(status.creeping ? [["creeping", status.creeping] satisfies [string, string]] : []),
    ...(status.undetected ? [["undetected", status.undetected] satisfies [string, string]] : []),
    ...(status.undated ? [["dates", status.undated] satisfies [string, string]] : []),
    ["unfinished", unfinishedRow(status)],
    ["unpublished", counted(status.unpublished, "file")],
    ...(withdrawn === "" ? [] : [["withdrawn", withdrawn] satisfies [string, string]]),
    ...(status.deleted > 0 ? [["deleted", deletedText(status.deleted)] satisfies [string, string]] : []),
    ...(problems.length > 0 ? [["problems", problemsText(problems)] satisfies [string, string]] : []),
    ...(status.unread.length > 0 ? [["not read", unreadText(status.unread)] satisfies [string, string]] : []),
    ["free", space.map((one) => `${one.folder} ${spaceText(one)}`).join(", ")],
    ["schedule", status.nextLook ? `cron looks at ${minuteOf(status.nextLook)}` : (status.paused ?? "cron does not look")],
  ];
  return rows.map(([name, value]) => `${name.padEnd(12)} ${value}`).join("\n");
}

/** Begins a further line of a row. */
const nextLine = `\n${" ".repeat(13)}`;

/** Each with what becomes of it; the newest of what is measured now is that very session. */
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
  const unknown = phase === "publish" ? "soon" : "not known: nothing of its kind was measured here before";
  return [left ?? unknown, ...(failures.length > 0 ? [`failed so far: ${failures.join("; ")}`] : [])].join("; ");
}

function lastRunText({ command, ended, exitCode, sessions, said }: LastRun): string {
  return `${command} ended ${minuteOf(ended)} with exit code ${exitCode}, ${counted(sessions, "session")}: ${said}`;
}
