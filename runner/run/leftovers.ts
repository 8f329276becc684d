import { join } from "node:path";
import { paths } from "../../config/paths.ts";
import { readBuild } from "../build/stored-build.ts";
import type { Clone } from "../system/git.ts";
import { removeHalves } from "../system/atomic.ts";
import { clearProgress } from "../progress/progress.ts";
import { removeHalfResults } from "../store/sessions.ts";
import { removeTree } from "../system/trees.ts";
import { namesIn } from "../system/contents.ts";

/** Folders of files that the runner writes, besides the results. */
const written = [paths.runtime, paths.state, paths.journal];

/** Removes half-written files and the progress of killed runs. Requires the host's lock. */
export async function removeHalfWritten(results: Clone): Promise<void> {
  await clearProgress();
  for (const folder of written) await removeHalves(folder);
  // Unfinished installations have a name that begins with a dot.
  const installed = await namesIn(paths.dependencies);
  for (const name of installed.filter((one) => one.startsWith("."))) await removeTree(join(paths.dependencies, name));
  // Wheels directly in this folder are of an earlier version, and may belong to another package.
  for (const name of await namesIn(paths.wheels)) if (name.endsWith(".whl")) await removeTree(join(paths.wheels, name));
  await removeHalfResults(results);
}

/** Removes the trees of killed runs: work folders and incomplete builds. Requires the host's lock. */
export async function removeLeftovers(): Promise<void> {
  for (const name of await namesIn(paths.work)) await removeTree(join(paths.work, name));
  for (const name of await namesIn(paths.builds)) {
    const folder = join(paths.builds, name);
    if (!(await readBuild(folder))) await removeTree(folder);
  }
}
