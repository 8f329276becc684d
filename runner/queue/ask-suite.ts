import { byName } from "../../config/by-name.ts";
import { prepareBuild } from "../build/build.ts";
import { removeBuild } from "../build/stored-build.ts";
import { setupOf } from "../build/setup.ts";
import { InfrastructureError } from "../system/infrastructure-error.ts";
import type { Failure } from "../model.ts";
import { recordRequirements, resolvedBefore } from "./requirement-records.ts";
import type { RunnerContext } from "../runner-context.ts";
import type { Answer } from "./kept-listing.ts";

/**
 * Lists the suite's benchmarks by a build of the interpreter itself without any benchmark. Requires the host's lock.
 * @param dependenciesOf revision whose requirements are installed for the listing; undefined for none.
 * @throws InfrastructureError only if the run was interrupted; other infrastructure errors are returned as a problem.
 */
export async function askSuite(context: RunnerContext, suiteRevision: string, dependenciesOf: string | undefined): Promise<Answer> {
  const { config, account, sandboxAccount, environment, signal } = context;
  try {
    const build = await prepareBuild({
      subject: { kind: "baseline" },
      dependenciesOf,
      suiteRevision,
      environmentId: environment.id,
      setup: setupOf(config),
      config,
      account,
      sandboxAccount,
      only: [],
      resolved: (hash) => resolvedBefore(hash, context),
      onMirror: (url, problem) => context.problems.note({ kind: "fetch", about: url }, problem),
      log: () => undefined,
      signal,
    });
    // A build of all baselines is reused by later sessions.
    if (build.benchmarks.length === 0) await removeBuild(build.folder);
    if (build.failure) return { problem: { message: listingReason(build.failure), isSuites: build.failure.stage === "list" } };
    await recordRequirements(build, context);
    return { listed: build.listed, unlisted: build.unlisted, interpreted: build.interpreted ?? byName() };
  } catch (error) {
    // An infrastructure error must not stop the measurement of revisions.
    if (!(error instanceof InfrastructureError) || signal.aborted) throw error;
    return { problem: { message: error.message, isSuites: false } };
  }
}

/** Returns why a build could not list the suite, without the prefix `the suite cannot be listed`. */
export function listingReason({ stage, message }: Failure): string {
  return stage === "list" ? message.replace(/^the suite cannot be listed: /, "") : `${stage}: ${message}`;
}
