import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { asRoot } from "../system/command.ts";

/** Options of apt for a query. */
export type AptOptions = readonly string[];

/** In memory, so that a query writes nothing on a disk. */
const memory = "/dev/shm";
/** Caches of apt. It takes two seconds to make them from the package lists of a release, and milliseconds to read them. */
const caches = ["pkgcache", "srcpkgcache"] as const;

/**
 * Calls `query` with options with which apt changes nothing: it reads copies of its caches, updates these if they are outdated, and writes no
 * log. The copies are in memory, and are removed afterwards.
 */
export async function withAptView<T>(query: (options: AptOptions) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(memory, "evenkeel-apt-"));
  try {
    // apt compares the time of a cache with those of its sources. Missing caches are made in the folder.
    await asRoot({ nothrow: true })`cp --preserve=timestamps ${caches.map((name) => `/var/cache/apt/${name}.bin`)} ${folder} 2>/dev/null`;
    return await query([
      ...caches.flatMap((name) => ["-o", `Dir::Cache::${name}=${join(folder, `${name}.bin`)}`]),
      "-o",
      "Dir::Log::Planner=",
    ]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
