import { isDeepStrictEqual } from "node:util";
import type { Hop, HopFile } from "./model.ts";
import type { Bridge, Reopened } from "./plan/bridges.ts";
import { presentListing, type Asking } from "./plan/listing.ts";
import { firstParentHistory, resolveSince } from "./plan/revisions.ts";
import { upgrade, type Upgrade, type UpgradeInput } from "./plan/upgrade.ts";
import { noteReportsDue } from "./reports-due.ts";
import type { Station } from "./station.ts";
import { readHops, writeHops } from "./store/hops.ts";
import { latestHops } from "./timeline/chain.ts";

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
  const hops = latestHops((await readHops(station.results.root)).files);
  return { history, sessions, results, hops, host: config.host, environment: environment.id, benchmarks };
}

/**
 * Write the hops of bridges that are finished, a file for each pair of environments of which none is missing. Repeating it is harmless.
 * Returns whether there were any.
 */
export async function writeFinishedHops(station: Station, reopened?: Reopened): Promise<boolean> {
  const found = await upgradeHere(station, { mayAsk: true }, reopened);
  if (!found || found.bridges.length === 0) return false;
  const { files } = await readHops(station.results.root);
  let written = false;
  for (const bridges of byPair(found.bridges)) {
    const file = hopFile(bridges, files, station.config.host);
    if (!file) continue;
    await writeHops(station.results.root, station.account, file);
    await noteReportsDue();
    station.say(hopsText(file));
    written = true;
  }
  return written;
}

function byPair(bridges: readonly Bridge[]): Bridge[][] {
  const pairs = new Map<string, Bridge[]>();
  for (const bridge of bridges) {
    const key = `${bridge.from.environment} ${bridge.to.environment}`;
    pairs.set(key, [...(pairs.get(key) ?? []), bridge]);
  }
  return [...pairs.values()];
}

/** The file that finished bridges of one pair of environments make; none while one is unfinished, or where all are known already. */
function hopFile(bridges: readonly Bridge[], files: readonly HopFile[], host: string): HopFile | undefined {
  if (bridges.some(({ needs }) => needs.length > 0)) return undefined;
  const known = latestHops(files);
  const hops = bridges.flatMap(({ hop }) => (hop && !known.some((one) => isDeepStrictEqual(one, hop)) ? [hop] : []));
  const [first] = hops;
  if (!first) return undefined;
  const before = files.filter((file) => file.hops.some((hop) => isSamePair(hop, first)));
  return { schema: 1, n: 1 + Math.max(0, ...before.map(({ n }) => n)), host, written: new Date().toISOString(), hops };
}

function isSamePair(a: Hop, b: Hop): boolean {
  return a.from.environment === b.from.environment && a.to.environment === b.to.environment;
}

function hopsText({ hops }: HopFile): string {
  const counts = (["linked", "weak", "broken"] as const).flatMap((status) => {
    const count = hops.filter((hop) => hop.status === status).length;
    return count > 0 ? [`${count} ${status}`] : [];
  });
  return `the bridge is finished: ${counts.join(", ")}`;
}
