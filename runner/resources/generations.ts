import { lstat, mkdir, readdir, readFile, readlink, rename, symlink, utimes } from "node:fs/promises";
import { join } from "node:path";
import type * as z from "zod";
import { paths } from "../../config/paths.ts";
import { linkAtomically, removeHalves, temporaryBeside, writeAtomically } from "../system/atomic.ts";
import { environmentOf } from "../system/environment.ts";
import { environmentSchema, hostFactsSchema } from "../formats/environment.ts";
import type { Environment, HostFacts } from "../model.ts";
import { removeTree } from "../system/trees.ts";
import { hashOf, sorted } from "./resource-type.ts";

/** All that is activated in one step. */
export interface Generation {
  /** Folder of the bundle that cron runs. */
  bundle: string;
  /** Prefix of the venv. */
  venv: string;
  environment: Environment;
  /** The host facts that were taken for this environment. */
  hostFacts: HostFacts;
}

/** A generation as it is on the disk. It never changes; activating it again makes it the newest. */
interface StoredGeneration extends Generation {
  folder: string;
  /** When it was activated last, in milliseconds. */
  activated: number;
}

/** Let everything on this host use a generation, in one step: a reader sees all of the one before, or all of this one. */
export async function activate(generation: Generation): Promise<void> {
  const folder = await store(generation);
  const now = new Date();
  await utimes(folder, now, now);
  await linkAtomically(folder, paths.active);
}

/** The generation in use; undefined where there is none, or where it is damaged. */
export async function activeGeneration(): Promise<StoredGeneration | undefined> {
  const folder = await readlink(paths.active).catch(() => undefined);
  return folder === undefined ? undefined : readGeneration(folder);
}

/** All generations of a folder that are whole, the one activated last first. */
export async function readGenerations(parent: string = paths.generations): Promise<StoredGeneration[]> {
  const names = await readdir(parent).catch(() => []);
  const found = await Promise.all(names.map((name) => readGeneration(join(parent, name))));
  return found.filter((one) => one !== undefined).sort((a, b) => b.activated - a.activated);
}

/**
 * The host facts that were last taken for an environment: for the very same one, else for one that differs from it in nothing but its
 * host facts. undefined for an environment that is new here: its host facts are what they are.
 * @param generations newest first.
 */
export function acceptedFacts(environment: Environment, generations: readonly Generation[]): HostFacts | undefined {
  const same =
    generations.find((one) => one.environment.id === environment.id) ??
    generations.find((one) => withoutHostFacts(one.environment) === withoutHostFacts(environment));
  return same?.hostFacts;
}

/** Id of the environment as if host facts made no other one. */
function withoutHostFacts(environment: Environment): string {
  const { hostFacts: _, ...facts } = environment;
  return environmentOf(facts).id;
}

/** A folder named after what it holds, made beside and renamed. */
async function store(generation: Generation): Promise<string> {
  const { bundle, venv, environment, hostFacts } = generation;
  const folder = join(paths.generations, hashOf(generation).slice(0, 8));
  if (await readGeneration(folder)) return folder;
  await mkdir(paths.generations, { recursive: true });
  await removeHalves(paths.generations);
  const temporary = temporaryBeside(folder);
  await mkdir(temporary);
  await symlink(bundle, join(temporary, "bundle"));
  await symlink(venv, join(temporary, "venv"));
  await writeAtomically(join(temporary, "environment.json"), `${JSON.stringify(sorted(environment), null, 2)}\n`);
  await writeAtomically(join(temporary, "host-facts.json"), `${JSON.stringify(sorted(hostFacts), null, 2)}\n`);
  // Only a damaged one can be there.
  await removeTree(folder);
  await rename(temporary, folder);
  return folder;
}

async function readGeneration(folder: string): Promise<StoredGeneration | undefined> {
  try {
    const read = async <T>(name: string, schema: z.ZodType<T>): Promise<T> =>
      schema.parse(JSON.parse(await readFile(join(folder, name), "utf8")));
    return {
      folder,
      activated: (await lstat(folder)).mtimeMs,
      bundle: await readlink(join(folder, "bundle")),
      venv: await readlink(join(folder, "venv")),
      environment: await read("environment.json", environmentSchema),
      hostFacts: await read("host-facts.json", hostFactsSchema),
    };
  } catch {
    // Half of one, or no generation at all.
    return undefined;
  }
}
