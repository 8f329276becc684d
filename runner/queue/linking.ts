import { setupOf } from "../build/setup.ts";
import type { ScalingFile } from "../model.ts";
import type { Reopened } from "./bridges.ts";
import { newScalingFiles } from "./scaling-files.ts";
import { presentListing, type Asking } from "./listing.ts";
import { firstParentHistory, resolveSince } from "./revisions.ts";
import { upgrade, type Upgrade, type UpgradeInput } from "./upgrade.ts";
import { noteReportsDue } from "../store/reports-due.ts";
import type { RunnerContext } from "../runner-context.ts";
import { readDecisions } from "../store/decisions.ts";
import { readScalingFactors, writeScalingFactors } from "../store/scaling-factors.ts";
import { latestScalingFactors } from "../timeline/chain.ts";

/** What the newest switch of this host owes; undefined where what the suite lists is not known and may not be asked. */
export async function upgradeHere(context: RunnerContext, how: Asking, reopened?: Reopened): Promise<Upgrade | undefined> {
  const input = await upgradeInput(context, how);
  return input && upgrade({ ...input, reopened });
}

/** What upgrades are planned and judged by, as it is stored here. */
export async function upgradeInput(context: RunnerContext, how: Asking): Promise<UpgradeInput | undefined> {
  const { config, environment, target } = context;
  const benchmarks = await presentListing(context, how);
  if (!benchmarks) return undefined;
  const since = await resolveSince(target, config.target.since);
  const { history } = await firstParentHistory(target, { branch: config.target.branch, since, paths: [] });
  const { sessions, results } = await context.stored.read();
  const scalingFactors = latestScalingFactors((await readScalingFactors(context.results.root)).files);
  const { decisions } = await readDecisions(context.results.root);
  return {
    history,
    sessions,
    results,
    scalingFactors,
    decisions,
    host: config.host,
    environment: environment.id,
    setup: setupOf(config),
    benchmarks,
  };
}

/**
 * Write the scaling factors of bridges that are finished, a file for each pair of environments of which none is missing. Repeating it is harmless.
 * Returns whether there were any.
 */
export async function writeFinishedScalingFactors(context: RunnerContext, reopened?: Reopened): Promise<boolean> {
  const found = await upgradeHere(context, { allowBuild: true }, reopened);
  if (!found || found.bridges.length === 0) return false;
  const { files: known, all } = await readScalingFactors(context.results.root);
  const files = newScalingFiles(found.bridges, { known, all, host: context.config.host, written: new Date().toISOString() });
  for (const file of files) {
    await writeScalingFactors(context.results.root, context.account, file);
    await noteReportsDue();
    context.say(scalingFactorsText(file));
  }
  return files.length > 0;
}

function scalingFactorsText({ scalingFactors }: ScalingFile): string {
  const counts = (["linked", "weak", "broken"] as const).flatMap((status) => {
    const count = scalingFactors.filter((scalingFactor) => scalingFactor.status === status).length;
    return count > 0 ? [`${count} ${status}`] : [];
  });
  return `the bridge is finished: ${counts.join(", ")}`;
}
