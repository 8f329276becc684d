import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { paths } from "../config/paths.ts";
import type { Clone } from "./git.ts";
import { removeHalves } from "./host/atomic.ts";
import { folderOf } from "./item.ts";
import { clearProgress } from "./operate/progress.ts";
import type { JournalContents } from "./store/journal-contents.ts";
import { removeHalfResults } from "./store/sessions.ts";
import { removeTree } from "./trees.ts";

/** Where the runner writes files of its own, besides the results. */
const written = [paths.runtime, paths.state, paths.journal];

/** Remove files that killed runs left half-written, and the word of what they were doing. Only under the host's lock. */
export async function removeHalfWritten(results: Clone): Promise<void> {
  await clearProgress();
  for (const folder of written) await removeHalves(folder);
  // What is being installed has a name with a dot in front until it is complete.
  const installed = await readdir(paths.dependencies).catch(() => []);
  for (const name of installed.filter((one) => one.startsWith("."))) await removeTree(join(paths.dependencies, name));
  await removeHalfResults(results);
}

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
