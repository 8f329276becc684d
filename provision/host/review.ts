import { byName } from "../../config/by-name.ts";
import { dirname } from "node:path";
import { freeBytes } from "../../runner/host/free-bytes.ts";
import { shortly } from "./failure.ts";
import { checkOne } from "./check-one.ts";
import { foresee, type Foresight, type HostReview } from "./foresight.ts";
import type { Finding } from "./finding.ts";
import { hashOf, readMarker } from "./kind.ts";
import { kinds } from "./kinds.ts";
import { listedNames } from "../../runner/plan/listing-text.ts";
import { timelineOutlook } from "./outlook.ts";

interface Resource {
  name: string;
  kind: string;
  spec?: unknown;
}

/** Findings of a check, by resource. */
type Seen = Record<string, { findings: Finding[] }>;

/** Foresights of the resources that differ, by resource. Writes nothing. */
export async function foreseenHere(resources: readonly Resource[], seen: Seen): Promise<Map<string, Foresight>> {
  const foreseen = new Map<string, Foresight>();
  const found = resources.map(
    async (resource) => [resource.name, await foreseeOne(resource, seen[resource.name]?.findings ?? [])] as const,
  );
  for (const [name, foresight] of await Promise.all(found)) if (foresight) foreseen.set(name, foresight);
  return foreseen;
}

/** Bytes that are free where something is needed, by path. */
export async function freeFor(foreseen: ReadonlyMap<string, Foresight>): Promise<Record<string, number>> {
  const disks = [...foreseen.values()].flatMap(({ disk }) => Object.keys(disk));
  return Object.fromEntries(await Promise.all([...new Set(disks)].map(async (path) => [path, await freeBelow(path)] as const)));
}

/** Previews the effects of applying these resources here. Writes nothing. */
export async function reviewHere(
  resources: readonly Resource[],
  seen: Seen,
  foreseen: ReadonlyMap<string, Foresight>,
  free: Record<string, number>,
): Promise<HostReview> {
  const drift = await Promise.all(resources.map(async (one) => [one.name, await driftOf(one, seen[one.name]?.findings ?? [])] as const));
  const changing = new Set((foreseen.get("packages")?.effects ?? []).map(({ what }) => what));
  const held = Object.keys((await readMarker("packages"))?.observed ?? {}).filter((name) => !changing.has(`package ${name}`));
  const listed = await listedNames();
  const activation = resources.find(({ kind }) => kind === "activation");
  return {
    drift: Object.fromEntries(drift.filter(([, findings]) => findings.length > 0)),
    foreseen: Object.fromEntries(foreseen),
    free,
    held: held.length,
    outlook: await timelineOutlook(activation?.spec, foreseen),
    ...(listed && { listed }),
  };
}

/** What differs from what was applied last. @param findings what differs from what is declared now. */
async function driftOf({ name, kind, spec }: Resource, findings: Finding[]): Promise<Finding[]> {
  const marker = await readMarker(name);
  if (!marker) return [];
  return hashOf(marker.spec) === hashOf(spec) ? findings : checkOne(name, kind, marker.spec);
}

/** Of a folder that may be made only later. */
async function freeBelow(path: string): Promise<number> {
  return freeBytes(path).catch(() => freeBelow(dirname(path)));
}

/** undefined where nothing differs. */
async function foreseeOne({ name, kind, spec }: Resource, findings: readonly Finding[]): Promise<Foresight | undefined> {
  const marker = await readMarker(name);
  if (findings.length === 0 && marker && hashOf(marker.spec) === hashOf(spec)) return undefined;
  try {
    return await kinds.get(kind)?.foresee(spec, { observed: marker?.observed ?? byName(), say: () => undefined, findings });
  } catch (error) {
    return foresee({ unforeseen: [`${name}: ${shortly(error)}`] });
  }
}
