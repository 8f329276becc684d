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

/** Everything that is activated in one step. */
export interface Generation {
  /** Folder of the bundle that cron runs. */
  bundle: string;
  /** Prefix of the venv. */
  venv: string;
  environment: Environment;
  /** Host facts that were accepted for this environment. */
  hostFacts: HostFacts;
}

/** A generation on the disk. It never changes; activating it again makes it the newest. */
interface StoredGeneration extends Generation {
  folder: string;
  /** Time of the last activation. Milliseconds since the epoch. */
  activated: number;
}

/** Switches the host to a generation in one step: a reader sees either the previous one or this one, never a mixture. */
export async function activate(generation: Generation): Promise<void> {
  const folder = await store(generation);
  const now = new Date();
  await utimes(folder, now, now);
  await linkAtomically(folder, paths.active);
}

/** Returns the generation in use; undefined if there is none, or if it is damaged. */
export async function activeGeneration(): Promise<StoredGeneration | undefined> {
  const folder = await readlink(paths.active).catch(() => undefined);
  return folder === undefined ? undefined : readGeneration(folder);
}

/** Returns the complete generations of a folder, the last activated first. */
export async function readGenerations(parent: string = paths.generations): Promise<StoredGeneration[]> {
  const names = await readdir(parent).catch(() => []);
  const found = await Promise.all(names.map((name) => readGeneration(join(parent, name))));
  return found.filter((one) => one !== undefined).sort((a, b) => b.activated - a.activated);
}

/**
 * Returns the host facts last accepted for this environment, or else for one that differs only in its host facts.
 * Returns undefined for an environment that is new on this host: it accepts any host facts.
 * @param generations newest first.
 */
export function acceptedFacts(environment: Environment, generations: readonly Generation[]): HostFacts | undefined {
  const same =
    generations.find((one) => one.environment.id === environment.id) ??
    generations.find((one) => withoutHostFacts(one.environment) === withoutHostFacts(environment));
  return same?.hostFacts;
}

/** Returns the id that the environment has without its host facts. */
function withoutHostFacts(environment: Environment): string {
  const { hostFacts: _, ...facts } = environment;
  return environmentOf(facts).id;
}

/** Stores a generation in a folder named after its hash, written under a temporary name and renamed. */
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
  // A folder that exists here is damaged.
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
    // An incomplete generation, or another folder.
    return undefined;
  }
}
