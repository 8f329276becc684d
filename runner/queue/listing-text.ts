import type { HostConfig } from "../../config/schema.ts";
import { unmatched } from "../../config/unmatched.ts";
import type { Unlisted } from "../suites/suite.ts";
import { blockingProblem, readKept, type Kept } from "./kept-listing.ts";

/** Returns `benchmarks/sort.py is not measured: SyntaxError: invalid syntax (quicksort, mergesort)`. */
export function unlistedText({ what, problem, benchmarks }: Unlisted): string {
  return `${what} is not measured: ${problem}${benchmarks.length > 0 ? ` (${benchmarks.join(", ")})` : ""}`;
}

/** Returns what the suite cannot list, a sentence each. */
export function textsOf(kept: Kept): string[] {
  const { problem, suite, unlisted } = kept;
  if (!problem) return unlisted.map(unlistedText);
  const follows = blockingProblem(kept) === undefined ? "no baseline is planned" : "nothing new is measured";
  return [`the suite cannot be listed since ${problem.since}, so ${follows}: ${problem.message} (suite ${suite.slice(0, 12)})`];
}

/**
 * What the suite cannot list, a sentence each, as of its newest listing here. Reads one file.
 * @param lastingMinutes a younger problem of machine, network or requirements does not count.
 */
export async function unlistedHere(lastingMinutes = 0): Promise<string[]> {
  const kept = await readKept();
  if (!kept) return [];
  const { problem } = kept;
  const isYoung = problem && !problem.isSuites && Date.now() - Date.parse(problem.since) < lastingMinutes * 60_000;
  return isYoung ? [] : textsOf(kept);
}

/**
 * Names of the suite's benchmarks: as configured, or as its newest listing here has them, of an earlier revision of the suite where the present
 * one was not listed yet. undefined where nothing was listed. Asks nothing.
 */
export async function knownNames(suite: HostConfig["suite"]): Promise<string[] | undefined> {
  if (suite.adapter === "command") return suite.benchmarks.map(({ name }) => name);
  return listedNames();
}

/** Names in the suite's newest listing here. */
export async function listedNames(): Promise<string[] | undefined> {
  const kept = await readKept();
  if (!kept?.benchmarks) return undefined;
  return [...new Set([...kept.benchmarks.map(({ name }) => name), ...kept.unlisted.flatMap(({ benchmarks }) => benchmarks)])];
}

/**
 * What the suite cannot list, and names and patterns of the configuration that match no benchmark, in words. The latter are not told where it is not
 * known what the suite lists.
 */
export async function listingWarnings({ measure, suite }: Pick<HostConfig, "measure" | "suite">): Promise<string[]> {
  const names = await knownNames(suite);
  return [...(await unlistedHere()), ...(names ? unmatched({ measure, suite }, names) : [])];
}
