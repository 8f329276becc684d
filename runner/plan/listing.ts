import { readFile } from "node:fs/promises";
import { z } from "zod";
import { paths } from "../../config/paths.ts";
import type { HostConfig } from "../../config/schema.ts";
import { unmatched } from "../../config/unmatched.ts";
import { currentSuiteRevision, prepareBuild, removeBuild } from "../build/build.ts";
import { writeAtomically } from "../host/atomic.ts";
import type { Listed } from "../model.ts";
import type { Station } from "../station.ts";
import { naming } from "../store/disk-full.ts";
import { listedSchema } from "../store/schema.ts";
import { unlisted, type Unlisted } from "../suites/suite.ts";

const keptSchema = z.object({
  suite: z.string(),
  environment: z.string(),
  /** When it was asked. */
  at: z.string(),
  /** Those that can be measured. */
  benchmarks: z.array(listedSchema),
  unlisted: z.array(unlisted),
  /** Why nothing can be listed. */
  problem: z.string().optional(),
});
type Kept = z.infer<typeof keptSchema>;

/** What cannot be listed is asked for again after this time, as it may depend on more than the suite. */
const retryMilliseconds = 3_600_000;

/** Whether the suite may be asked what it lists, where that is not known: asking makes a build, so only under the host's lock. */
export interface Asking {
  mayAsk: boolean;
}

/**
 * What the suite lists at its present revision and can be measured, asked once per revision and kept. undefined where it cannot be listed
 * (`suiteProblem` tells why), or is not known and may not be asked: asking makes a build, so only under the host's lock.
 */
export async function presentListing(station: Station, { mayAsk }: Asking): Promise<Listed[] | undefined> {
  const kept = await presentKept(station);
  const isWhole = kept && kept.problem === undefined && kept.unlisted.length === 0;
  if (isWhole || !mayAsk || (kept && Date.now() - Date.parse(kept.at) < retryMilliseconds)) return listedIn(kept);
  return listedIn(await askSuite(station, await currentSuiteRevision(station.config.suite, station.account)));
}

function listedIn(kept: Kept | undefined): Listed[] | undefined {
  return kept?.problem === undefined ? kept?.benchmarks : undefined;
}

/** Why the suite's present revision cannot be listed, in words; undefined where it can be, or was not asked. */
export async function suiteProblem(station: Station): Promise<string | undefined> {
  return (await presentKept(station))?.problem;
}

/** Names of benchmarks that the suite's present revision lists and that cannot be imported, by the suite's own fault. */
export async function brokenBenchmarks(station: Station): Promise<Set<string>> {
  return new Set((await presentKept(station))?.unlisted.flatMap(({ benchmarks }) => benchmarks));
}

/** Remember that the suite's present revision cannot be listed, as a build found out. */
export async function noteSuiteProblem({ environment }: Station, suite: string, problem: string): Promise<void> {
  await keep({ suite, environment: environment.id, at: new Date().toISOString(), benchmarks: [], unlisted: [], problem });
}

/** What the suite cannot list, a sentence each, as of its newest listing here. */
export async function unlistedHere(): Promise<string[]> {
  const kept = await readKept();
  if (!kept) return [];
  if (kept.problem !== undefined) return [`nothing new is measured: ${kept.problem} (suite ${kept.suite.slice(0, 12)})`];
  return kept.unlisted.map(unlistedText);
}

/** `benchmarks/sort.py is not measured: SyntaxError: invalid syntax (quicksort, mergesort)`. */
export function unlistedText({ what, problem, benchmarks }: Unlisted): string {
  return `${what} is not measured: ${problem}${benchmarks.length > 0 ? ` (${benchmarks.join(", ")})` : ""}`;
}

async function presentKept({ config, account, environment }: Station): Promise<Kept | undefined> {
  const kept = await readKept();
  const suite = await currentSuiteRevision(config.suite, account);
  return kept?.suite === suite && kept.environment === environment.id ? kept : undefined;
}

async function keep(kept: Kept): Promise<void> {
  await naming(paths.listing, () => writeAtomically(paths.listing, JSON.stringify(kept)));
}

/**
 * Names of the suite's benchmarks: as configured, or as its newest listing here has them, of an earlier revision of the suite where the present
 * one was not listed yet. undefined where nothing was listed. Asks nothing.
 */
export async function knownNames(suite: HostConfig["suite"]): Promise<string[] | undefined> {
  if (suite.adapter === "command") return suite.benchmarks.map(({ name }) => name);
  return listedNames();
}

/** Returns whether the suite still has a benchmark of that name; true where it is not known what it lists. Its workload may be another by now. */
export async function stillListed(station: Station): Promise<(planned: { benchmark: string }) => boolean> {
  const { suite } = station.config;
  const listed = suite.adapter === "command" ? suite.benchmarks : await presentListing(station, { mayAsk: false });
  if (!listed) return () => true;
  const names = new Set(listed.map(({ name }) => name));
  return ({ benchmark }) => names.has(benchmark);
}

/** Names in the suite's newest listing here. */
export async function listedNames(): Promise<string[] | undefined> {
  const kept = await readKept();
  if (kept?.problem !== undefined) return undefined;
  return kept && [...kept.benchmarks.map(({ name }) => name), ...kept.unlisted.flatMap(({ benchmarks }) => benchmarks)];
}

/**
 * What the suite cannot list, and names and patterns of the configuration that match no benchmark, in words. The latter are not told where it is not
 * known what the suite lists.
 */
export async function listingWarnings({ measure, suite }: Pick<HostConfig, "measure" | "suite">): Promise<string[]> {
  const names = await knownNames(suite);
  return [...(await unlistedHere()), ...(names ? unmatched(measure, names) : [])];
}

async function readKept(): Promise<Kept | undefined> {
  const text = await readFile(paths.listing, "utf8").catch(() => "null");
  try {
    return keptSchema.safeParse(JSON.parse(text)).data;
  } catch {
    // Damaged: it is asked again.
    return undefined;
  }
}

/** A build of the interpreter itself for no benchmark at all: nothing but the listing. */
async function askSuite(station: Station, suiteRevision: string): Promise<Kept | undefined> {
  const { config, account, sandboxAccount, environment, signal } = station;
  const build = await prepareBuild({
    subject: { kind: "baseline" },
    suiteRevision,
    environmentId: environment.id,
    config,
    account,
    sandboxAccount,
    only: [],
    onMirror: (url, problem) => station.problems.note({ kind: "fetch", about: url }, problem),
    say: () => undefined,
    signal,
  });
  // A build of all baselines stays for later sessions.
  if (build.benchmarks.length === 0) await removeBuild(build.folder);
  // Not the suite's fault: it stays unknown.
  if (build.failure && build.failure.stage !== "list") return undefined;
  const broken = new Set(build.unlisted.flatMap(({ benchmarks }) => benchmarks));
  const kept: Kept = {
    suite: suiteRevision,
    environment: environment.id,
    at: new Date().toISOString(),
    benchmarks: build.listed.filter(({ name }) => !broken.has(name)),
    unlisted: build.unlisted,
    ...(build.failure && { problem: build.failure.message }),
  };
  await keep(kept);
  return kept;
}
