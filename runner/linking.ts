import { setupOf } from "./build/setup.ts";
import type { ScalingFile } from "./model.ts";
import type { Reopened } from "./plan/bridges.ts";
import { newScalingFiles } from "./plan/scaling-files.ts";
import { presentListing, type Asking } from "./plan/listing.ts";
import { firstParentHistory, resolveSince } from "./plan/revisions.ts";
import { upgrade, type Upgrade, type UpgradeInput } from "./plan/upgrade.ts";
import { noteReportsDue } from "./reports-due.ts";
import type { Station } from "./station.ts";
import { readDecisions } from "./store/decisions.ts";
import { readScalingFactors, writeScalingFactors } from "./store/scaling-factors.ts";
import { latestScalingFactors } from "./timeline/chain.ts";

/** What the newest switch of this host owes; undefined where what the suite lists is not known and may not be asked. */
export async function upgradeHere(station: Station, how: Asking, reopened?: Reopened): Promise<Upgrade | undefined> {
  const input = await upgradeInput(station, how);
  return input && upgrade({ ...input, reopened });
}

/** What upgrades are planned and judged by, as it is stored here. */
export async function upgradeInput(station: Station, how: Asking): Promise<UpgradeInput | undefined> {
  const { config, environment, target } = station;
  const benchmarks = await presentListing(station, how);
  if (!benchmarks) return undefined;
  const since = await resolveSince(target, config.target.since);
  const { history } = await firstParentHistory(target, { branch: config.target.branch, since, paths: [] });
  const { sessions, results } = await station.stored.read();
  const scalingFactors = latestScalingFactors((await readScalingFactors(station.results.root)).files);
  const { decisions } = await readDecisions(station.results.root);
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
export async function writeFinishedScalingFactors(station: Station, reopened?: Reopened): Promise<boolean> {
  const found = await upgradeHere(station, { mayAsk: true }, reopened);
  if (!found || found.bridges.length === 0) return false;
  const { files: known, all } = await readScalingFactors(station.results.root);
  const files = newScalingFiles(found.bridges, { known, all, host: station.config.host, written: new Date().toISOString() });
  for (const file of files) {
    await writeScalingFactors(station.results.root, station.account, file);
    await noteReportsDue();
    station.say(scalingFactorsText(file));
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
