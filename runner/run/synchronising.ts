import { paths } from "../../config/paths.ts";
import { fetchTarget } from "../queue/revisions.ts";
import type { RunnerContext, Log } from "../runner-context.ts";
import { areReportsDue } from "../store/reports-due.ts";
import type { Clone } from "../system/git.ts";
import { publishResults } from "./publishing.ts";
import { publishReportsNow } from "./reporting.ts";
import type { RunOptions } from "./run-options.ts";

/**
 * Fetches the clones and publishes results. Logs a remote that cannot be reached, and continues with the local clone.
 * @returns the problem if this host refuses the results branch; the operator must look at it.
 */
export async function synchronise(
  context: RunnerContext,
  { publish }: Pick<RunOptions, "publish">,
  logOnce: Log,
): Promise<string | undefined> {
  for (const clone of followed(context)) {
    const fetched = await context.stopwatch.time("fetch", () => fetchTarget(clone));
    if (!fetched.ok) logOnce(`not fetched; continuing with the local clone: ${fetched.reason} (${fetched.hint})`);
    await context.problems.note({ kind: "fetch", about: clone.root }, fetched.ok ? undefined : fetched);
  }
  const { target, suite } = context.config;
  const submodules = [...target.submodules, ...("submodules" in suite ? suite.submodules : [])];
  await context.problems.keepOnly("fetch", [...followed(context).map(({ root }) => root), ...submodules]);
  return publish ? context.stopwatch.time("publish", () => publishResults(context, logOnce)) : undefined;
}

/** Returns the clones that are fetched: of the target, and of a runbench suite. */
export function followed({ config, target, account }: RunnerContext): Clone[] {
  return config.suite.adapter === "runbench" ? [target, { root: paths.suite, account }] : [target];
}

/** Publishes the reports if they are due. */
export async function report(
  context: RunnerContext,
  { publish }: Pick<RunOptions, "publish">,
  how: { logOnce: Log; isSynchronised: boolean },
): Promise<void> {
  if (publish && (await areReportsDue(context.config.results)))
    await context.stopwatch.time("report", () => publishReportsNow(context, how));
}
