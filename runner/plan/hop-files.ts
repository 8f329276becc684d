import type { Hop, HopFile } from "../model.ts";
import { storedHop } from "../store/hops.ts";
import { latestHops } from "../timeline/chain.ts";
import type { Bridge } from "./bridges.ts";

interface Writing extends Pick<HopFile, "host" | "written"> {
  /** Factors that count, of the files there are. */
  known: readonly HopFile[];
  /** All files there are. */
  all: readonly HopFile[];
}

/** What finished bridges add to the hops that are known: a file for each pair of environments of which no bridge is unfinished. Pure. */
export function newHopFiles(bridges: readonly Bridge[], writing: Writing): HopFile[] {
  return byPair(bridges).flatMap((pair) => fileOf(pair, writing) ?? []);
}

function byPair(bridges: readonly Bridge[]): Bridge[][] {
  const pairs = new Map<string, Bridge[]>();
  for (const bridge of bridges) {
    const key = `${bridge.from.environment} ${bridge.to.environment}`;
    pairs.set(key, [...(pairs.get(key) ?? []), bridge]);
  }
  return [...pairs.values()];
}

/** None while a bridge is unfinished, or where all are known already, as far as files can tell: numbers are stored with six digits. */
function fileOf(bridges: readonly Bridge[], { known, all, host, written }: Writing): HopFile | undefined {
  if (bridges.some(({ needs }) => needs.length > 0)) return undefined;
  const stored = new Set(latestHops(known).map(storedHop));
  const hops = bridges.flatMap(({ hop }) => (hop && !stored.has(storedHop(hop)) ? [hop] : []));
  const [first] = hops;
  if (!first) return undefined;
  const before = all.filter((file) => file.hops.some((hop) => isSamePair(hop, first)));
  return { schema: 1, n: 1 + Math.max(0, ...before.map(({ n }) => n)), host, written, hops };
}

function isSamePair(a: Hop, b: Hop): boolean {
  return a.from.environment === b.from.environment && a.to.environment === b.to.environment;
}
