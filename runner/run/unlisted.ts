import { removeBuild, type Build } from "../build/build.ts";
import { InfrastructureError } from "../system/infrastructure-error.ts";
import type { Subject, WorkItem } from "../model.ts";
import { noteSuiteProblem } from "../queue/listing.ts";
import { readState } from "../queue/state.ts";
import type { RunnerContext } from "../runner-context.ts";
import type { FailedVariant } from "../store/journal-lines.ts";

/**
 * What the suite's present revision cannot list is no result: the revision is owed as before, once the suite is repaired. Where the suite can be listed
 * without this revision of the target, that is what breaks it, and the failure is its result. Returns the build without what is the suite's fault.
 *
 * @throws InfrastructureError where nothing can be listed.
 */
export async function withoutSuiteFaults(item: WorkItem, build: Build, context: RunnerContext): Promise<Build> {
  // A bridge's: an older revision, that nobody repairs.
  if (item.suite !== undefined) return build;
  if (build.failure?.stage === "list") {
    const state = await readState(context, { allowBuild: false });
    if (item.subject.kind === "revision" && state.listing.benchmarks !== undefined) return build;
    await noteSuiteProblem(context, { ...state, suite: build.suite }, build.failure);
    await removeBuild(build.folder);
    throw new InfrastructureError(build.failure.message, build.failure.output);
  }
  const { broken } = (await readState(context, { allowBuild: false })).listing;
  const isSuites = (one: Build["benchmarks"][number]) => "failure" in one && one.failure.stage === "list" && broken.has(one.benchmark.name);
  return { ...build, benchmarks: build.benchmarks.filter((one) => !isSuites(one)) };
}

/** Returns failures of the benchmarks that were asked for and that the suite does not list at this revision: without a result they were asked for again and again. */
export async function unlistedFailures(
  { subject, only = [] }: { subject: Subject; only: readonly string[] | undefined },
  { listed, failure }: Pick<Build, "listed" | "failure">,
  context: RunnerContext,
): Promise<FailedVariant[]> {
  const unknown = only.filter((name) => !failure && !listed.some((one) => one.name === name));
  if (unknown.length === 0) return [];
  const { listing } = await readState(context, { allowBuild: false });
  const workloads = new Map(listing.benchmarks?.map(({ name, workload }) => [name, workload]));
  return unknown.map((benchmark) => ({
    benchmark,
    variant: subject.kind === "baseline" ? "interpreted" : "compiled",
    workload: workloads.get(benchmark) ?? "",
    stage: "list",
    message: "the suite does not list it at this revision",
    output: "",
  }));
}
