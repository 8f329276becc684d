import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import * as z from "zod";
import { writeAtomically } from "../runner/system/atomic.ts";
import { root as checkout } from "../config/root.ts";
import { labPaths } from "./cache.ts";
import { recordStep } from "./costs.ts";
import { listHosts, takeHost, upHost, type Host } from "./host.ts";
import { imageLayers, type Release } from "./image.ts";
import type { Layers } from "./layers.ts";
import { underLock } from "./lock.ts";
import { silent, type Log } from "./progress.ts";
import { shell } from "./shell.ts";

/** A prepared host that others start from. */
export interface Recipe {
  /** Names the snapshot; two recipes never share a name. */
  name: string;
  release: Release;
  /** Starts from this snapshot instead of the release's bare image. */
  base?: Recipe;
  /** Folders and files of the checkout that decide what `prepare` does: the snapshot is made anew when one changes. */
  madeFrom: readonly string[];
  /** Prepares the host; it is powered off and kept afterwards. */
  prepare: (host: Host, log: Log) => Promise<void>;
}

const keptSchema = z.object({ layers: z.array(z.string()) });

/** Returns the layers of a prepared host: from the cache, or made now, which takes a minute. */
export async function snapshot(recipe: Recipe, log: Log = silent): Promise<Layers> {
  const base = recipe.base ? await snapshot(recipe.base, log) : await imageLayers(recipe.release, log);
  const key = await keyOf(recipe, base);
  return underLock(join(labPaths.snapshots, `${recipe.name}.lock`), async () => {
    const folder = join(labPaths.snapshots, `${recipe.name}-${key}`);
    return (await keptIn(folder)) ?? recordStep("image", () => make(recipe, base, folder, log));
  });
}

async function make(recipe: Recipe, base: Layers, folder: string, log: Log): Promise<Layers> {
  log(`preparing ${recipe.name} (once, until one of its sources changes)`);
  const name = `prepare-${recipe.name}`;
  const host = await upHost({ name, release: recipe.release, layers: base, fresh: true, disk: "shared", log });
  await recipe.prepare(host, log);
  await mkdir(labPaths.snapshots, { recursive: true, mode: 0o700 });
  await removeOthers(recipe.name);
  // What a killed attempt left has no record.
  await shell`rm -rf --one-file-system ${folder}`;
  const layers = await takeHost(name, folder);
  await writeAtomically(`${folder}.json`, JSON.stringify({ layers }));
  return layers;
}

async function keptIn(folder: string): Promise<Layers | undefined> {
  const record = `${folder}.json`;
  return existsSync(record) ? keptSchema.parse(JSON.parse(await readFile(record, "utf8"))).layers : undefined;
}

/** Removes snapshots of that name that no host stands on. */
async function removeOthers(name: string): Promise<void> {
  const used = new Set((await listHosts()).flatMap(({ layers }) => layers));
  const isOther = new RegExp(`^${name}-[0-9a-f]{12}$`);
  for (const entry of await readdir(labPaths.snapshots)) {
    const folder = join(labPaths.snapshots, entry);
    if (isOther.test(entry) && !used.has(folder)) await shell`rm -rf --one-file-system ${`${folder}.json`} ${folder}`;
  }
}

/** A hash of all that makes the snapshot: the layers below it, and the files that decide what is done to them. */
function keyOf({ name, madeFrom }: Recipe, base: Layers): Promise<string> {
  return hashFiles(madeFrom, JSON.stringify([name, base]));
}

/** Returns twelve hexadecimal digits that stand for files and folders of the checkout, and for what else is given. */
export async function hashFiles(paths: readonly string[], besides = ""): Promise<string> {
  const hash = createHash("sha256").update(besides);
  for (const path of paths) {
    for (const file of await filesBelow(join(checkout, path))) hash.update(relative(checkout, file)).update(await readFile(file));
  }
  return hash.digest("hex").slice(0, 12);
}

async function filesBelow(path: string): Promise<string[]> {
  if ((await stat(path)).isFile()) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
