import { randomInt } from "node:crypto";
import { paths } from "../config/paths.ts";
import { buildFolder, currentSuiteRevision, prepareBuild, readBuild, removeBuild, type Build } from "./build.ts";
import { measure } from "./measure/session.ts";
import type { Subject, WorkItem } from "./model.ts";
import { noteReportsDue } from "./reporting.ts";
import { pinRevision } from "./revisions.ts";
import type { Station } from "./station.ts";
import { Journal, readJournal, removeJournal } from "./store/journal.ts";
import { remaining, sessionOf, type JournalContents } from "./store/journal-contents.ts";
import type { JournalHeader } from "./store/journal-lines.ts";
import { sessionId, writeDependencies, writeEnvironment, writeSession } from "./store/sessions.ts";

/** What became of one work item. */
export interface Done {
  session: string;
  /** Benchmarks that failed: results, and told. */
  failures: string[];
  /** Benchmarks still owed because the machine failed, not the subject. */
  interrupted: string[];
  /** Stopped from outside; the journal waits for the next run. */
  aborted: boolean;
}

/** Build a subject, sample it, store its session. @throws InfrastructureError where machine or network are at fault. */
export async function measureItem(item: WorkItem, station: Station): Promise<Done> {
  const { config, account, environment, signal } = station;
  const subject = describeSubject(item.subject);
  station.say(`${subject}: ${item.because}`);
  await station.watch.begin(subject, item.reason, item.benchmarks);
  if (item.subject.kind === "revision") await pinRevision(station.target, item.subject.revision);
  const build = await prepareBuild({
    subject: item.subject,
    suiteRevision: await currentSuiteRevision(config.suite, account),
    environmentId: environment.id,
    config,
    account,
    only: item.benchmarks,
    say: (line) => {
      station.watch.step(line);
      station.say(`${subject}: ${line}`);
    },
    signal,
  });
  const { dependencies } = build;
  if (dependencies) await writeDependencies(station.results.root, account, dependencies);
  const journal = await Journal.create(paths.journal, headerOf(item, build, station));
  return takeSamples(journal, build, station);
}

/** Whether a journal can be gone on with: its very build is still there, and the machine is the same in all that is recorded. */
export async function isResumable(contents: JournalContents, station: Station): Promise<boolean> {
  return !contents.finished && (await buildOf(contents, station)) !== undefined;
}

/** Go on with a session that a killed run left. */
export async function resumeItem(contents: JournalContents, station: Station): Promise<Done> {
  const build = await buildOf(contents, station);
  if (!build) throw new Error(`the build of ${contents.header.id} is gone`);
  await station.watch.begin(describeSubject(contents.header.subject), contents.header.reason);
  station.say(`${describeSubject(contents.header.subject)}: going on after ${contents.blocks.length} finished blocks`);
  return takeSamples(await Journal.resume(contents), build, station);
}

/** Turn a journal into its session, whatever of it is complete, and drop its build. Repeating it is harmless. */
export async function storeSession(contents: JournalContents, station: Station): Promise<void> {
  const { session, samples } = sessionOf(contents);
  const { results, account, environment } = station;
  if (session.failure || Object.keys(session.benchmarks).length > 0) {
    if (environment.id === session.environment) await writeEnvironment(results.root, account, environment);
    await writeSession(results.root, account, session, samples);
    await noteReportsDue();
  }
  await removeJournal(contents.path);
  await removeBuild(folderOf(contents.header));
}

export function describeSubject(subject: Subject): string {
  return subject.kind === "baseline" ? "baselines" : `revision ${subject.revision.slice(0, 12)}`;
}

async function takeSamples(journal: Journal, build: Build, station: Station): Promise<Done> {
  const { config, account, say, watch, signal } = station;
  const before = await readJournal(journal.path);
  const subject = describeSubject(before.header.subject);
  const left = new Map(remaining(before).map((entry) => [keyOf(entry), entry.next]));
  const runnables = build.benchmarks.flatMap((one) => ("runnable" in one && left.has(keyOf(one.runnable)) ? [one.runnable] : []));
  const unfinished = new Map(runnables.map((runnable) => [keyOf(runnable), samplesOf(config) - (left.get(keyOf(runnable)) ?? 0)]));

  await watch.sampling(before);
  const measured = await measure(runnables, {
    account,
    timeoutSeconds: config.measure.timeoutSeconds,
    samplesPerVariant: samplesOf(config),
    taken: (benchmark, variant) => left.get(keyOf({ benchmark, variant })) ?? 0,
    signal,
    onBlock: async (block) => {
      await journal.block({ ...block, at: now() });
      const finished = watch.block(block);
      const missing = (unfinished.get(keyOf(block)) ?? 0) - block.samples.length;
      unfinished.set(keyOf(block), missing);
      if (missing > 0) return;
      unfinished.delete(keyOf(block));
      say(`${subject}: ${finished}, ${unfinished.size} to go`);
    },
    onFailure: async ({ benchmark, variant, workload }, failure) => {
      await journal.failed({ benchmark, variant, workload, ...failure }, now());
      unfinished.delete(keyOf({ benchmark, variant }));
      watch.failed({ benchmark, variant }, failure.message);
      say(`${subject}: ${benchmark} (${variant}) failed: ${failure.message}`);
    },
    onProgress: (begun) => watch.blockBegun(begun),
  });

  if (!measured.aborted && measured.interrupted.length === 0) await journal.finish(now());
  await journal.close();
  const after = await readJournal(journal.path);
  if (!measured.aborted) await storeSession(after, station);
  return {
    session: after.header.id,
    failures: [...after.header.failed, ...after.failed].map(({ benchmark, message }) => `${benchmark}: ${message}`),
    interrupted: measured.interrupted.map(({ benchmark, cause }) => `${benchmark}: ${cause}`),
    aborted: measured.aborted,
  };
}

function headerOf(item: WorkItem, build: Build, station: Station): JournalHeader {
  const { config, environment, minor, bootId } = station;
  const started = now();
  const { host } = config;
  const plan = build.benchmarks.flatMap((one) => ("runnable" in one ? [{ ...placeOf(one), samples: samplesOf(config) }] : []));
  const failed = build.benchmarks.flatMap((one) => ("failure" in one ? [{ ...placeOf(one), ...one.failure }] : []));
  return {
    schema: 1,
    id: sessionId({ started, host, subject: item.subject, environment: environment.id, reason: item.reason, random: randomInt(10_000) }),
    host,
    started,
    reason: item.reason,
    subject: item.subject,
    environment: environment.id,
    minor,
    suite: build.suite,
    versions: { ...build.versions, ...(build.dependencies && { dependencies: build.dependencies.hash }) },
    listed: build.listed,
    ...(build.failure && { failure: build.failure }),
    bootId,
    buildId: build.id,
    plan,
    failed,
  };
}

function samplesOf({ measure }: Station["config"]): number {
  return measure.samples ?? 15;
}

function placeOf({ benchmark, variant }: Build["benchmarks"][number]): {
  benchmark: string;
  variant: Build["benchmarks"][number]["variant"];
  workload: string;
} {
  return { benchmark: benchmark.name, variant, workload: benchmark.workload };
}

/** The build a journal was measured with, if nothing that is recorded has changed since. */
async function buildOf({ header }: JournalContents, { environment, minor }: Station): Promise<Build | undefined> {
  if (header.environment !== environment.id || JSON.stringify(header.minor) !== JSON.stringify(minor)) return undefined;
  const build = await readBuild(folderOf(header));
  return build?.id === header.buildId ? build : undefined;
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
