import { paths } from "../config/paths.ts";
import { UserError } from "../config/user-error.ts";
import { told, type Refusal } from "./alerting.ts";
import { clockTrouble } from "./clock.ts";
import { wholeFailuresText } from "./failed-subject.ts";
import type { Clone } from "./git.ts";
import { asHolder, holdLock, isWanted } from "./host/lock.ts";
import { endStrays } from "./host/strays.ts";
import { tidyClones } from "./housekeeping.ts";
import { InfrastructureError } from "./infrastructure-error.ts";
import { describeSubject, folderOf, measureItem, storeSession, type Done } from "./item.ts";
import { evictBuilds, cachedBuilds } from "./build/cached-builds.ts";
import { changesAmong, writeDecisions } from "./detecting.ts";
import { upgradeHere, writeFinishedScalingFactors } from "./linking.ts";
import { removeHalfWritten, removeLeftovers } from "./leftovers.ts";
import type { Reopened } from "./plan/bridges.ts";
import { presentHere, readListing, suiteProblem, type Asking } from "./plan/listing.ts";
import type { Session, Subject, WorkItem } from "./model.ts";
import { diagnose, blockers } from "./operate/doctor.ts";
import { nothingMeasured, unreachable } from "./exit-codes.ts";
import { failingHere, isNothingMeasured } from "./failing.ts";
import { forgetCorrected, interruptionText, settle, setupOfItems, withoutPostponed } from "./settling.ts";
import { problemText } from "./operate/problems.ts";
import { holdText, readHold } from "./operate/hold.ts";
import { recorded } from "./operate/last-run.ts";
import type { Screen } from "./operate/screen.ts";
import { workOf } from "./operate/work-text.ts";
import { wantOfSpace } from "./operate/space.ts";
import { changedState, noteStateChange } from "./host-state.ts";
import { publicationMessage, tellPublished } from "./publication.ts";
import { plan } from "./plan/queue.ts";
import { publishReportsNow } from "./reporting.ts";
import { ReportPace } from "./report-pace.ts";
import { areReportsDue, noteReportsDue } from "./reports-due.ts";
import { fetchTarget, firstParentHistory, resolveSince } from "./plan/revisions.ts";
import { withoutSlow } from "./plan/slow.ts";
import { everyText } from "./report/failing.ts";
import { counted } from "./report/numbers.ts";
import { plainProse } from "./report/prose.ts";
import { obstacleToResuming, resumeItem } from "./resuming.ts";
import { openRunnerContext, say, type Say, type RunnerContext } from "./runner-context.ts";
import { readJournals } from "./store/journal.ts";
import type { JournalContents } from "./store/journal-contents.ts";
import { finishPublish, pendingFiles, publish } from "./store/publish.ts";
import { sessionPath, writeEnvironment } from "./store/sessions.ts";
import { machineVerdict } from "./timeline/controls.ts";
import type { Failing } from "./timeline/failing.ts";
import { restoreMachine } from "./tuned.ts";
import { noteUnread } from "./unread.ts";

export interface RunOptions {
  /** What holds the lock, as others see it: `evenkeel measure`. */
  command: string;
  /** Started by cron, which holds the lock already and honours a hold. */
  cron: boolean;
  /** false keeps git untouched: results stay on this host. */
  publish: boolean;
  waitSeconds: number;
  /** No new item is begun after this. */
  maxMinutes?: number | undefined;
  signal: AbortSignal;
  /** Where the log goes; standard output if not given. */
  say?: Say;
  /** Where a live view is drawn; none if not given. */
  screen?: Screen;
  /** Bridges taken up again. */
  reopened?: Reopened;
  /** A subject that fails as a whole is exit code 1, for somebody asked for it; otherwise it is a result like others. */
  failsWithSubject?: boolean;
  /** What to measure, asked again after each item; the queue's next one if not given. */
  next?: (context: RunnerContext, how: Asking) => Promise<WorkItem[]>;
}

/** How a run ended. */
export interface RunResult {
  exitCode: number;
  sessions: Done[];
  /** Seconds by step; `session` is all after the build, with what is in `processes` and `store`. */
  seconds: Record<string, number>;
  /** Why nothing was measured, where that was not wanted here. */
  refused?: Refusal;
}

/** One run, top to bottom: a line a step. */
export async function run(options: RunOptions): Promise<RunResult> {
  const { command, waitSeconds, signal, cron } = options;
  try {
    const context = await openRunnerContext(signal, options.say, options.screen);
    const look = () => recorded(command, context, (listened) => runLocked(listened, options));
    const work = cron ? () => told(context, look, explain) : look;
    return cron
      ? await asHolder(command, work)
      : await holdLock({ command, waitSeconds, say: console.error, signal, describe: workOf }, work);
  } catch (error) {
    // Nobody sits before cron's log: what went wrong is one line there, like all else.
    const why = explain(error);
    if (!cron || why === undefined) throw error;
    say(`not measuring: ${why}`.replaceAll("\n", "; "));
    return { exitCode: 1, sessions: [], seconds: {} };
  }
}

/** What was not a bug, in words. */
function explain(error: unknown): string | undefined {
  if (error instanceof UserError) return `${error.message} (${error.hint})`;
  return error instanceof InfrastructureError ? error.message : undefined;
}

async function runLocked(context: RunnerContext, options: RunOptions): Promise<RunResult> {
  await restoreMachine(context);
  const { account, sandboxAccount, samplerAccount } = context;
  for (const one of [account, sandboxAccount, samplerAccount]) await endStrays(one);
  await removeHalfWritten(context.results);
  const killed = await finishKilled(context, options);
  const hold = await readHold();
  if (hold && options.cron) {
    await reportHold(context, options);
    const isUnreachable = context.problems.failing("reports").length > 0;
    return { ...refuse(context, holdText(hold), isUnreachable ? unreachable : 0), refused: { hold: holdText(hold) } };
  }
  const problems = blockers(await diagnose());
  if (problems.length > 0) {
    await reportBlocked({ ...context, blocked: blockedText(problems.length) }, options);
    return { ...refuse(context, `not measuring: ${problems.join("; ")}`, 1), refused: { blockers: problems } };
  }
  await noteStateChange(context);
  const full = await wantOfSpace([paths.state, paths.results]);
  if (full !== undefined) return refuse(context, `not measuring: ${full}`, 1);
  const clock = await clockTrouble(context);
  if (clock) return { ...refuse(context, `not measuring: ${clock.problem}`, 1), refused: { clock } };
  const tell = once(context.say);
  // What machineShifts make of earlier sessions is to be known before anything is planned.
  if (context.environment.machineShifts) await writeEnvironment(context.results.root, context.account, context.environment);
  try {
    const result = await workThrough(context, options, killed, tell);
    await tidyClones([context.results, ...followed(context)], context);
    return result;
  } finally {
    await context.watch.end();
  }
}

/**
 * What killed runs left: sessions that can be gone on with are returned, the others stored as far as they got; trees that
 * nothing needs are removed.
 */
async function finishKilled(context: RunnerContext, options: RunOptions): Promise<JournalContents[]> {
  const finished = await finishPublish(context.results, context.config.results.branch);
  if (!finished.published) context.say(`${finished.reason} (${finished.hint})`);
  const { journals, damaged } = await readJournals(paths.journal);
  for (const { path, problem } of damaged) context.say(`a damaged journal was moved aside: ${path}: ${problem}`);
  const resumable: JournalContents[] = [];
  for (const journal of journals) {
    const obstacle = await obstacleToResuming(journal, context);
    if (obstacle === undefined) resumable.push(journal);
    else {
      context.say(`${describeSubject(journal.header.subject)}: ${obstacle}; storing what is complete of ${journal.header.id}`);
      await storeSession(journal, context);
    }
  }
  await removeLeftovers();
  if (resumable.length < journals.length && options.publish) await publishResults(context, context.say);
  return resumable;
}

async function workThrough(context: RunnerContext, options: RunOptions, killed: JournalContents[], tell: Say): Promise<RunResult> {
  const { signal } = context;
  const deadline = options.maxMinutes === undefined ? Infinity : performance.now() + options.maxMinutes * 60_000;
  const result: RunResult = { exitCode: 0, sessions: [], seconds: context.stopwatch.seconds };
  const tried = new Set<string>();
  let refusal = await synchronise(context, options, tell);
  await noteUnread(context);
  await forgetCorrected(context);
  // A killed run may have taken the last session that one wants.
  if ((await writeDecisions(context)).written) refusal = await synchronise(context, options, tell);
  const pace = new ReportPace();
  let ending: string | undefined;

  while (!signal.aborted) {
    const journal = killed.shift();
    if (!journal) ending = await reasonToEnd(options, deadline);
    if (ending !== undefined) break;
    if (!journal && (await writeFinishedScalingFactors(context, options.reopened))) refusal = await synchronise(context, options, tell);
    const problem = journal ? undefined : await suiteProblem(context, { allowBuild: true });
    if (problem !== undefined) {
      result.exitCode = 1;
      ending = `not measuring anything new: ${problem}`;
      break;
    }
    const begun = journal ? await resume(journal, context, options) : await beginNext(context, options, tried);
    if (!begun) break;
    result.exitCode = Math.max(result.exitCode, await finishItem(context, begun, result.sessions));
    const { suspected, kept } = await writeDecisions(context);
    const needed = new Set([...killed.map(({ header }) => folderOf(header)), ...(await buildsOf(suspected))]);
    await evictBuilds(context.config.measure.buildCacheGigabytes * 1e9, { except: needed, last: await buildsOf(kept) });
    if (signal.aborted) break;
    await context.watch.publishing();
    refusal = await synchronise(context, options, tell);
    if (pace.isTime(begun.subject, performance.now())) await report(context, options, tell);
  }
  if (!signal.aborted) await report(context, options, tell);
  if (signal.aborted) context.say("stopped from outside; the next run goes on where this one was");
  else if (ending !== undefined) context.say(ending);
  else if (result.sessions.length === 0 && result.exitCode === 0) context.say("nothing to measure");
  const failed = wholeFailuresText(result.sessions);
  if (failed !== undefined && options.failsWithSubject) result.exitCode = 1;
  if (failed !== undefined) context.say(failed);
  // Who names what to measure is told of its own failures.
  const failing = options.next || signal.aborted ? undefined : await failingHere(context);
  return ended(result, { refusal, failing }, context);
}

interface Ending {
  refusal: string | undefined;
  failing: Failing | undefined;
}

/** Says that nothing can be measured, and what could not be fetched or published, last: that is what a run is known by. */
function ended(result: RunResult, { refusal, failing }: Ending, { problems, say }: RunnerContext): RunResult {
  const every = isNothingMeasured(failing) ? failing?.all : undefined;
  if (every) say(`failing: ${everyText(every, plainProse)}`);
  const open = problems.failing("fetch", "publish", "reports");
  if (open.length > 0) say(open.map(problemText).join("; "));
  if (refusal !== undefined) return { ...result, exitCode: 1 };
  if (result.exitCode !== 0) return result;
  return { ...result, exitCode: open.length > 0 ? unreachable : every ? nothingMeasured : 0 };
}

/** Folders of the cached builds of these revisions, in their order. */
async function buildsOf(revisions: Iterable<string>): Promise<string[]> {
  const builds = await cachedBuilds();
  return [...revisions].flatMap((id) =>
    builds.filter(({ subject }) => subject.kind === "revision" && subject.revision === id).map(({ folder }) => folder),
  );
}

interface Begun {
  subject: Subject;
  /** Absent where a killed run's session is resumed. */
  item?: WorkItem;
  act: () => Promise<Done>;
}

/** Takes up a killed run's session; the rest of the queue waits. */
async function resume(journal: JournalContents, context: RunnerContext, options: RunOptions): Promise<Begun> {
  const { subject } = journal.header;
  // A queue that cannot be made stops no session: the run says so when it comes to the queue.
  const items = await (options.next ?? queued)(context, { allowBuild: false }).catch(() => []);
  context.watch.queue(
    items.filter((item) => describeSubject(item.subject) !== describeSubject(subject)),
    (item) => describeSubject(item.subject),
  );
  return { subject, act: () => resumeItem(journal, context) };
}

/** The next thing that is asked for; the same is not tried twice in one run. */
async function beginNext(context: RunnerContext, options: RunOptions, tried: Set<string>): Promise<Begun | undefined> {
  const items = await (options.next ?? queued)(context, { allowBuild: true });
  const left = items.filter((candidate) => !tried.has(itemKey(candidate)));
  const [item, ...others] = options.cron ? await withoutPostponed(left, context) : left;
  context.watch.queue(others, ({ subject }) => describeSubject(subject));
  if (!item) return undefined;
  tried.add(itemKey(item));
  return { subject: item.subject, item, act: () => measureItem(item, context) };
}

/** Returns the exit code: a benchmark's failure is a result, the machine's is not. */
async function finishItem(context: RunnerContext, begun: Begun, sessions: Done[]): Promise<number> {
  const about = describeSubject(begun.subject);
  let done: Done | undefined;
  try {
    done = await begun.act();
    sessions.push(done);
    if (done.interrupted.length > 0) throw new InfrastructureError(done.interrupted.map(interruptionText).join("; "));
    if (!done.aborted) await context.problems.measured(about);
    return 0;
  } catch (error) {
    if (!(error instanceof InfrastructureError)) throw error;
    // What was at work was stopped with the run: no news.
    if (context.signal.aborted) return 0;
    context.say(`not this revision's fault, tried again by the next run: ${error.message}${error.output ? `\n${error.output}` : ""}`);
    const problem = await context.problems.note({ kind: "measure", about }, { reason: error.message, setup: setupOfItems(context) });
    const settled = problem && begun.item && (await settle({ item: begun.item, problem, error, done }, context));
    if (settled) sessions.push(settled);
    return 1;
  }
}

/** Why nothing new is begun, though there may be something. */
async function reasonToEnd(options: RunOptions, deadline: number): Promise<string | undefined> {
  if (await isWanted()) return "somebody waits for this host: ending here";
  const hold = await readHold();
  if (hold && options.cron) return holdText(hold);
  return performance.now() >= deadline ? `--max-minutes ${options.maxMinutes} is over: ending here` : undefined;
}

/** What the queue holds now; without baselines where what the suite lists is not known and may not be asked. */
export async function queued(context: RunnerContext, how: Asking): Promise<WorkItem[]> {
  const { config, environment, target } = context;
  const since = await resolveSince(target, config.target.since);
  const { history, wanted } = await firstParentHistory(target, { branch: config.target.branch, since, paths: config.target.paths });
  const { sessions, results } = await context.stored.read();
  const { benchmarks, interpreted, isStale, problem: blocked } = await readListing(context, how);
  if (blocked !== undefined) return [];
  const switched = await upgradeHere(context, how);
  const machine = machineVerdict(results, environment.id, benchmarks ?? []);
  const changed = benchmarks && (await changesAmong(context, { history, wanted, sessions, results, benchmarks }));
  return plan({
    history,
    wanted,
    sessions,
    host: config.host,
    ...(await presentHere(context, how)),
    interpreted: new Map(Object.entries(interpreted)),
    isListingStale: isStale,
    today: new Date().toISOString().slice(0, 10),
    without: withoutSlow(history, config.measure.slow),
    cachedBuilds: await cachedBuilds(),
    ...(machine.verdict === "suspected" && machine.since !== undefined && { suspectedSince: machine.since }),
    ...(changed && { changes: changed.items, creeping: changed.creepingItems }),
    ...(switched && { upgrade: { bridges: switched.items, verifying: switched.verifying } }),
  });
}

/** Fetch what is new, bring what is finished to the remote. A remote that cannot be reached is told; what is here goes on. */
/** @returns why this host refuses the results branch, where it does: a fault that somebody must look at. */
async function synchronise(context: RunnerContext, options: RunOptions, tell: Say): Promise<string | undefined> {
  for (const clone of followed(context)) {
    const fetched = await context.stopwatch.time("fetch", () => fetchTarget(clone));
    if (!fetched.ok) tell(`going on with what is here: ${fetched.reason} (${fetched.hint})`);
    await context.problems.note({ kind: "fetch", about: clone.root }, fetched.ok ? undefined : fetched);
  }
  const { target, suite } = context.config;
  const submodules = [...target.submodules, ...("submodules" in suite ? suite.submodules : [])];
  await context.problems.keepOnly("fetch", [...followed(context).map(({ root }) => root), ...submodules]);
  return options.publish ? context.stopwatch.time("publish", () => publishResults(context, tell)) : undefined;
}

/** The clones of what others write. */
function followed({ config, target, account }: RunnerContext): Clone[] {
  return config.suite.adapter === "runbench" ? [target, { root: paths.suite, account }] : [target];
}

/** Returns the reason that nothing is measured, for readers of the reports: the differences are for the operator alone. */
function blockedText(differences: number): string {
  return `this host is not what was declared, in ${counted(differences, "place")}: \`evenkeel doctor\` on it tells more`;
}

/** Lets the reports say that this host is blocked. Whatever blocks it may keep it from publishing that. */
async function reportBlocked(context: RunnerContext, options: RunOptions): Promise<void> {
  try {
    await noteStateChange(context);
    await reportHold(context, options);
  } catch (error) {
    context.say(`the reports do not tell that this host is blocked: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Let the reports say that there is a hold. What a look at the hold tells is one line: whatever fails here is tried at the next look. */
async function reportHold(context: RunnerContext, options: RunOptions): Promise<void> {
  try {
    await report({ ...context, say: tellNobody }, options, tellNobody);
  } catch (error) {
    if (explain(error) === undefined) throw error;
  } finally {
    await context.watch.end();
  }
}

function tellNobody(): void {}

/** Bring the reports to the remote, if they lack a session. */
async function report(context: RunnerContext, options: RunOptions, tell: Say): Promise<void> {
  if (options.publish && (await areReportsDue(context.config.results)))
    await context.stopwatch.time("report", () => publishReportsNow(context, tell));
}

/** Bring what is stored here to the results' remote, if it lacks anything. Only under the host's lock. */
export async function publishResults(context: RunnerContext, tell: Say): Promise<string | undefined> {
  const { config, results, say } = context;
  const published = await publish(results, {
    branch: config.results.branch,
    author: config.git,
    message: publicationMessage({ target: config.target.name, host: config.host, ...(await pendingResults(context)) }),
    state: await stateToPublish(context),
  });
  await context.problems.note({ kind: "publish", about: config.results.branch }, published.published ? undefined : published);
  if (!published.published) {
    const problem = `not published, kept for the next run: ${published.reason} (${published.hint})`;
    tell(problem);
    return published.isRefused ? problem : undefined;
  }
  if (published.deleted.length > 0 || published.taken.some((path) => path.startsWith("withdrawn/"))) await noteReportsDue();
  tellPublished(published, { say, tell });
  return undefined;
}

/** This host's state, where it changed since it was published: along with the results that changed it. */
async function stateToPublish(context: RunnerContext): ReturnType<typeof changedState> {
  try {
    return (await areReportsDue(context.config.results)) ? await changedState(context) : undefined;
  } catch (error) {
    const why = explain(error);
    if (why === undefined) throw error;
    context.say(`state of this host not published: ${why}`);
    return undefined;
  }
}

type Pending = { sessions: Session[] } & Record<"scalingFactors" | "decisions" | "withdrawals", string[]>;

/** What is not on the remote, as far as known without asking it. */
async function pendingResults({ config, results, stored }: RunnerContext): Promise<Pending> {
  // Where git does not work here, publishing tells it.
  const pending = new Set(await pendingFiles(results, config.results.branch).catch(() => []));
  if (pending.size === 0) return { sessions: [], scalingFactors: [], decisions: [], withdrawals: [] };
  const { sessions } = await stored.read();
  return {
    sessions: sessions.filter(({ id }) => pending.has(sessionPath(id).session)),
    scalingFactors: [...pending].filter((path) => path.startsWith("scaling/")),
    decisions: [...pending].filter((path) => path.startsWith("decisions/")),
    withdrawals: [...pending].filter((path) => path.startsWith("withdrawn/")),
  };
}

function refuse(context: RunnerContext, line: string, exitCode: number): RunResult {
  context.say(line.replaceAll("\n", "; "));
  return { exitCode, sessions: [], seconds: context.stopwatch.seconds };
}

/** Says each line once, however often it is told. */
function once(say: Say): Say {
  const said = new Set<string>();
  return (line) => {
    if (!said.has(line)) say(line);
    said.add(line);
  };
}

function itemKey({ subject, reason, benchmarks, nth }: WorkItem): string {
  return `${describeSubject(subject)} ${reason} ${nth ?? ""} ${benchmarks?.join(" ") ?? "all"}`;
}
