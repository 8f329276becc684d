import { stat } from "node:fs/promises";
import * as z from "zod";
import { asRoot } from "../system/command.ts";
import { activationSpec } from "./activation.ts";
import { readOnly } from "./apt-simulation.ts";
import { comingCompiler } from "./compiler.ts";
import { specOf, type Given } from "./given.ts";
import { disksOf, type PlannedEffects } from "./planned-effects.ts";
import { pythonSpec } from "./python/choice.ts";
import { choiceHere, findBuilt } from "./python/prefix.ts";
import { keyAnswerSchema, type RemotesHere } from "./preflight-remotes.ts";
import { bytesText } from "../text/quantities.ts";

export const preflightSchema = z.object({
  /** Reasons that `up` would fail, or leave a host that cannot measure: a sentence with the fix each. */
  obstacles: z.array(z.string()),
  /** Things that could not be checked, a sentence each. */
  notes: z.array(z.string()),
  /** Settings of repositories that were not asked: `target`. */
  unasked: z.array(z.string()),
  key: keyAnswerSchema.optional(),
});
/** Findings before anything is changed. */
export type Preflight = z.infer<typeof preflightSchema>;

type Found = Pick<Preflight, "obstacles" | "notes">;
const nothing: Found = { obstacles: [], notes: [] };

/**
 * Checks from the outside what applying these resources needs. Writes nothing.
 * @param planned by resource; undefined while something is measured: then only the repositories were asked.
 * @param free bytes by path, of the paths that are needed.
 */
export async function preflightHere(
  resources: readonly Given[],
  remotes: RemotesHere,
  planned: ReadonlyMap<string, PlannedEffects> | undefined,
  free: Readonly<Record<string, number>>,
): Promise<Preflight> {
  const { obstacles, notes, unasked, key } = remotes;
  const found = planned ? await foundBy(resources, planned, free) : [];
  return {
    obstacles: [...obstacles, ...found.flatMap((one) => one.obstacles)],
    notes: [...notes, ...found.flatMap((one) => one.notes)],
    unasked,
    ...(key && { key }),
  };
}

async function foundBy(
  resources: readonly Given[],
  planned: ReadonlyMap<string, PlannedEffects>,
  free: Readonly<Record<string, number>>,
): Promise<Found[]> {
  const disks = diskObstacles([...planned.values()], free);
  const os = planned.get("os");
  // The next release has other packages, another Python, and other compilers: what is missing here may be there.
  if (os?.effects.some(({ what }) => what === "operating system")) return [{ obstacles: os.obstacles, notes: [] }, disks];
  const obstacles = [...planned.values()].flatMap((one) => one.obstacles);
  const isNew = (name: string) => planned.has(name);
  return [
    { obstacles: [...new Set(obstacles)], notes: [] },
    disks,
    ...(isNew("python") ? [await sourceFound(specOf(resources, "python", pythonSpec))] : []),
    ...(isNew("activation")
      ? [await compilerFound(specOf(resources, "activation", activationSpec)?.compiler, planned.get("packages"))]
      : []),
  ];
}

function diskObstacles(planned: readonly PlannedEffects[], free: Readonly<Record<string, number>>): Found {
  const full = disksOf(planned, free).filter(({ needed, free }) => needed > free);
  const obstacles = full.map(
    ({ path, needed, free }) => `disk: ${bytesText(needed)} needed below ${path}, ${bytesText(free)} free: make room on the host`,
  );
  return { obstacles, notes: [] };
}

/** Checks that the source of a Python to build is at its address. */
async function sourceFound(wanted: z.infer<typeof pythonSpec> | undefined): Promise<Found> {
  const choice = wanted && (await choiceHere(wanted));
  if (choice?.from !== "build" || (await findBuilt(choice.build))) return nothing;
  const { url } = choice.build;
  if (url.startsWith("/")) {
    const isThere = await stat(url).catch(() => undefined);
    return isThere
      ? nothing
      : { obstacles: [`python.build.url: there is no ${url} on the host: put it there, or write another address`], notes: [] };
  }
  const status = await headOf(url);
  if (status === undefined)
    return { obstacles: [], notes: [`the source of Python: ${url} did not answer; it is downloaded when Python is built`] };
  if (status !== 404 && status !== 410) return nothing;
  return { obstacles: [`python.build.url: ${url} does not exist (HTTP ${status}): write the address of the source archive`], notes: [] };
}

const headMilliseconds = 5_000;

/** The status of an address; undefined where its server does not answer. */
async function headOf(url: string): Promise<number | undefined> {
  return fetch(url, { method: "HEAD", signal: AbortSignal.timeout(headMilliseconds) }).then(
    ({ status }) => status,
    () => undefined,
  );
}

async function compilerFound(name: string | undefined, packages: PlannedEffects | undefined): Promise<Found> {
  if (name === undefined || (await asRoot({ nothrow: true })`command -v ${name}`).exitCode === 0) return nothing;
  const coming = (packages?.effects ?? [])
    .filter(({ what, is }) => what.startsWith("package ") && is === "not installed")
    .map(({ what }) => what.slice("package ".length));
  const known = await asRoot`LC_ALL=C apt-cache ${readOnly} policy ${name}`;
  const found = comingCompiler({
    name,
    coming,
    isComplete: packages === undefined || packages.disk["/"] !== undefined,
    isPackage: /Candidate: [^(]/.test(known.stdout),
  });
  if (found.state === "unknown") return { obstacles: [], notes: [found.note] };
  return found.state === "comes" ? nothing : { obstacles: [found.obstacle], notes: [] };
}
