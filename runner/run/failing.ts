import { UserError } from "../../config/user-error.ts";
import { readState } from "../queue/state.ts";
import { listedIn } from "./reporting.ts";
import type { RunnerContext } from "../runner-context.ts";
import { failingBenchmarks, type Failing } from "../timeline/failing.ts";

/** Returns the benchmarks that fail on this host now; undefined if the target's history or the suite cannot be read. */
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

/** Failed revisions in a row that point to a broken suite or host. A single one is an ordinary result. */
const leastRevisions = 2;

/** Returns true if every benchmark fails at several revisions in a row: runs succeed, but nothing is measured. */
export function isNothingMeasured(failing: Failing | undefined): boolean {
  return (failing?.all?.revisions ?? 0) >= leastRevisions;
}
