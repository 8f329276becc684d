import { byName } from "../../config/by-name.ts";
import { currentSuiteRevision } from "../build/build.ts";
import { setupOf } from "../build/setup.ts";
import type { Failure, Listed } from "../model.ts";
import { noteReportsDue } from "../store/reports-due.ts";
import type { RunnerContext } from "../runner-context.ts";
import { askSuite, listingReason } from "./ask-suite.ts";
import { blockingProblem, brokenIn, isDue, merged, readKept, writeKept, type Answer, type Kept } from "./kept-listing.ts";
import { problemText, textsOf } from "./listing-text.ts";
import type { PresentInput } from "./present.ts";
import { listedCommands } from "../suites/command.ts";
import { keyToListWith } from "./required.ts";
import { isOfDeclaredVersions } from "../suites/versions.ts";

/** Listing of the suite at its present revision. */
export interface PresentListing extends Pick<Kept, "benchmarks" | "interpreted"> {
  /** It could not be listed the last time; `benchmarks` are of earlier requirements. */
  isStale: boolean;
  /** In words, where nothing new can be measured: the suite cannot be listed. */
  problem: string | undefined;
}

/** Whether the suite may be asked what it lists, where that is not known: asking makes a build, so only under the host's lock. */
export interface Asking {
  allowBuild: boolean;
}

/**
 * The benchmarks that the suite lists at its present revision and that can be measured. undefined where it cannot be listed (`suiteProblem` tells why),
 * or is not known and may not be asked: asking makes a build, so only under the host's lock.
 */
export async function presentListing(context: RunnerContext, how: Asking): Promise<Listed[] | undefined> {
  return (await readListing(context, how)).benchmarks;
}

/**
 * What the suite lists at its present revision, asked once per revision and per list of requirements, and kept. Where requirements changed and
 * it cannot be listed with them, what it listed before stands, beside the reason.
 */
export async function readListing(context: RunnerContext, { allowBuild }: Asking): Promise<PresentListing> {
  const suite = await currentSuiteRevision(context.config.suite, context.account);
  const kept = await keptOf(context, suite);
  const present = { dependencies: await keyToListWith(context), setup: setupOf(context.config) };
  if (kept && (!allowBuild || !isDue(kept, present, Date.now()))) return told(kept);
  if (!allowBuild) {
    const { suite: declared } = context.config;
    const benchmarks = declared.adapter === "command" ? listedCommands(declared.benchmarks) : undefined;
    return { benchmarks, interpreted: byName(), isStale: false, problem: undefined };
  }
  return told(await keep(context, { suite, ...present }, await askSuite(context, suite)));
}

/** Returns how subjects are built and measured now, as far as it is known. */
export async function presentHere(context: RunnerContext, how: Asking): Promise<PresentInput> {
  const { config, account, environment } = context;
  const benchmarks = await presentListing(context, how);
  return { environment: environment.id, benchmarks, suite: await currentSuiteRevision(config.suite, account), setup: setupOf(config) };
}

/** Returns the reason that the suite's present revision cannot be listed, so that nothing new can be measured; undefined where it can be, or was not asked. */
export async function suiteProblem(context: RunnerContext, how: Asking): Promise<string | undefined> {
  return (await readListing(context, how)).problem;
}

/** Names of benchmarks that the suite's present revision lists and that cannot be imported, by the suite's own fault. */
export async function brokenBenchmarks(context: RunnerContext): Promise<Set<string>> {
  const kept = await keptOf(context, await currentSuiteRevision(context.config.suite, context.account));
  return kept ? brokenIn(kept) : new Set();
}

/** Remembers that the suite's present revision cannot be listed, as a build found out. */
export async function noteSuiteProblem(context: RunnerContext, suite: string, failure: Failure): Promise<void> {
  const present = { dependencies: await keyToListWith(context), setup: setupOf(context.config) };
  await keep(context, { suite, ...present }, { problem: { message: listingReason(failure), isSuites: true } });
}

function told(kept: Kept): PresentListing {
  const problem = blockingProblem(kept);
  return {
    benchmarks: kept.benchmarks,
    interpreted: kept.interpreted,
    isStale: kept.problem !== undefined,
    problem: problem === undefined ? undefined : problemText(problem),
  };
}

/** Returns the kept listing of a revision of the suite, with the versions that are declared, in the present environment. */
async function keptOf({ config, environment }: RunnerContext, suite: string): Promise<Kept | undefined> {
  const kept = await readKept();
  if (kept?.suite !== suite || kept.environment !== environment.id) return undefined;
  return isOfDeclaredVersions(kept.benchmarks ?? [], config.suite) ? kept : undefined;
}

/** Keeps an answer. What the suite cannot list is said once, and shown by the next reports. */
async function keep(context: RunnerContext, asked: Pick<Kept, "suite" | "dependencies" | "setup">, answer: Answer): Promise<Kept> {
  const { environment, say } = context;
  const last = await readKept();
  const since = { since: last?.problem?.since, now: new Date().toISOString() };
  const present: Kept = { ...asked, environment: environment.id, ...merged(await keptOf(context, asked.suite), answer, since) };
  await writeKept(present);
  const before = last ? textsOf(last) : [];
  const now = textsOf(present);
  for (const line of now.filter((one) => !before.includes(one))) say(line);
  if (now.join("\n") !== before.join("\n")) await noteReportsDue();
  return present;
}
