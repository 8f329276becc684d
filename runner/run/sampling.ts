import { join } from "node:path";
import { paths } from "../../config/paths.ts";
import type { Build } from "../build/stored-build.ts";
import { markUsed } from "../build/cached-builds.ts";
import { copyLimits, makeCopies } from "../measure/copies.ts";
import { refuseOtherPython } from "../measure/declared-python.ts";
import { earlierResults } from "../measure/earlier.ts";
import { expectsConstant, minimumOf } from "../measure/plausibility.ts";
import { measure, type ToSample } from "../measure/session.ts";
import type { RunnerContext } from "../runner-context.ts";
import { Journal, readJournal } from "../store/journal.ts";
import { sessionOf, type JournalContents } from "../store/journal-contents.ts";
import type { JournalHeader, Planned } from "../store/journal-lines.ts";
import type { Runnable } from "../suites/suite.ts";
import { removeTree } from "../system/trees.ts";
import { wholeFailure } from "./failed-subject.ts";
import { Recording } from "./recording.ts";
import { storeSession, type Done } from "./storing.ts";
import { tuned, type TunedMachine } from "./tuned.ts";

/** Samples a build by the plan of a new header, and stores the session. @throws InfrastructureError if the machine or the network fails. */
export function sampleAndStore(header: JournalHeader, build: Build, context: RunnerContext): Promise<Done> {
  return takeTuned(() => Journal.create(paths.journal, header), { build, isWanted: () => true }, context);
}

/** Resumes a journal with the remaining benchmarks that are still wanted. */
export function resumeSampling(contents: JournalContents, wanted: Wanted, context: RunnerContext): Promise<Done> {
  return takeTuned(() => Journal.resume(contents), wanted, context);
}

interface Wanted {
  build: Build;
  /** Returns true if a planned benchmark still has to be sampled. */
  isWanted: (planned: Planned) => boolean;
}

/** Samples and stores while the machine is tuned. @throws InfrastructureError if samples would run another Python than the declared one. */
async function takeTuned(open: () => Promise<Journal>, wanted: Wanted, context: RunnerContext): Promise<Done> {
  const runnables = wanted.build.benchmarks.flatMap((one) => ("runnable" in one ? [one.runnable] : []));
  await refuseOtherPython(context.sandboxAccount, runnables, join(paths.venv, "bin/python"));
  return context.stopwatch.time("session", () => tuned(context, async (machine) => takeSamples(await open(), wanted, machine, context)));
}

async function takeSamples(journal: Journal, { build, isWanted }: Wanted, machine: TunedMachine, context: RunnerContext): Promise<Done> {
  const { config, sandboxAccount, samplerAccount, signal } = context;
  const recording = await Recording.of(journal, isWanted, context);
  const folder = join(paths.work, recording.before.header.id);
  const toSample = await prepareSamples({ build, recording, machine, folder }, context);
  const { memoryGigabytes, processes, diskGigabytes, timeoutSeconds } = config.measure;
  const events = measure(toSample, {
    account: sandboxAccount,
    samplerAccount,
    timeoutSeconds,
    limits: { memoryBytes: memoryGigabytes * 1e9, processes, diskBytes: diskGigabytes * 1e9 },
    samplesOf: (runnable) => recording.tally.samplesOf(runnable),
    signal,
  });
  // The next block begins when the last one is on the disk.
  for await (const event of events) await recording.record(event);
  await removeTree(folder);
  return finish(journal, recording, context);
}

interface Preparing {
  build: Build;
  recording: Recording;
  machine: TunedMachine;
  /** Root's folder for the copies. */
  folder: string;
}

/** Returns the benchmarks to sample, each with its own copy of the suite. Records those whose copy cannot be made as failed. */
async function prepareSamples({ build, recording, machine, folder }: Preparing, context: RunnerContext): Promise<ToSample[]> {
  const { before, tally } = recording;
  const { subject } = before.header;
  const { expect } = context.config.measure;
  const runnables = build.benchmarks.flatMap((one) => ("runnable" in one && tally.isOpen(one.runnable) ? [one.runnable] : []));
  const { sessions } = await context.stored.read();
  const earlier = earlierResults(sessions, context.environment.id);
  await markUsed(build.folder);
  await removeTree(folder);
  const copies = await copiesOf(runnables, folder, context);
  await context.watch.sampling(before, (benchmark) => expectsConstant(benchmark, expect));
  for (const [runnable, failure] of copies.failures) await recording.fail(runnable, failure);
  return runnables
    .filter((runnable) => !copies.failures.has(runnable))
    .map((runnable) => ({
      runnable,
      copy: copies.copyOf(runnable),
      minimum: minimumOf(runnable, earlier, expect, subject.kind === "baseline" ? undefined : subject.revision),
      asRootFirst: machine.prefixOf(runnable.benchmark),
      taken: tally.takenBefore(runnable),
    }));
}

/** Copies the folders that benchmarks run in. @throws InfrastructureError if the machine fails. */
function copiesOf(runnables: readonly Runnable[], folder: string, { config, sandboxAccount, signal }: RunnerContext) {
  const limits = copyLimits(config.measure, runnables.length);
  const timeoutSeconds = config.measure.prepareTimeoutMinutes * 60;
  return makeCopies({ account: sandboxAccount, limits, timeoutSeconds, signal }, folder, runnables);
}

/** Stores the session. One that was stopped is left for the next run to resume. */
async function finish(journal: Journal, { subject, interrupted, isStopped }: Recording, context: RunnerContext): Promise<Done> {
  if (!isStopped && interrupted.length === 0) await journal.finish(new Date().toISOString());
  await journal.close();
  const after = await readJournal(journal.path);
  if (!isStopped) await context.stopwatch.time("store", () => storeSession(after, context));
  const failed = isStopped ? undefined : wholeFailure(sessionOf(after).session);
  return {
    subject,
    ...(failed !== undefined && { wholeFailure: failed }),
    session: after.header.id,
    failures: [...after.header.failed, ...after.failed].map(({ benchmark, message }) => `${benchmark}: ${message}`),
    interrupted,
    aborted: isStopped,
  };
}
