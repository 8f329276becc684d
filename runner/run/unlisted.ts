import { removeBuild, type Build } from "../build/stored-build.ts";
import { InfrastructureError } from "../system/infrastructure-error.ts";
import type { Subject, WorkItem } from "../model.ts";
import { noteSuiteProblem } from "../queue/listing.ts";
import { readState } from "../queue/state.ts";
import type { RunnerContext } from "../runner-context.ts";
import type { FailedVariant } from "../store/journal-lines.ts";

/**
 * Returns a build without the failures that the suite's present revision causes. They are not results: the target's revision is still owed
 * once the suite is repaired. If the suite can be listed without this revision of the target, the failure is the revision's result.
 *
 * @throws InfrastructureError if nothing can be listed.
 */
export async function withoutSuiteFaults(item: WorkItem, build: Build, context: RunnerContext): Promise<Build> {
  // Bridges use an older revision of the suite, which is never repaired.
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

/** Returns failures of requested benchmarks that the suite does not list at this revision. Without a result they would stay in the queue. */
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
