import { join } from "node:path";
import { nearest } from "../../../config/nearest.ts";
import { paths } from "../../../config/paths.ts";
import { UserError } from "../../../config/user-error.ts";
import { currentSuiteRevision, prepareBuild } from "../../build/build.ts";
import { buildFolder } from "../../build/build-input.ts";
import { readBuild, type Build } from "../../build/stored-build.ts";
import { takeTrial, type Trial } from "../../measure/block.ts";
import { copyLimits, makeCopies } from "../../measure/copies.ts";
import { refuseOtherPython } from "../../measure/declared-python.ts";
import { minimumOf } from "../../measure/plausibility.ts";
import { earlierResults } from "../../measure/earlier.ts";
import type { Failure, Revision, Session } from "../../model.ts";
import { readState } from "../../queue/state.ts";
import { fetchTarget, resolveRevision } from "../../queue/revisions.ts";
import { resolvedBefore } from "../../queue/requirement-records.ts";
import type { RunnerContext } from "../../runner-context.ts";
import type { Runnable } from "../../suites/suite.ts";
import { makeFolder, removeTree } from "../../system/trees.ts";
import { tuned } from "../../run/tuned.ts";

/** Result of one process of a benchmark, started as in a run. Nothing of it is stored. */
export interface Tried {
  benchmark: string;
  revision: string;
  /** Failure of the build; nothing ran then. */
  failure?: Failure;
  ran?: Trial & Pick<Runnable, "command" | "cwd">;
}

/** Folder of everything that a trial writes. The next run removes that of a killed one. */
const folder = join(paths.work, "trial");
const folders = { ...paths, builds: join(folder, "builds"), work: join(folder, "work") };

/**
 * Builds one benchmark and runs it once, at a revision or at the newest measured one. Stores no session, build or decision, and replaces no
 * cached build. Requires the host's lock.
 *
 * @throws UserError for an unknown revision or benchmark, InfrastructureError if the machine fails.
 */
export async function tryBenchmark(context: RunnerContext, benchmark: string, wanted: string | undefined): Promise<Tried> {
  const revision = wanted === undefined ? await newestMeasured(context) : await fetched(context, wanted);
  context.log(`trying ${benchmark} at ${revision.slice(0, 12)}; nothing is stored`);
  await removeTree(folder);
  try {
    for (const one of [folder, folders.builds, folders.work]) await makeFolder(one);
    const build = await buildFor(context, benchmark, revision);
    if (build.failure) return { benchmark, revision, failure: build.failure };
    const names = build.listed.map(({ name }) => name);
    const meant = nearest(benchmark, names);
    const found = build.benchmarks.find((one) => one.benchmark.name === benchmark);
    if (!found) {
      throw new UserError(`the suite has no benchmark ${benchmark}`, meant ? `did you mean ${meant}?` : `it has ${names.join(", ")}`);
    }
    if ("failure" in found) return { benchmark, revision, failure: found.failure };
    return { benchmark, revision, ...(await runOnce(context, found.runnable)) };
  } finally {
    await removeTree(folder);
  }
}

/** Returns the cached build if it has the benchmark ready; otherwise makes a build for this trial. */
async function buildFor(context: RunnerContext, benchmark: string, revision: string): Promise<Build> {
  const { config, account, sandboxAccount, environment, signal, log } = context;
  const subject = { kind: "revision" as const, revision };
  const suiteRevision = await currentSuiteRevision(config.suite, account);
  const input = { subject, suiteRevision, environmentId: environment.id };
  const cached = await readBuild(buildFolder(input));
  if (cached?.benchmarks.some((one) => one.benchmark.name === benchmark && "runnable" in one)) return cached;
  const resolved = (hash: string) => resolvedBefore(hash, context);
  return prepareBuild({ ...input, config, account, sandboxAccount, only: [benchmark], resolved, log, signal, paths: folders });
}

async function runOnce(context: RunnerContext, runnable: Runnable): Promise<Pick<Tried, "failure" | "ran">> {
  const { config, sandboxAccount, samplerAccount, environment, signal } = context;
  const steps = {
    account: sandboxAccount,
    limits: copyLimits(config.measure, 1),
    timeoutSeconds: config.measure.prepareTimeoutMinutes * 60,
    signal,
  };
  await refuseOtherPython(sandboxAccount, [runnable], join(paths.venv, "bin/python"));
  const copies = await makeCopies(steps, join(folder, "copies"), [runnable]);
  const failure = copies.failures.get(runnable);
  if (failure) return { failure };
  const { sessions } = await context.stored.read();
  const { memoryGigabytes, processes, diskGigabytes, timeoutSeconds, expect } = config.measure;
  const trial = await tuned(context, (machine) =>
    takeTrial(
      {
        runnable,
        copy: copies.copyOf(runnable),
        minimum: minimumOf(runnable, earlierResults(sessions, environment.id), expect),
        asRootFirst: machine.prefixOf(runnable.benchmark),
      },
      {
        account: sandboxAccount,
        samplerAccount,
        timeoutSeconds,
        limits: { memoryBytes: memoryGigabytes * 1e9, processes, diskBytes: diskGigabytes * 1e9 },
        signal,
      },
    ),
  );
  return { ran: { ...trial, command: runnable.command, cwd: runnable.cwd } };
}

async function fetched({ target, log }: RunnerContext, wanted: string): Promise<string> {
  const result = await fetchTarget(target);
  if (!result.ok) log(`not fetched; continuing with the local clone: ${result.reason} (${result.hint})`);
  return resolveRevision(target, wanted);
}

async function newestMeasured(context: RunnerContext): Promise<string> {
  const { history, sessions, config } = await readState(context, { allowBuild: false });
  const newest = newestMeasuredIn(history, sessions, config.host);
  if (newest === undefined) throw new UserError("the target has no revision yet", "push one, or name a revision");
  return newest;
}

/** Returns the id of the newest revision of the history that a host measured; if it measured none, that of the newest one. */
export function newestMeasuredIn(
  history: readonly Revision[],
  sessions: readonly Pick<Session, "host" | "subject" | "failure">[],
  host: string,
): string | undefined {
  const measured = new Set(
    sessions.flatMap((one) => (one.host === host && one.subject.kind === "revision" && !one.failure ? [one.subject.revision] : [])),
  );
  return (history.findLast(({ id }) => measured.has(id)) ?? history.at(-1))?.id;
}
