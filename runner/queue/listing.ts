import type { Failure } from "../model.ts";
import type { RunnerContext } from "../runner-context.ts";
import { noteReportsDue } from "../store/reports-due.ts";
import { isOfDeclaredVersions } from "../suites/versions.ts";
import { askSuite, listingReason } from "./ask-suite.ts";
import { isDue, merged, readKept, writeKept, type Answer, type Kept } from "./kept-listing.ts";
import type { KnownState } from "./known-state.ts";
import { textsOf } from "./listing-text.ts";
import { revisionToListWith } from "./required.ts";
import type { History } from "./revisions.ts";

/** Permission to list the suite if its listing is not known. Listing makes a build, so it requires the host's lock. */
export interface Asking {
  allowBuild: boolean;
}

/** Declared state that a listing depends on. */
interface Declared extends Pick<KnownState, "suite" | "setup" | "listedWith"> {
  /** Of the target. */
  history: History;
}

/**
 * Returns the suite's listing at its present revision. It is made once per revision and list of requirements, and stored. If the suite cannot be
 * listed with changed requirements, the earlier listing is kept, with the problem. Undefined if there is none and it may not be made.
 */
export async function askedListing(context: RunnerContext, declared: Declared, { allowBuild }: Asking): Promise<Kept | undefined> {
  const { suite, setup, listedWith, history } = declared;
  const kept = await keptOf(context, suite);
  if (!allowBuild) return kept;
  if (kept && !isDue(kept, { dependencies: listedWith, setup }, Date.now())) return kept;
  return keep(context, declared, await askSuite(context, suite, revisionToListWith(context.config, history)));
}

/** Stores that a revision of the suite cannot be listed, after a build failed at it. */
export async function noteSuiteProblem(context: RunnerContext, of: Omit<Declared, "history">, failure: Failure): Promise<void> {
  await keep(context, of, { problem: { message: listingReason(failure), isSuites: true } });
}

/** Returns the stored listing of a suite revision in the present environment, if it has the declared versions. */
async function keptOf({ config, environment }: RunnerContext, suite: string): Promise<Kept | undefined> {
  const kept = await readKept();
  if (kept?.suite !== suite || kept.environment !== environment.id) return undefined;
  return isOfDeclaredVersions(kept.benchmarks ?? [], config.suite) ? kept : undefined;
}

/** Stores an answer. New problems of listing are logged once, and the next reports show them. */
async function keep(context: RunnerContext, declared: Omit<Declared, "history">, answer: Answer): Promise<Kept> {
  const { environment, log } = context;
  const { suite, setup, listedWith } = declared;
  const last = await readKept();
  const since = { since: last?.problem?.since, now: new Date().toISOString() };
  const asked = { suite, setup, dependencies: listedWith, environment: environment.id };
  const present: Kept = { ...asked, ...merged(await keptOf(context, suite), answer, since) };
  await writeKept(present);
  const before = last ? textsOf(last) : [];
  const now = textsOf(present);
  for (const line of now.filter((one) => !before.includes(one))) log(line);
  if (now.join("\n") !== before.join("\n")) await noteReportsDue();
  return (await readKept()) ?? present;
}
