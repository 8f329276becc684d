import { paths } from "../../config/paths.ts";
import { currentSuiteRevision } from "../build/build.ts";
import { cachedBuilds } from "../build/cached-builds.ts";
import { setupOf } from "../build/setup.ts";
import type { RunnerContext } from "../runner-context.ts";
import { readFindings } from "../store/findings.ts";
import type { StoredResults } from "../store/stored-results.ts";
import { latestScalingFactors } from "../timeline/chain.ts";
import { presentListing } from "./kept-listing.ts";
import type { KnownState } from "./known-state.ts";
import { askedListing, type Asking } from "./listing.ts";
import { keyToListWith } from "./required.ts";
import { firstParentHistory, resolveSince, untilFetched } from "./revisions.ts";

/** Last state, and the inputs that it follows from. */
interface Remembered {
  follows: readonly unknown[];
  state: KnownState;
}

/** States by the results that they were read with. A process has one. */
const remembered = new WeakMap<StoredResults, Remembered>();

/**
 * Reads this host's state. Returns the same object until an input changes: branch and `since` of the target, the suite's revision and listing,
 * sessions and findings, cached builds, configuration or day. The result must not be modified.
 *
 * @param how permission to list the suite again; requires the host's lock.
 * @throws UserError if the target lacks its branch or `since`, or the suite its branch.
 */
export async function readState(context: RunnerContext, how: Asking): Promise<KnownState> {
  const { config, account, environment, target, results, stored } = context;
  const since = await resolveSince(target, config.target.since);
  const followed = await firstParentHistory(target, { branch: config.target.branch, since, paths: config.target.paths });
  const suite = await untilFetched([paths.suite, config.suite], () => currentSuiteRevision(config.suite, account));
  const listedWith = await keyToListWith(context, followed);
  const kept = await askedListing(context, { suite, listedWith, setup: setupOf(config), history: followed }, how);
  const measured = await stored.read();
  const findings = await readFindings(results.root);
  const builds = await cachedBuilds();
  const today = new Date().toISOString().slice(0, 10);

  const follows = [config, environment.id, today, followed, suite, listedWith, kept, measured, findings, builds];
  const before = remembered.get(stored);
  if (before?.follows.every((one, index) => one === follows[index])) return before.state;
  const state: KnownState = {
    ...followed,
    ...findings,
    config,
    environment: environment.id,
    today,
    since,
    suite,
    setup: setupOf(config),
    listedWith,
    listing: presentListing(kept, config.suite),
    sessions: measured.sessions,
    results: measured.results,
    damaged: [...measured.damaged, ...findings.damaged],
    scalingFactors: latestScalingFactors(findings.scalingFiles),
    cachedBuilds: builds,
  };
  remembered.set(stored, { follows, state });
  return state;
}
