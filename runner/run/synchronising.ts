import { paths } from "../../config/paths.ts";
import { fetchTarget } from "../queue/revisions.ts";
import type { RunnerContext, Log } from "../runner-context.ts";
import { areReportsDue } from "../store/reports-due.ts";
import type { Clone } from "../system/git.ts";
import { publishResults } from "./publishing.ts";
import { publishReportsNow } from "./reporting.ts";
import type { RunOptions } from "./run-options.ts";

/**
 * Fetch what is new, bring what is finished to the remote. A remote that cannot be reached is told; what is here goes on.
 * @returns why this host refuses the results branch, where it does: a fault that somebody must look at.
 */
export async function synchronise(
  context: RunnerContext,
  { publish }: Pick<RunOptions, "publish">,
  tell: Log,
): Promise<string | undefined> {
  for (const clone of followed(context)) {
    const fetched = await context.stopwatch.time("fetch", () => fetchTarget(clone));
    if (!fetched.ok) tell(`going on with what is here: ${fetched.reason} (${fetched.hint})`);
    await context.problems.note({ kind: "fetch", about: clone.root }, fetched.ok ? undefined : fetched);
  }
  const { target, suite } = context.config;
  const submodules = [...target.submodules, ...("submodules" in suite ? suite.submodules : [])];
  await context.problems.keepOnly("fetch", [...followed(context).map(({ root }) => root), ...submodules]);
  return publish ? context.stopwatch.time("publish", () => publishResults(context, tell)) : undefined;
}

/** The clones of what others write. */
export function followed({ config, target, account }: RunnerContext): Clone[] {
  return config.suite.adapter === "runbench" ? [target, { root: paths.suite, account }] : [target];
}

/** Bring the reports to the remote, if they lack a session. */
export async function report(context: RunnerContext, { publish }: Pick<RunOptions, "publish">, tell: Log): Promise<void> {
  if (publish && (await areReportsDue(context.config.results)))
    await context.stopwatch.time("report", () => publishReportsNow(context, tell));
}
