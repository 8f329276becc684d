import { UserError } from "../../config/user-error.ts";
import { readState } from "../queue/state.ts";
import { listedIn } from "./reporting.ts";
import type { RunnerContext } from "../runner-context.ts";
import { failingBenchmarks, type Failing } from "../timeline/failing.ts";

/** Returns what fails on this host now; undefined where the target's history or the suite cannot be read. */
export async function failingHere(context: RunnerContext): Promise<Failing | undefined> {
  const { host } = context.config;
  try {
    const { history, results, listing, environment } = await readState(context, { allowBuild: false });
    const own = results.sessions.filter((session) => session.host === host);
    const listed = listing.benchmarks ?? listedIn(own, environment).benchmarks;
    return failingBenchmarks({ history, results, host, environment, listed });
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
