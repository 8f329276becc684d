import { join } from "node:path";
import { paths } from "../../config/paths.ts";
import { readBuild } from "../build/build.ts";
import type { Clone } from "../system/git.ts";
import { removeHalves } from "../system/atomic.ts";
import { clearProgress } from "../progress/progress.ts";
import { removeHalfResults } from "../store/sessions.ts";
import { removeTree } from "../system/trees.ts";
import { namesIn } from "../system/contents.ts";

/** Where the runner writes files of its own, besides the results. */
const written = [paths.runtime, paths.state, paths.journal];

/** Remove files that killed runs left half-written, and the word of what they were doing. Only under the host's lock. */
export async function removeHalfWritten(results: Clone): Promise<void> {
  await clearProgress();
  for (const folder of written) await removeHalves(folder);
  // What is being installed has a name with a dot in front until it is complete.
  const installed = await namesIn(paths.dependencies);
  for (const name of installed.filter((one) => one.startsWith("."))) await removeTree(join(paths.dependencies, name));
  // What lies there itself was kept by an earlier version, and may be another package's.
  for (const name of await namesIn(paths.wheels)) if (name.endsWith(".whl")) await removeTree(join(paths.wheels, name));
  await removeHalfResults(results);
}

/** Remove every tree that a killed run could not: builds that are not complete, and all that was for its own work. Only under the host's lock. */
export async function removeLeftovers(): Promise<void> {
  for (const name of await namesIn(paths.work)) await removeTree(join(paths.work, name));
  for (const name of await namesIn(paths.builds)) {
    const folder = join(paths.builds, name);
    if (!(await readBuild(folder))) await removeTree(folder);
  }
}
