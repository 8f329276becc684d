import { readdir, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { paths } from "../config/paths.ts";
import { readBuild, removeBuild, type Build } from "./build.ts";

/** A finished build that stays for later sessions: controls and confirmations need no second build. */
interface KeptBuild {
  build: Build;
  /** When a session last used it, UTC. */
  lastUsed: string;
}

/** All finished builds, least recently used first. */
async function keptBuilds(parent: string = paths.builds): Promise<KeptBuild[]> {
  const found: KeptBuild[] = [];
  for (const name of await readdir(parent).catch(() => [])) {
    const folder = join(parent, name);
    const build = await readBuild(folder);
    if (build) found.push({ build, lastUsed: (await stat(recordOf(folder))).mtime.toISOString() });
  }
  return found.sort((a, b) => (a.lastUsed < b.lastUsed ? -1 : 1));
}

/** A session used it now. */
export async function markUsed(folder: string): Promise<void> {
  const now = new Date();
  await utimes(recordOf(folder), now, now);
}

/** Remove builds, least recently used first, until they take no more than so many bytes. Only under the host's lock. */
export async function evictBuilds(
  limitBytes: number,
  { parent = paths.builds, except = new Set() }: { parent?: string; except?: ReadonlySet<string> } = {},
): Promise<void> {
  const builds = await keptBuilds(parent);
  let bytes = builds.reduce((sum, { build }) => sum + build.bytes, 0);
  for (const { build } of builds) {
    if (bytes <= limitBytes) return;
    if (except.has(build.folder)) continue;
    await removeBuild(build.folder);
    bytes -= build.bytes;
  }
}

function recordOf(folder: string): string {
  return join(folder, "build.json");
}
