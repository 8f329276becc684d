import { byName } from "../../config/by-name.ts";
import { dirname } from "node:path";
import { freeBytes } from "../system/free-bytes.ts";
import { shortly } from "./failure.ts";
import { checkOne } from "./check-one.ts";
import { plannedEffects, type PlannedEffects, type HostReview } from "./planned-effects.ts";
import type { Difference } from "./difference.ts";
import type { Given } from "./given.ts";
import { hashOf, readMarker } from "./resource-type.ts";
import { resourceTypes } from "./resource-types.ts";
import { listedNames } from "../queue/listing-text.ts";
import { timelineImpact } from "./timeline-impact.ts";

/** Differences found by a check, by resource. */
type Seen = Record<string, { differences: Difference[] }>;

/** Returns the planned effects of the resources that differ, by resource. Writes nothing. */
export async function plannedHere(resources: readonly Given[], seen: Seen): Promise<Map<string, PlannedEffects>> {
  const planned = new Map<string, PlannedEffects>();
  const found = resources.map(
    async (resource) => [resource.name, await planOne(resource, seen[resource.name]?.differences ?? [])] as const,
  );
  for (const [name, effects] of await Promise.all(found)) if (effects) planned.set(name, effects);
  return planned;
}

/** Returns the free bytes by path, for the paths that need space. */
export async function freeFor(planned: ReadonlyMap<string, PlannedEffects>): Promise<Record<string, number>> {
  const disks = [...planned.values()].flatMap(({ disk }) => Object.keys(disk));
  return Object.fromEntries(await Promise.all([...new Set(disks)].map(async (path) => [path, await freeBelow(path)] as const)));
}

/** Previews the effects of applying these resources to this host. Writes nothing. */
export async function reviewHere(
  resources: readonly Given[],
  seen: Seen,
  planned: ReadonlyMap<string, PlannedEffects>,
  free: Record<string, number>,
): Promise<HostReview> {
  const drift = await Promise.all(resources.map(async (one) => [one.name, await driftOf(one, seen[one.name]?.differences ?? [])] as const));
  const changing = new Set((planned.get("packages")?.effects ?? []).map(({ what }) => what));
  const held = Object.keys((await readMarker("packages"))?.observed ?? {}).filter((name) => !changing.has(`package ${name}`));
  const listed = await listedNames();
  const activation = resources.find(({ type }) => type === "activation");
  return {
    drift: Object.fromEntries(drift.filter(([, differences]) => differences.length > 0)),
    planned: Object.fromEntries(planned),
    free,
    held: held.length,
    impact: await timelineImpact(activation?.spec, planned),
    ...(listed && { listed }),
  };
}

/** Returns the differences from the last applied spec. @param differences differences from the present declaration. */
async function driftOf({ name, type, spec }: Given, differences: Difference[]): Promise<Difference[]> {
  const marker = await readMarker(name);
  if (!marker) return [];
  return hashOf(marker.spec) === hashOf(spec) ? differences : checkOne(name, type, marker.spec);
}

/** Returns the free bytes for a folder that may not exist yet. */
async function freeBelow(path: string): Promise<number> {
  return freeBytes(path).catch(() => freeBelow(dirname(path)));
}

/** Returns the effects of one resource; undefined if nothing differs. */
async function planOne({ name, type, spec }: Given, differences: readonly Difference[]): Promise<PlannedEffects | undefined> {
  const marker = await readMarker(name);
  if (differences.length === 0 && marker && hashOf(marker.spec) === hashOf(spec)) return undefined;
  try {
    return await resourceTypes.get(type)?.plan(spec, { observed: marker?.observed ?? byName(), log: () => undefined, differences });
  } catch (error) {
    return plannedEffects({ unknown: [`${name}: ${shortly(error)}`] });
  }
}
