import { currentSuiteRevision, prepareBuild } from "../build/build.ts";
import { buildFolder, type BuildInput } from "../build/build-input.ts";
import { readBuild, type Build } from "../build/stored-build.ts";
import { setupOf } from "../build/setup.ts";
import type { ReusedVariant, WorkItem } from "../model.ts";
import { unlistedText } from "../queue/listing-text.ts";
import { readState } from "../queue/state.ts";
import { readNeighbours, type Neighbours } from "../queue/neighbours.ts";
import { requiredRevision } from "../queue/required.ts";
import { recordRequirements, resolvedBefore } from "../queue/requirement-records.ts";
import type { Unbuilt } from "../queue/reuse.ts";
import { pinRevision } from "../queue/revisions.ts";
import type { RunnerContext } from "../runner-context.ts";
import type { JournalHeader } from "../store/journal-lines.ts";
import { counted } from "../text/quantities.ts";
import { describeSubject } from "../text/subjects.ts";
import { failureLines } from "./failed-subject.ts";
import { sampleAndStore } from "./sampling.ts";
import { headerOf } from "./session-header.ts";
import { storeUnsampled, type Done } from "./storing.ts";
import { unlistedFailures, withoutSuiteFaults } from "./unlisted.ts";

/** Builds a subject, samples it and stores its session. @throws InfrastructureError if the machine or the network fails. */
export async function measureItem(item: WorkItem, context: RunnerContext): Promise<Done> {
  const { config, account, target, watch } = context;
  log(item, item.because, context);
  await watch.begin(describeSubject(item.subject), item.reason, item.benchmarks);
  if (item.subject.kind !== "baseline") await pinRevision(target, item.subject.revision);
  const suiteRevision = item.suite ?? (await currentSuiteRevision(config.suite, account));
  const neighbours = await readNeighbours(item, suiteRevision, context);
  const { unbuilt } = neighbours;
  if (unbuilt?.left.length === 0) return storeUnbuilt(item, unbuilt, neighbours, context);
  const build = await buildItem(item, { suiteRevision, only: unbuilt?.left ?? item.benchmarks }, context);
  const header = await planSession(item, build, neighbours, context);
  return sampleAndStore(header, build, context);
}

/** Stores a session of a revision whose benchmarks all reuse results of its neighbours. This is known without a build. */
async function storeUnbuilt(item: WorkItem, { same, neighbour }: Unbuilt, { affects }: Neighbours, context: RunnerContext): Promise<Done> {
  log(item, `not built, ${reusedText(same)}`, context);
  const { suite, versions, listed } = neighbour;
  const header = headerOf(item, { id: "not built", suite, versions, listed, benchmarks: [] }, { same, affects, sessions: [] }, context);
  return storeUnsampled(header, context);
}

interface ToBuild {
  suiteRevision: string;
  /** Names of the benchmarks to build; undefined means all. */
  only: readonly string[] | undefined;
}

/** Builds the benchmarks owed for a subject, or finds its cached build. Returns it without failures that the suite caused. */
async function buildItem(item: WorkItem, { suiteRevision, only }: ToBuild, context: RunnerContext): Promise<Build> {
  const { config, account, sandboxAccount, environment, signal } = context;
  const input: BuildInput = {
    subject: item.subject,
    dependenciesOf: await dependenciesFor(item, suiteRevision, context),
    suiteRevision,
    environmentId: environment.id,
    // A cached build is measured again for its program.
    ...(item.suite === undefined && { setup: setupOf(config) }),
    config,
    account,
    sandboxAccount,
    only,
    without: item.without,
    // A control repeats exactly the program of its cached build.
    asKept: item.reason === "control",
    resolved: (hash) => resolvedBefore(hash, context),
    onMirror: (url, problem) => context.problems.note({ kind: "fetch", about: url }, problem),
    log: (line) => {
      context.watch.step(line);
      log(item, line, context);
    },
    signal,
  };
  const made = await context.stopwatch.time("build", () => prepareBuild(input));
  if (made.failure) log(item, `failed as a whole: ${made.failure.stage}: ${made.failure.message}`, context);
  for (const one of made.unlisted) log(item, unlistedText(one), context);
  const build = await withoutSuiteFaults(item, made, context);
  await recordRequirements(build, context);
  return build;
}

/** Returns the revision whose requirements the interpreter gets. A control repeats exactly the program of its cached build. */
async function dependenciesFor({ subject, reason }: WorkItem, suiteRevision: string, context: RunnerContext): Promise<string | undefined> {
  if (subject.kind !== "baseline") return undefined;
  const kept = reason === "control" && (await readBuild(buildFolder({ subject, suiteRevision, environmentId: context.environment.id })));
  return kept ? kept.dependenciesOf : requiredRevision(context.config, await readState(context, { allowBuild: false }));
}

/** Plans the sampling of a build. Reused results, and benchmarks that the suite does not list, need no samples. */
async function planSession(item: WorkItem, build: Build, neighbours: Neighbours, context: RunnerContext): Promise<JournalHeader> {
  const { unbuilt, affects } = neighbours;
  const same = [...(unbuilt?.same ?? []), ...neighbours.reusedFrom(build)];
  if (same.length > 0) log(item, reusedText(same), context);
  const { sessions } = await context.stored.read();
  const failed = await unlistedFailures({ subject: item.subject, only: unbuilt?.left ?? item.benchmarks }, build, context);
  const header = headerOf(item, build, { same, affects, sessions, failed }, context);
  for (const line of failureLines(header.failed)) log(item, line, context);
  return header;
}

function reusedText(same: readonly ReusedVariant[]): string {
  const originals = new Set(same.map(({ as }) => as.slice(0, 12)));
  const names = new Set(same.map(({ benchmark }) => benchmark));
  return `${counted(names.size, "benchmark runs", "benchmarks run")} the same program as ${[...originals].join(", ")}`;
}

function log({ subject }: WorkItem, line: string, context: RunnerContext): void {
  context.log(`${describeSubject(subject)}: ${line}`);
}
