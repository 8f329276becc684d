import { stat } from "node:fs/promises";
import { scheduleOf } from "../../../config/cron.ts";
import { paths } from "../../../config/paths.ts";
import { UserError } from "../../../config/user-error.ts";
import { expectsConstant } from "../../measure/plausibility.ts";
import { readProgress, waitingOf } from "../../progress/progress.ts";
import { changesText, creepingStateText, unjudgedText } from "../../queue/changes.ts";
import { changesOf, queueOf } from "../../queue/planned.ts";
import { readState } from "../../queue/state.ts";
import { listingWarnings } from "../../queue/listing-text.ts";
import { readUndated, undatedText } from "../../queue/requirement-records.ts";
import { readDeclaration } from "../../resources/declaration.ts";
import { clockHere } from "../../run/clock.ts";
import { namesNotApplied } from "../../run/doctor.ts";
import { failedRevisionsText } from "../../run/failed-subject.ts";
import { failingHere } from "../../run/failing.ts";
import { describeSubject } from "../../text/subjects.ts";
import { readLastRun } from "../../run/last-run.ts";
import { pauseText, readPause } from "../../run/pause.ts";
import { listedIn } from "../../run/reporting.ts";
import { becomesHere } from "../../run/resuming.ts";
import { spaceOf } from "../../run/space.ts";
import { unreadFiles } from "../../run/unread.ts";
import type { RunnerContext } from "../../runner-context.ts";
import { deletedSessions } from "../../store/deleted-results.ts";
import { pendingFiles } from "../../store/publish.ts";
import { readSession, readWithdrawals, sessionIds } from "../../store/sessions.ts";
import { isMisdated } from "../../store/stored-results.ts";
import { lockHolder } from "../../system/lock.ts";
import { machineVerdict } from "../../timeline/controls.ts";
import { benchmarksOfEqualSamples } from "../../timeline/equal-samples.ts";
import { unfinishedSessions, type Unfinished } from "../unfinished.ts";
import { nextLook } from "./next-look.ts";
import { clockText, expectedEnd, failuresOf, type Status } from "./status.ts";

/** Returns the state of this host. Reads little, as something may be measured at the same time. */
export async function statusOf(context: RunnerContext): Promise<Status> {
  const { config, environment, hostFacts, results } = context;
  const now = new Date();
  const ids = (await sessionIds(results.root)).filter((id) => !isMisdated({ id }, now));
  const lastId = ids[ids.length - 1];
  const last = lastId === undefined ? undefined : await readSession(results.root, lastId);
  const holder = await lockHolder();
  const progress = holder && (await readProgress(holder.pid));
  const pausing = await readPause();
  return {
    now: now.toISOString(),
    host: config.host,
    environment: environment.id,
    hostFacts,
    tuning: environment.tuning ?? [],
    pausing,
    warnings: await listingWarnings(config),
    paused: pauseText(config.schedule, pausing),
    busy: holder?.command,
    progress,
    expectedEnd: progress && expectedEnd(progress, now),
    notApplied: await namesNotApplied((await readDeclaration())?.resources ?? {}),
    lastRun: await readLastRun(),
    lastSession: lastId,
    lastEnded: last?.ended,
    failures: last ? failuresOf(last) : [],
    sessions: ids.length,
    ...(progress ? { ...unknown, queued: progress.waiting, next: progress.next } : await queueStateOf(context).catch(unusable)),
    undated: await undatedHere(),
    unfinished: await unfinishedHere(context),
    unpublished: (await pendingFiles(results, config.results.branch)).length,
    withdrawn: await withdrawnHere(results.root),
    deleted: (await deletedSessions(results.root, paths.deletedResults)).length,
    problems: (await context.problems.read()).open,
    space: await Promise.all([paths.state, paths.results].map(spaceOf)),
    nextLook: config.schedule.enabled && !pausing ? nextLook(scheduleOf(config.schedule.cron), now)?.toISOString() : undefined,
    tuned: (await stat(paths.tuning).catch(() => undefined)) !== undefined,
  };
}

type QueueState = Pick<
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

/** State while something is measured. */
const unknown: Omit<QueueState, "queued" | "next"> = {
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

/** Returns the unfinished sessions, and what the next run drops of each. */
function unfinishedHere(context: RunnerContext): Promise<Unfinished[]> {
  return unfinishedSessions(paths.journal, async (contents) => {
    const { without, obstacle } = await becomesHere(contents, context);
    return without === undefined && obstacle === undefined
      ? undefined
      : { ...(without !== undefined && { without }), ...(obstacle !== undefined && { obstacle }) };
  });
}

/** Returns the state that requires reading all sessions. Not called while something is measured. */
async function queueStateOf(context: RunnerContext): Promise<QueueState> {
  const state = await readState(context, { allowBuild: false });
  const items = queueOf(state);
  const { results } = state;
  const machine = machineVerdict(results, state.environment, state.listing.benchmarks ?? []);
  const { expect } = context.config.measure;
  const listed = listedIn(results.sessions, context.environment.id).benchmarks;
  const found = changesOf(state);
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

/** Returns the state without a queue, with the reason, such as a configured revision that the target lacks. */
function unusable(error: unknown): QueueState {
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
