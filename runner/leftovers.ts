import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { paths } from "../config/paths.ts";
import { folderOf } from "./item.ts";
import type { JournalContents } from "./store/journal-contents.ts";
import { removeTree } from "./trees.ts";

/** Remove every tree of a build that no journal goes on with: a killed run could not. Only under the host's lock. */
export async function removeLeftovers(resumable: readonly JournalContents[]): Promise<void> {
  const needed = new Set(resumable.map(({ header }) => folderOf(header)));
  for (const parent of [paths.builds, paths.work]) {
    for (const name of await readdir(parent).catch(() => [])) {
      const folder = join(parent, name);
      if (!needed.has(folder)) await removeTree(folder);
    }
  }
}
