import { UserError } from "../../config/user-error.ts";
import { presentListing } from "../queue/listing.ts";
import { firstParentHistory, resolveSince } from "../queue/revisions.ts";
import { listedIn } from "./reporting.ts";
import type { RunnerContext } from "../runner-context.ts";
import { failingBenchmarks, type Failing } from "../timeline/failing.ts";

/** Returns what fails on this host now; undefined where the target's history or the suite cannot be read. */
export async function failingHere(context: RunnerContext): Promise<Failing | undefined> {
  const { config, environment, target, stored } = context;
  const { host } = config;
  try {
    const since = await resolveSince(target, config.target.since);
    const { history } = await firstParentHistory(target, { branch: config.target.branch, since, paths: [] });
    const { results } = await stored.read();
    const own = results.sessions.filter((session) => session.host === host);
    const listed = (await presentListing(context, { allowBuild: false })) ?? listedIn(own, environment.id).benchmarks;
    return failingBenchmarks({ history, results, host, environment: environment.id, listed });
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

/** A single revision that fails as a whole is a result like others; so many in a row are a suite or a host that does not work. */
const leastRevisions = 2;

/** Returns true if every benchmark fails at several revisions in a row: nothing is measured, though runs go well. */
export function isNothingMeasured(failing: Failing | undefined): boolean {
  return (failing?.all?.revisions ?? 0) >= leastRevisions;
}
