import type { ScalingFactor, ScalingFile } from "../model.ts";
import { storedScalingFactor } from "../store/scaling-factors.ts";
import { latestScalingFactors } from "../timeline/chain.ts";
import type { Bridge } from "./bridges.ts";

interface Writing extends Pick<ScalingFile, "host" | "written"> {
  /** Files that are not withdrawn. */
  known: readonly ScalingFile[];
  /** All stored files. */
  all: readonly ScalingFile[];
}

/** Returns the files that finished bridges add: one for each pair of environments whose bridges are all finished. Pure. */
export function newScalingFiles(bridges: readonly Bridge[], writing: Writing): ScalingFile[] {
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

/** Returns undefined while a bridge is unfinished, or if all factors are stored already, compared with the six stored digits. */
function fileOf(bridges: readonly Bridge[], { known, all, host, written }: Writing): ScalingFile | undefined {
  if (bridges.some(({ needs }) => needs.length > 0)) return undefined;
  const stored = new Set(latestScalingFactors(known).map(storedScalingFactor));
  const scalingFactors = bridges.flatMap(({ scalingFactor }) =>
    scalingFactor && !stored.has(storedScalingFactor(scalingFactor)) ? [scalingFactor] : [],
  );
  const [first] = scalingFactors;
  if (!first) return undefined;
  const before = all.filter((file) => file.scalingFactors.some((scalingFactor) => isSamePair(scalingFactor, first)));
  return { schema: 1, n: 1 + Math.max(0, ...before.map(({ n }) => n)), host, written, scalingFactors };
}

function isSamePair(a: ScalingFactor, b: ScalingFactor): boolean {
  return a.from.environment === b.from.environment && a.to.environment === b.to.environment;
}
