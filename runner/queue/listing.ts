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

/** Whether the suite may be asked what it lists, where that is not known: asking makes a build, so only under the host's lock. */
export interface Asking {
  allowBuild: boolean;
}

/** What a listing is of. */
interface Declared extends Pick<KnownState, "suite" | "setup" | "listedWith"> {
  /** Of the target. */
  history: History;
}

/**
 * What the suite lists at its present revision, asked once per revision and per list of requirements, and kept. Where requirements changed and
 * it cannot be listed with them, what it listed before stands, beside the reason. undefined where it was not asked, and may not be.
 */
export async function askedListing(context: RunnerContext, declared: Declared, { allowBuild }: Asking): Promise<Kept | undefined> {
  const { suite, setup, listedWith, history } = declared;
  const kept = await keptOf(context, suite);
  if (!allowBuild) return kept;
  if (kept && !isDue(kept, { dependencies: listedWith, setup }, Date.now())) return kept;
  return keep(context, declared, await askSuite(context, suite, revisionToListWith(context.config, history)));
}

/** Remembers that a revision of the suite cannot be listed, as a build found out. */
export async function noteSuiteProblem(context: RunnerContext, of: Omit<Declared, "history">, failure: Failure): Promise<void> {
  await keep(context, of, { problem: { message: listingReason(failure), isSuites: true } });
}

/** Returns the kept listing of a revision of the suite, with the versions that are declared, in the present environment. */
async function keptOf({ config, environment }: RunnerContext, suite: string): Promise<Kept | undefined> {
  const kept = await readKept();
  if (kept?.suite !== suite || kept.environment !== environment.id) return undefined;
  return isOfDeclaredVersions(kept.benchmarks ?? [], config.suite) ? kept : undefined;
}

/** Keeps an answer. What the suite cannot list is said once, and shown by the next reports. */
async function keep(context: RunnerContext, declared: Omit<Declared, "history">, answer: Answer): Promise<Kept> {
  const { environment, log: say } = context;
  const { suite, setup, listedWith } = declared;
  const last = await readKept();
  const since = { since: last?.problem?.since, now: new Date().toISOString() };
  const asked = { suite, setup, dependencies: listedWith, environment: environment.id };
  const present: Kept = { ...asked, ...merged(await keptOf(context, suite), answer, since) };
  await writeKept(present);
  const before = last ? textsOf(last) : [];
  const now = textsOf(present);
  for (const line of now.filter((one) => !before.includes(one))) say(line);
  if (now.join("\n") !== before.join("\n")) await noteReportsDue();
  return (await readKept()) ?? present;
}
