import { ReportPace } from "./report-pace.ts";
import { cachedBuilds, evictBuilds } from "../build/cached-builds.ts";
import type { Subject, WorkItem } from "../model.ts";
import { writeDecisions, type Decided } from "../queue/detecting.ts";
import { writeFinishedScalingFactors } from "../queue/linking.ts";
import type { Asking } from "../queue/listing.ts";
import { queueOf } from "../queue/planned.ts";
import { readState } from "../queue/state.ts";
import type { RunnerContext, Log } from "../runner-context.ts";
import type { JournalContents } from "../store/journal-contents.ts";
import { InfrastructureError } from "../system/infrastructure-error.ts";
import { isWanted } from "../system/lock.ts";
import { describeSubject } from "../text/subjects.ts";
import { measureItem } from "./item.ts";
import { folderOf, type Done } from "./storing.ts";
import { pausedSince, readPause } from "./pause.ts";
import { resumeItem } from "./resuming.ts";
import type { RunOptions } from "./run-options.ts";
import { forgetCorrected, interruptionText, settle, setupOfItems, withoutPostponed } from "./settling.ts";
import { report, synchronise } from "./synchronising.ts";
import { noteUnread } from "./unread.ts";

/** Course of a run so far. */
export interface Course {
  exitCode: number;
  sessions: Done[];
  /** Reason that this host refuses the results branch; undefined if it does not. */
  refusal?: string | undefined;
  /** Reason that no further item is begun; undefined if none is left. */
  ending?: string | undefined;
}

/** Next piece of work: the session of a killed run, or an item. */
type Begun = { subject: Subject } & ({ journal: JournalContents } | { item: WorkItem });

/** Resumes the sessions of killed runs, then measures the items of the queue. Publishes after each. */
export async function measureQueue(context: RunnerContext, options: RunOptions, killed: JournalContents[]): Promise<Course> {
  const { signal } = context;
  const deadline = options.maxMinutes === undefined ? Infinity : performance.now() + options.maxMinutes * 60_000;
  const course: Course = { exitCode: 0, sessions: [] };
  const logOnce = once(context.log);
  const bring = async () => (course.refusal = await synchronise(context, options, logOnce));
  const tried = new Set<string>();
  await bring();
  await noteUnread(context);
  await forgetCorrected(context);
  // A killed run may have measured the last session that a decision needs.
  if ((await writeDecisions(context)).written) await bring();
  const pace = new ReportPace();

  while (!signal.aborted) {
    const journal = killed.shift();
    if (!journal) course.ending = await reasonToEnd(options, deadline);
    if (course.ending !== undefined) break;
    if (!journal && (await linked(context, options))) await bring();
    const begun = journal ? await resumed(journal, context, options) : await nextOf(context, options, { tried, course });
    if (!begun) break;
    course.exitCode = Math.max(course.exitCode, await finishItem(context, begun, course.sessions));
    await evictUnneeded(context, killed, await writeDecisions(context));
    if (signal.aborted) break;
    await context.watch.publishing();
    await bring();
    if (pace.isTime(begun.subject, performance.now())) await report(context, options, { logOnce, isSynchronised: true });
  }
  if (!signal.aborted) await report(context, options, { logOnce, isSynchronised: true });
  return course;
}

/** Returns the reason to begin no further item; undefined if there is none. */
async function reasonToEnd(options: RunOptions, deadline: number): Promise<string | undefined> {
  if (await isWanted()) return "another command is waiting for this host; stopping";
  const pausing = await readPause();
  if (pausing && options.cron) return pausedSince(pausing);
  return performance.now() >= deadline ? `--max-minutes ${options.maxMinutes} is over: stopping` : undefined;
}

/** Stores the scaling factors of finished bridges. Returns true if there were any. */
async function linked(context: RunnerContext, { reopened }: RunOptions): Promise<boolean> {
  return writeFinishedScalingFactors(context, await readState(context, { allowBuild: true }), reopened);
}

/** Returns the session of a killed run as the next work, and shows the rest of the queue. */
async function resumed(journal: JournalContents, context: RunnerContext, options: RunOptions): Promise<Begun> {
  const { subject } = journal.header;
  // An error of the queue must not stop this session: the run reports it when it needs the queue.
  const items = await itemsOf(context, options, { allowBuild: false }).catch(() => []);
  context.watch.queue(
    items.filter((item) => describeSubject(item.subject) !== describeSubject(subject)),
    (item) => describeSubject(item.subject),
  );
  return { subject, journal };
}

/** Returns the next item that this run has not tried yet. Undefined if none is left, or if the suite cannot be listed; the run then ends. */
async function nextOf(
  context: RunnerContext,
  options: RunOptions,
  { tried, course }: { tried: Set<string>; course: Course },
): Promise<Begun | undefined> {
  const { problem } = (await readState(context, { allowBuild: true })).listing;
  if (problem !== undefined) {
    course.exitCode = 1;
    course.ending = `not measuring anything new: ${problem}`;
    return undefined;
  }
  const items = await itemsOf(context, options, { allowBuild: true });
  const left = items.filter((candidate) => !tried.has(itemKey(candidate)));
  const [item, ...others] = options.cron ? await withoutPostponed(left, context) : left;
  context.watch.queue(others, ({ subject }) => describeSubject(subject));
  if (!item) return undefined;
  tried.add(itemKey(item));
  return { subject: item.subject, item };
}

async function itemsOf(context: RunnerContext, { next }: RunOptions, how: Asking): Promise<WorkItem[]> {
  return next ? next(context, how) : queueOf(await readState(context, how));
}

/** Measures an item. Returns the exit code: 0 even if a benchmark fails, 1 for an infrastructure error. */
async function finishItem(context: RunnerContext, begun: Begun, sessions: Done[]): Promise<number> {
  const about = describeSubject(begun.subject);
  let done: Done | undefined;
  try {
    done = "journal" in begun ? await resumeItem(begun.journal, context) : await measureItem(begun.item, context);
    sessions.push(done);
    if (done.interrupted.length > 0) throw new InfrastructureError(done.interrupted.map(interruptionText).join("; "));
    if (!done.aborted) await context.problems.measured(about);
    return 0;
  } catch (error) {
    if (!(error instanceof InfrastructureError)) throw error;
    // The signal that stopped the run also stopped the processes.
    if (context.signal.aborted) return 0;
    context.log(`infrastructure error; the next run will retry: ${error.message}${error.output ? `\n${error.output}` : ""}`);
    const problem = await context.problems.note({ kind: "measure", about }, { reason: error.message, setup: setupOfItems(context) });
    const settled = problem && "item" in begun && (await settle({ item: begun.item, problem, error, done }, context));
    if (settled) sessions.push(settled);
    return 1;
  }
}

/** Removes cached builds, least recently used first, until the rest fits `measure.buildCacheGigabytes`. Builds still needed stay. */
async function evictUnneeded(context: RunnerContext, killed: readonly JournalContents[], { suspected, kept }: Decided): Promise<void> {
  const except = new Set([...killed.map(({ header }) => folderOf(header)), ...(await buildsOf(suspected))]);
  await evictBuilds(context.config.measure.buildCacheGigabytes * 1e9, { except, last: await buildsOf(kept) });
}

/** Returns the folders of the cached builds of revisions, in the order of these. */
async function buildsOf(revisions: Iterable<string>): Promise<string[]> {
  const builds = await cachedBuilds();
  return [...revisions].flatMap((id) =>
    builds.filter(({ subject }) => subject.kind === "revision" && subject.revision === id).map(({ folder }) => folder),
  );
}

/** Returns a log that drops repeated lines. */
function once(log: Log): Log {
  const logged = new Set<string>();
  return (line) => {
    if (!logged.has(line)) log(line);
    logged.add(line);
  };
}

function itemKey({ subject, reason, benchmarks, nth }: WorkItem): string {
  return `${describeSubject(subject)} ${reason} ${nth ?? ""} ${benchmarks?.join(" ") ?? "all"}`;
}
