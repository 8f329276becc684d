import type { HostConfig } from "../../config/schema.ts";
import { unmatched } from "../../config/unmatched.ts";
import type { Unlisted } from "../suites/suite.ts";
import { blockingProblem, readKept, type Kept } from "./kept-listing.ts";

/** Returns `benchmarks/sort.py is not measured: SyntaxError: invalid syntax (quicksort, mergesort)`. */
export function unlistedText({ what, problem, benchmarks }: Unlisted): string {
  return `${what} is not measured: ${problem}${benchmarks.length > 0 ? ` (${benchmarks.join(", ")})` : ""}`;
}

/** Returns a sentence for each part that the suite cannot list. */
export function textsOf(kept: Kept): string[] {
  const { problem, suite, unlisted } = kept;
  if (!problem) return unlisted.map(unlistedText);
  const follows = blockingProblem(kept) === undefined ? "no baseline is planned" : "nothing new is measured";
  return [`the suite cannot be listed since ${problem.since}, so ${follows}: ${problem.message} (suite ${suite.slice(0, 12)})`];
}

/**
 * Returns a sentence for each part that the suite cannot list, by this host's newest listing. Reads one file.
 * @param lastingMinutes younger problems of machine, network or requirements are ignored.
 */
export async function unlistedHere(lastingMinutes = 0): Promise<string[]> {
  const kept = await readKept();
  if (!kept) return [];
  const { problem } = kept;
  const isYoung = problem && !problem.isSuites && Date.now() - Date.parse(problem.since) < lastingMinutes * 60_000;
  return isYoung ? [] : textsOf(kept);
}

/**
 * Returns the names of the suite's benchmarks: as configured, or by this host's newest listing, which may be of an earlier suite revision.
 * Undefined if nothing was listed. Does not list the suite.
 */
export async function knownNames(suite: HostConfig["suite"]): Promise<string[] | undefined> {
  if (suite.adapter === "command") return suite.benchmarks.map(({ name }) => name);
  return listedNames();
}

/** Returns the names in this host's newest listing of the suite. */
export async function listedNames(): Promise<string[] | undefined> {
  const kept = await readKept();
  if (!kept?.benchmarks) return undefined;
  return [...new Set([...kept.benchmarks.map(({ name }) => name), ...kept.unlisted.flatMap(({ benchmarks }) => benchmarks)])];
}

/**
 * Returns warnings about parts that the suite cannot list, and about configured names and patterns that match no benchmark. The latter need
 * a listing of the suite.
 */
export async function listingWarnings({ measure, suite }: Pick<HostConfig, "measure" | "suite">): Promise<string[]> {
  const names = await knownNames(suite);
  return [...(await unlistedHere()), ...(names ? unmatched({ measure, suite }, names) : [])];
}
