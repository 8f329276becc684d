import { randomBytes } from "node:crypto";
import { lstat, readdir, rename } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import type { Account } from "../system/account.ts";
import { writeAtomically } from "../system/atomic.ts";
import type { Failure } from "../model.ts";
import { makeFolder, removeTree } from "../system/trees.ts";
import { wantedDependencies, type Wanted } from "./dependency-key.ts";
import { makeDependencyVenv } from "./dependency-venv.ts";
import { shortHash } from "../suites/fingerprint.ts";
import { layTrees } from "../system/layers.ts";
import { resolveNow, type Resolved, type ResolveInput } from "./resolution.ts";
import { isDirect, WheelFetch, wheelIn } from "./wheel-fetch.ts";
import { readJsonFile } from "../system/json-file.ts";

export const dependenciesSchema = z.strictObject({
  /** Hash of the requirement files, their includes and references, and the environment. */
  hash: z.string(),
  /** Virtual environment with these packages, on top of the packages of the declared venv. */
  venv: z.string(),
  /** `name==version` or `name @ url`, sorted. */
  list: z.array(z.string()),
  /** Entries of `list`, with the hash of the files for direct references. They identify the executed programs. */
  programs: z.array(z.string()),
  /** Set if they were resolved just now: reason that it was not as of the day of the commit, or null. */
  undated: z.string().nullable().exactOptional(),
});
/** Requirements of the target, installed into a venv on top of the declared one. */
export type Dependencies = z.infer<typeof dependenciesSchema>;

export interface DependenciesInput extends ResolveInput {
  /** Paths of requirement files in the checkout. Missing files are skipped. */
  requirements: readonly string[];
  environmentId: string;
  /** Folder of installed dependencies, by hash. */
  store: string;
  /** Folder of root with downloaded and built wheels of indexes: one folder for each environment with its indexes, with one for each requirement. */
  wheels: string;
  /** Returns the list that a hash was resolved to before, on any host. */
  resolved?: (hash: string) => string[] | undefined;
  log: (line: string) => void;
}

export type InstalledDependencies = { ok: true; dependencies: Dependencies | undefined } | { ok: false; failure: Failure };

/** Record of a finished venv, stored next to it. */
const recordSchema = dependenciesSchema.pick({ list: true, programs: true });

/**
 * Installs the requirement files of a revision, once per hash; later uses only read the list. New hashes are resolved as of the day of the
 * commit. Wheels are fetched in a separate step, and the installation itself has no network.
 * @throws InfrastructureError if the network or the machine failed.
 */
export async function installDependencies(input: DependenciesInput): Promise<InstalledDependencies> {
  const asked = await wantedDependencies(input);
  if (!asked.ok) return asked;
  const { wanted } = asked;
  if (!wanted) return { ok: true, dependencies: undefined };
  const { hash } = wanted;
  const kept = join(input.store, hash);
  const venv = join(kept, "venv");
  const known = await readKept(kept, input.steps.account);
  if (known) return { ok: true, dependencies: { hash, venv, ...known } };

  await makeFolder(input.store);
  const temporary = join(input.store, `.${hash}-${randomBytes(4).toString("hex")}`);
  await makeFolder(temporary);
  try {
    const copied = await copyOfCheckout(input, wanted, join(temporary, "checkout"));
    if (!copied.ok) return copied;
    const resolved = await resolve(input, wanted, join(temporary, "resolution"), copied.copy);
    if (!resolved.ok) return resolved;
    const { list } = resolved;
    const wheels = await fetchWheels(input, wanted, list, { folder: temporary, copy: copied.copy });
    if (!wheels.ok) return wheels;
    input.log(`dependencies: installing ${wheels.files.length} packages`);
    const failure = await makeDependencyVenv(input, wheels.files, { folder: join(temporary, "venv"), at: venv });
    if (failure) return { ok: false, failure };
    for (const name of (await readdir(temporary)).filter((one) => one !== "venv")) await removeTree(join(temporary, name));
    const record = { list, programs: list.map((one) => [one, wheels.contents.get(one)].filter(Boolean).join(" ")) };
    await writeAtomically(join(temporary, "dependencies.json"), `${JSON.stringify(record)}\n`);
    await removeTree(kept);
    await rename(temporary, kept);
    input.log(`dependencies: ${list.length} packages installed`);
    return { ok: true, dependencies: { hash, venv, ...record, ...("undated" in resolved && { undated: resolved.undated ?? null }) } };
  } finally {
    await removeTree(temporary);
  }
}

/** Reads the record of installed dependencies; undefined if there are none, or if another account installed them. */
async function readKept(folder: string, { uid }: Account): Promise<z.infer<typeof recordSchema> | undefined> {
  const venv = await lstat(join(folder, "venv")).catch(() => undefined);
  if (venv?.uid !== uid) return undefined;
  return readJsonFile(join(folder, "dependencies.json"), recordSchema);
}

type Copied = { ok: true; copy: string | undefined } | { ok: false; failure: Failure };

/** Copies the checkout, in order to build packages in it; no copy if the requirements name no path. */
async function copyOfCheckout(input: DependenciesInput, { references }: Wanted, folder: string): Promise<Copied> {
  if (references.paths.length === 0) return { ok: true, copy: undefined };
  const failure = (await layTrees([{ to: folder, layers: [input.checkout] }], "dependencies", input.steps)).get(folder);
  return failure ? { ok: false, failure } : { ok: true, copy: folder };
}

/** Resolves the requirement files: the known list, or otherwise the packages of an installation on the day of the commit. */
async function resolve(
  input: DependenciesInput,
  wanted: Wanted,
  out: string,
  copy: string | undefined,
): Promise<Resolved | { ok: true; list: string[] }> {
  const known = input.resolved?.(wanted.hash);
  if (known) return { ok: true, list: known };
  input.log(`dependencies: resolving ${wanted.files.join(", ")}`);
  return resolveNow(input, wanted, out, copy);
}

type Fetched = { ok: true; files: string[]; contents: ReadonlyMap<string, string> } | { ok: false; failure: Failure };

/**
 * Downloads or builds missing wheels. Wheels of indexes are stored for the environment with these indexes. Wheels from the revision itself or
 * from direct references are only for this revision.
 * @param work folder of root for this installation, and the copy of the checkout.
 */
async function fetchWheels(
  input: DependenciesInput,
  { indexes, references }: Wanted,
  list: readonly string[],
  { folder, copy }: { folder: string; copy: string | undefined },
): Promise<Fetched> {
  const own = join(folder, "own");
  const shared = indexes.isLocal ? own : join(input.wheels, shortHash(["wheels 1", input.environmentId, indexes.options]));
  const folderOf = (requirement: string): string => (isDirect(requirement) ? join(own, shortHash(requirement)) : join(shared, requirement));
  const isKept = await Promise.all(list.map(async (requirement) => (await wheelIn(folderOf(requirement))) !== undefined));
  const missing = list.filter((_, index) => !isKept[index]);
  if (missing.length > 0) input.log(`dependencies: fetching ${missing.length} of ${list.length} packages`);
  const fetch = new WheelFetch(input, { indexes, addresses: references.addresses, folder, folderOf, copy });
  const failure = (await fetch.downloaded(missing)) ?? (await fetch.built(missing));
  if (failure) return { ok: false, failure };
  const files = await Promise.all(list.map((requirement) => wheelIn(folderOf(requirement))));
  return { ok: true, files: files.filter((file) => file !== undefined), contents: fetch.contents };
}
