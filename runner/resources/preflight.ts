import { stat } from "node:fs/promises";
import * as z from "zod";
import { asRoot } from "../system/command.ts";
import { activationSpec } from "./activation.ts";
import { withAptView } from "./apt-view.ts";
import { comingCompiler } from "./compiler.ts";
import { specOf, type Given } from "./given.ts";
import { disksOf, type PlannedEffects } from "./planned-effects.ts";
import { pythonSpec } from "./python/choice.ts";
import { choiceHere, findBuilt } from "./python/prefix.ts";
import { keyAnswerSchema, type RemotesHere } from "./preflight-remotes.ts";
import { bytesText } from "../text/quantities.ts";

export const preflightSchema = z.object({
  /** Reasons for which `up` would fail, or would leave a host that cannot measure. One sentence with the fix each. */
  obstacles: z.array(z.string()),
  /** Items that could not be checked, one sentence each. */
  notes: z.array(z.string()),
  /** Settings of repositories that were not contacted: `target`. */
  unasked: z.array(z.string()),
  key: keyAnswerSchema.optional(),
});
/** Result of the checks before `up` changes anything. */
export type Preflight = z.infer<typeof preflightSchema>;

type Found = Pick<Preflight, "obstacles" | "notes">;
const nothing: Found = { obstacles: [], notes: [] };

/**
 * Checks the conditions for applying these resources. Writes nothing.
 * @param planned effects by resource; undefined during a measurement: only the repositories are checked then.
 * @param free free bytes by path, for the paths that need space.
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
  // The next release has other packages, Pythons and compilers, and may have what is missing in this one.
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

/** Checks that the source archive of a Python to build exists at its URL. */
async function sourceFound(wanted: z.infer<typeof pythonSpec> | undefined): Promise<Found> {
  const choice = wanted && (await choiceHere(wanted));
  if (choice?.from !== "build" || (await findBuilt(choice.build))) return nothing;
  const { url } = choice.build;
  if (url.startsWith("/")) {
    const isThere = await stat(url).catch(() => undefined);
    return isThere
      ? nothing
      : { obstacles: [`python.build.url: ${url} does not exist on the host: copy it there, or write another URL`], notes: [] };
  }
  const status = await headOf(url);
  if (status === undefined) return { obstacles: [], notes: [`source of Python: ${url} did not answer; the build downloads it`] };
  if (status !== 404 && status !== 410) return nothing;
  return { obstacles: [`python.build.url: ${url} does not exist (HTTP ${status}): write the URL of the source archive`], notes: [] };
}

const headMilliseconds = 5_000;

/** Returns the HTTP status of a URL; undefined if its server does not answer. */
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
  const known = await withAptView((options) => asRoot`LC_ALL=C apt-cache ${options} policy ${name}`);
  const found = comingCompiler({
    name,
    coming,
    isComplete: packages === undefined || packages.disk["/"] !== undefined,
    isPackage: /Candidate: [^(]/.test(known.stdout),
  });
  if (found.state === "unknown") return { obstacles: [], notes: [found.note] };
  return found.state === "comes" ? nothing : { obstacles: [found.obstacle], notes: [] };
}
