import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { paths } from "../config/paths.ts";
import { readBuild } from "./build.ts";
import { removeTree } from "./trees.ts";

/** Remove every tree that a killed run could not: builds that are not complete, and all that was for its own work. Only under the host's lock. */
export async function removeLeftovers(): Promise<void> {
  for (const name of await namesIn(paths.work)) await removeTree(join(paths.work, name));
  for (const name of await namesIn(paths.builds)) {
    const folder = join(paths.builds, name);
    if (!(await readBuild(folder))) await removeTree(folder);
  }
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}
