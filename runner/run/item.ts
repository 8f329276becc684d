import { randomInt } from "node:crypto";
import { paths } from "../../config/paths.ts";
import { join } from "node:path";
import {
  buildFolder,
  currentSuiteRevision,
  isWanted,
  prepareBuild,
  readBuild,
  removeBuild,
  type Build,
  type BuildInput,
} from "../build/build.ts";
import { failureLines, wholeFailure, type Attempted } from "./failed-subject.ts";
import { markUsed } from "../build/cached-builds.ts";
import { setupOf } from "../build/setup.ts";
import type { Limits } from "../system/sandbox.ts";
import { makeCopies, type Copies } from "../measure/copies.ts";
import { refuseOtherPython } from "../measure/declared-python.ts";
import { expectsConstant, minimumOf } from "../measure/plausibility.ts";
import { earlierResults } from "../measure/earlier.ts";
import { chooseSamples, pilotSamples, samplePlan } from "../measure/sample-plan.ts";
import { measure } from "../measure/session.ts";
import { Tally } from "../measure/tally.ts";
import type { Failure, ReusedVariant, Session, Subject, Variant, WorkItem } from "../model.ts";
import { unlistedText } from "../queue/listing-text.ts";
import { requiredRevision } from "../queue/required.ts";
import { readState } from "../queue/state.ts";
import { readNeighbours, type Neighbours } from "../queue/neighbours.ts";
import { counted } from "../text/quantities.ts";
import { noteReportsDue } from "../store/reports-due.ts";
import { recordRequirements, resolvedBefore } from "../queue/requirement-records.ts";
import { pinRevision } from "../queue/revisions.ts";
import type { Unbuilt } from "../queue/reuse.ts";
import type { RunnerContext } from "../runner-context.ts";
import type { Runnable } from "../suites/suite.ts";
import { removeTree } from "../system/trees.ts";
import { Journal, readJournal, removeJournal } from "../store/journal.ts";
import { sessionOf, withoutUnwanted, type JournalContents } from "../store/journal-contents.ts";
import type { ChosenSamples, JournalHeader, Planned } from "../store/journal-lines.ts";
import { sessionId, writeEnvironment, writeSession } from "../store/sessions.ts";
import { unlistedFailures, withoutSuiteFaults } from "./unlisted.ts";
import { tuned, type TunedMachine } from "./tuned.ts";

/** A benchmark that the machine stopped, and how. */
export interface Interrupted {
  benchmark: string;
  variant: Variant;
  cause: string;
}

/** What became of one work item. */
export interface Done extends Attempted {
  session: string;
  /** Benchmarks that failed: results, and told. */
  failures: string[];
  /** Benchmarks still owed because the machine failed, not the subject. */
  interrupted: Interrupted[];
  /** Stopped from outside; the journal waits for the next run. */
  aborted: boolean;
}

/** Build a subject, sample it, store its session. @throws InfrastructureError where machine or network are at fault. */
export async function measureItem(item: WorkItem, context: RunnerContext): Promise<Done> {
  const { config, account, environment, signal } = context;
  const subject = describeSubject(item.subject);
  context.say(`${subject}: ${item.because}`);
  await context.watch.begin(subject, item.reason, item.benchmarks);
  if (item.subject.kind !== "baseline") await pinRevision(context.target, item.subject.revision);
  const suiteRevision = item.suite ?? (await currentSuiteRevision(config.suite, account));
  const neighbours = await readNeighbours(item, suiteRevision, context);
  const { unbuilt } = neighbours;
  if (unbuilt?.left.length === 0) return storeUnbuilt(item, unbuilt, neighbours, context);
  const input: BuildInput = {
    subject: item.subject,
    dependenciesOf: await dependenciesFor(item, suiteRevision, context),
    suiteRevision,
    environmentId: environment.id,
    // A cached build is measured again for its program.
    ...(item.suite === undefined && { setup: setupOf(config) }),
    config,
    account,
    sandboxAccount: context.sandboxAccount,
    only: unbuilt?.left ?? item.benchmarks,
    without: item.without,
    // A control measures the very program of its build again.
    asKept: item.reason === "control",
    resolved: (hash) => resolvedBefore(hash, context),
    onMirror: (url, problem) => context.problems.note({ kind: "fetch", about: url }, problem),
    say: (line) => {
      context.watch.step(line);
      context.say(`${subject}: ${line}`);
    },
    signal,
  };
  const made = await context.stopwatch.time("build", () => prepareBuild(input));
  if (made.failure) context.say(`${subject} failed as a whole: ${made.failure.stage}: ${made.failure.message}`);
  for (const one of made.unlisted) context.say(`${subject}: ${unlistedText(one)}`);
  const build = await withoutSuiteFaults(item, made, context);
  await recordRequirements(build, context);
  const same = [...(unbuilt?.same ?? []), ...neighbours.reusedFrom(build)];
  if (same.length > 0) context.say(`${subject}: ${reusedText(same)}`);
  const { sessions } = await context.stored.read();
  const unlisted = await unlistedFailures({ subject: item.subject, only: unbuilt?.left ?? item.benchmarks }, build, context);
  const known = { same, affects: neighbours.affects, sessions, failed: unlisted };
  const header = headerOf(item, build, known, context);
  for (const line of failureLines(header.failed)) context.say(`${subject}: ${line}`);
  return takeTuned(() => Journal.create(paths.journal, header), build, context);
}

/** The revision whose requirements the interpreter gets: a control measures the very program of its build again. */
async function dependenciesFor({ subject, reason }: WorkItem, suiteRevision: string, context: RunnerContext): Promise<string | undefined> {
  if (subject.kind !== "baseline") return undefined;
  const kept = reason === "control" && (await readBuild(buildFolder({ subject, suiteRevision, environmentId: context.environment.id })));
  return kept ? kept.dependenciesOf : requiredRevision(context.config, await readState(context, { allowBuild: false }));
}

/** Store a session of a revision that runs nothing but programs of its neighbours, as far as can be told without a build. */
async function storeUnbuilt(item: WorkItem, { same, neighbour }: Unbuilt, { affects }: Neighbours, context: RunnerContext): Promise<Done> {
  context.say(`${describeSubject(item.subject)}: not built, ${reusedText(same)}`);
  const { suite, versions, listed } = neighbour;
  const header = headerOf(item, { id: "not built", suite, versions, listed, benchmarks: [] }, { same, affects, sessions: [] }, context);
  return storeHeader(header, context);
}

/** A failure without a build: of the subject as a whole, or of some of the benchmarks that were listed. */
export type Unmeasured = { failure: Failure } | { failed: JournalHeader["failed"]; listed: JournalHeader["listed"] };

/** Store a session that only says what failed. */
export async function storeFailure(item: WorkItem, what: Unmeasured, context: RunnerContext): Promise<Done> {
  const suite = item.suite ?? (await currentSuiteRevision(context.config.suite, context.account));
  const build: Recorded = { id: "not built", suite, versions: {}, listed: [], benchmarks: [], ...("failure" in what && what) };
  const header = headerOf(item, build, { same: [], affects: undefined, sessions: [] }, context);
  return storeHeader({ ...header, ...("failed" in what && what) }, context);
}

/** Store a session without samples. */
async function storeHeader(header: JournalHeader, context: RunnerContext): Promise<Done> {
  const journal = await Journal.create(paths.journal, header);
  await journal.finish(now());
  await journal.close();
  const contents = await readJournal(journal.path);
  const failed = wholeFailure(sessionOf(contents).session);
  await storeSession(contents, context);
  const done = { subject: describeSubject(header.subject), session: header.id, failures: [], interrupted: [], aborted: false };
  return { ...done, ...(failed !== undefined && { wholeFailure: failed }) };
}

/** Go on with what a journal leaves of what is wanted still. */
export function resumeSampling(
  contents: JournalContents,
  { build, isWanted }: { build: Build; isWanted: (planned: Planned) => boolean },
  context: RunnerContext,
): Promise<Done> {
  return takeTuned(() => Journal.resume(contents), build, context, isWanted);
}

/** Turn a journal into its session, whatever of it is complete; its build stays for later ones. Repeating it is harmless. */
export async function storeSession(contents: JournalContents, context: RunnerContext): Promise<void> {
  const { session, samples } = sessionOf(contents);
  const { results, account, environment } = context;
  if (session.failure || Object.keys(session.benchmarks).length > 0) {
    if (environment.id === session.environment) await writeEnvironment(results.root, account, environment);
    await writeSession(results.root, account, session, samples);
    await noteReportsDue();
  }
  await removeJournal(contents.path);
  // A build of another layout is measured once.
  if (session.failure || session.subject.kind === "layout") await removeBuild(folderOf(contents.header));
}

function revisionOf(subject: Subject): string | undefined {
  return subject.kind === "baseline" ? undefined : subject.revision;
}

export function describeSubject(subject: Subject): string {
  if (subject.kind === "baseline") return "baselines";
  const revision = `revision ${subject.revision.slice(0, 12)}`;
  return subject.kind === "layout" ? `${revision}, layout ${subject.layout}` : revision;
}

/** Sample and store while the machine is tuned. @throws InfrastructureError where samples would be given another Python than the declared one. */
async function takeTuned(
  open: () => Promise<Journal>,
  build: Build,
  context: RunnerContext,
  isWantedStill: (planned: Planned) => boolean = () => true,
): Promise<Done> {
  const runnables = build.benchmarks.flatMap((one) => ("runnable" in one ? [one.runnable] : []));
  await refuseOtherPython(context.sandboxAccount, runnables, join(paths.venv, "bin/python"));
  return context.stopwatch.time("session", () =>
    tuned(context, async (machine) => takeSamples(await open(), { build, machine, isWantedStill }, context)),
  );
}

interface ToSample {
  build: Build;
  machine: TunedMachine;
  isWantedStill: (planned: Planned) => boolean;
}

async function takeSamples(journal: Journal, { build, machine, isWantedStill }: ToSample, context: RunnerContext): Promise<Done> {
  const { config, sandboxAccount, say, watch, stopwatch, signal } = context;
  const wanted = async () => withoutUnwanted(await readJournal(journal.path), isWantedStill);
  const before = await wanted();
  const subject = describeSubject(before.header.subject);
  const tally = new Tally(before);
  const runnables = build.benchmarks.flatMap((one) => ("runnable" in one && tally.isOpen(one.runnable) ? [one.runnable] : []));
  const sayFinished = (complete: readonly Planned[]): void => {
    for (const one of complete) say(`${subject}: ${watch.finished(one)}, ${tally.open} to go`);
  };
  const choose = async (): Promise<void> => {
    const chosen = chooseSamples(await wanted());
    if (chosen.length === 0) return;
    await journal.chosen(chosen, now());
    const complete = tally.choose(chosen);
    await watch.chosen(tally.plan);
    say(`${subject}: ${chosenText(chosen)}`);
    sayFinished(complete);
  };

  const { sessions } = await context.stored.read();
  const earlier = earlierResults(sessions, context.environment.id);
  await markUsed(build.folder);
  const folder = join(paths.work, before.header.id);
  await removeTree(folder);
  const { memoryGigabytes, processes, diskGigabytes } = config.measure;
  const limits = { memoryBytes: memoryGigabytes * 1e9, processes, diskBytes: diskGigabytes * 1e9 };
  const copies = await copiesFor(runnables, folder, context);
  await watch.sampling(before, (benchmark) => expectsConstant(benchmark, config.measure.expect));
  const onFailure = async ({ benchmark, variant, workload }: Runnable, failure: Failure): Promise<void> => {
    await journal.failed({ benchmark, variant, workload, ...failure }, now());
    tally.drop({ benchmark, variant });
    watch.failed({ benchmark, variant }, failure.message);
    say(`${subject}: ${benchmark} (${variant}) failed: ${failure.message}`);
  };
  for (const [runnable, failure] of copies.failures) await onFailure(runnable, failure);
  const measurable = runnables.filter((runnable) => !copies.failures.has(runnable));
  const measured = await measure(measurable, {
    account: sandboxAccount,
    samplerAccount: context.samplerAccount,
    timeoutSeconds: config.measure.timeoutSeconds,
    limits,
    samplesOf: (runnable) => tally.samplesOf(runnable),
    ...(before.header.plan.some(({ undecided }) => undecided) && { choose }),
    copyOf: copies.copyOf,
    taken: (benchmark, variant) => tally.takenBefore({ benchmark, variant }),
    signal,
    asRootFirst: ({ benchmark }) => machine.prefixOf(benchmark),
    minimumOf: (runnable) => minimumOf(runnable, earlier, config.measure.expect, revisionOf(before.header.subject)),
    onBlock: async (block) => {
      await journal.block({ ...block, at: now() });
      watch.block(block);
      sayFinished(tally.add(block));
    },
    onFailure,
    onProgress: (begun) => watch.blockBegun(begun),
  });

  stopwatch.add("processes", measured.processSeconds);
  await removeTree(folder);
  if (!measured.aborted && measured.interrupted.length === 0) await journal.finish(now());
  await journal.close();
  const after = await readJournal(journal.path);
  if (!measured.aborted) await stopwatch.time("store", () => storeSession(after, context));
  const failed = measured.aborted ? undefined : wholeFailure(sessionOf(after).session);
  return {
    subject,
    ...(failed !== undefined && { wholeFailure: failed }),
    session: after.header.id,
    failures: [...after.header.failed, ...after.failed].map(({ benchmark, message }) => `${benchmark}: ${message}`),
    interrupted: measured.interrupted,
    aborted: measured.aborted,
  };
}

/**
 * Copies of what benchmarks run in. They may fill what the builds could: all of them together are no benchmark's.
 * @throws InfrastructureError where the machine is at fault.
 */
function copiesFor(runnables: readonly Runnable[], folder: string, { config, sandboxAccount, signal }: RunnerContext): Promise<Copies> {
  const limits = copyLimits(config.measure, runnables.length);
  return makeCopies(
    { account: sandboxAccount, limits, timeoutSeconds: config.measure.prepareTimeoutMinutes * 60, signal },
    folder,
    runnables,
  );
}

/** Limits of making so many copies. */
export function copyLimits({ diskGigabytes, processes }: RunnerContext["config"]["measure"], copies: number): Limits {
  return { memoryBytes: copyingBytes, processes, diskBytes: diskGigabytes * 1e9 * Math.max(1, copies) };
}

/** Memory of `cp`. */
const copyingBytes = 1e9;

/** What is recorded of a build, or of what stands for one. */
type Recorded = Pick<Build, "id" | "suite" | "versions" | "dependencies" | "dependenciesOf" | "listed" | "failure" | "benchmarks">;

interface Known {
  same: ReusedVariant[];
  affects: string | undefined;
  sessions: readonly Session[];
  /** What failed besides the build. */
  failed?: JournalHeader["failed"];
}

function headerOf(
  item: WorkItem,
  build: Recorded,
  { same, affects, sessions, failed: unlisted = [] }: Known,
  context: RunnerContext,
): JournalHeader {
  const { config, environment, hostFacts, bootId } = context;
  const started = now();
  const { host } = config;
  // A cached build may hold more than is owed.
  const owed = build.benchmarks.filter(({ benchmark }) => isWanted(benchmark, { only: item.benchmarks, without: item.without }));
  const unmeasured = new Set(same.map(keyOf));
  const { samplesOf, secondsFor } = samplePlan({
    subject: item.subject.kind,
    listed: build.listed,
    sessions,
    environment: environment.id,
    measure: config.measure,
  });
  const plan = owed.flatMap((one) => {
    const place = placeOf(one);
    if (!("runnable" in one) || unmeasured.has(keyOf(place))) return [];
    const { fingerprint } = one.runnable;
    const samples = samplesOf(place);
    const count: Pick<Planned, "samples" | "undecided"> = samples === undefined ? { samples: pilotSamples, undecided: true } : { samples };
    return [{ ...place, ...count, ...(fingerprint !== undefined && { fingerprint }) }];
  });
  const undecided = plan.filter((one) => one.undecided).length;
  const failed = owed.flatMap((one) => ("failure" in one ? [{ ...placeOf(one), ...one.failure }] : []));
  return {
    schema: 1,
    id: sessionId({ started, host, subject: item.subject, environment: environment.id, reason: item.reason, random: randomInt(10_000) }),
    host,
    started,
    reason: item.reason,
    subject: item.subject,
    environment: environment.id,
    hostFacts,
    suite: build.suite,
    versions: {
      ...build.versions,
      ...(build.dependencies && { dependencies: build.dependencies.hash }),
      ...(build.dependenciesOf !== undefined && { dependenciesOf: build.dependenciesOf }),
    },
    listed: build.listed,
    setup: setupOf(config),
    ...(affects !== undefined && { affects }),
    ...(build.failure && { failure: build.failure }),
    bootId,
    buildId: build.id,
    plan,
    ...(undecided > 0 && { secondsToChoose: secondsFor(undecided) }),
    failed: [...failed, ...unlisted],
    same,
  };
}

function chosenText(chosen: readonly ChosenSamples[]): string {
  const numbers = chosen.map(({ samples }) => samples);
  const range = [...new Set([Math.min(...numbers), Math.max(...numbers)])].join(" to ");
  return `${counted(chosen.length, "benchmark")} measured for the first time: ${range} samples, from now on too`;
}

function reusedText(same: readonly ReusedVariant[]): string {
  const originals = new Set(same.map(({ as }) => as.slice(0, 12)));
  const names = new Set(same.map(({ benchmark }) => benchmark));
  return `${counted(names.size, "benchmark runs", "benchmarks run")} the same program as ${[...originals].join(", ")}`;
}

function placeOf({ benchmark, variant }: Build["benchmarks"][number]): {
  benchmark: string;
  variant: Build["benchmarks"][number]["variant"];
  workload: string;
} {
  return { benchmark: benchmark.name, variant, workload: benchmark.workload };
}

/** The folder of the build that a journal was measured with. */
export function folderOf({ subject, suite, environment }: JournalHeader): string {
  return buildFolder({ subject, suiteRevision: suite, environmentId: environment });
}

function keyOf({ benchmark, variant }: { benchmark: string; variant: string }): string {
  return `${benchmark} ${variant}`;
}

function now(): string {
  return new Date().toISOString();
}
