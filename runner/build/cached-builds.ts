import { byName } from "../../config/by-name.ts";
import { readdir, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { paths } from "../../config/paths.ts";
import { readBuild, removeBuild, type Build } from "./stored-build.ts";
import type { Subject } from "../model.ts";
import { fileStamp } from "../system/file-stamp.ts";

/** A finished build in the cache, with its programs. */
export interface CachedBuild {
  subject: Subject;
  /** Suite revision. */
  suite: string;
  /** Environment id. */
  environment: string;
  /** Benchmark name -> fingerprint, for those that have one. */
  fingerprints: Readonly<Record<string, string>>;
  /** Time of the last measurement. */
  lastUsed: string;
}

/** A cached build on the disk. Controls and confirmations reuse it without building again. */
export interface StoredBuild extends CachedBuild {
  folder: string;
  bytes: number;
}

/** Builds by parent folder, with the stamps of their records. */
const known = new Map<string, { stamp: string; builds: readonly StoredBuild[] }>();

/** Returns all finished builds, least recently used first. Returns the same object until a build is added, removed or used. */
export async function cachedBuilds(parent: string = paths.builds): Promise<readonly StoredBuild[]> {
  const folders = (await readdir(parent).catch(() => [])).map((name) => join(parent, name));
  const stamp = JSON.stringify(await Promise.all(folders.map(async (folder) => [folder, await fileStamp(recordOf(folder))])));
  const before = known.get(parent);
  if (before?.stamp === stamp) return before.builds;
  const builds = await readBuilds(folders);
  known.set(parent, { stamp, builds });
  return builds;
}

async function readBuilds(folders: readonly string[]): Promise<StoredBuild[]> {
  const found: StoredBuild[] = [];
  for (const folder of folders) {
    const build = await readBuild(folder);
    if (!build) continue;
    const { subject, suite, environment, bytes } = build;
    const lastUsed = (await stat(recordOf(folder))).mtime.toISOString();
    found.push({ subject, suite, environment, folder, bytes, lastUsed, fingerprints: fingerprintsOf(build) });
  }
  return found.sort((a, b) => (a.lastUsed < b.lastUsed ? -1 : 1));
}

/** Marks a build as used now. */
export async function markUsed(folder: string): Promise<void> {
  const now = new Date();
  await utimes(recordOf(folder), now, now);
}

interface Wanted {
  parent?: string;
  /** Folders of builds that must stay. */
  except: ReadonlySet<string>;
  /** Folders of builds to remove last, most useful first: as many as fit into half of the space. */
  last?: readonly string[];
}

/** Removes builds, least recently used first, until their total size is within the limit. Requires the host's lock. */
export async function evictBuilds(limitBytes: number, { parent = paths.builds, except, last = [] }: Wanted): Promise<void> {
  const builds = await cachedBuilds(parent);
  const spared = fitting(last, builds, limitBytes * shareSpared);
  let left = builds.reduce((sum, { bytes }) => sum + bytes, 0);
  for (const { folder, bytes } of [...builds.filter((one) => !spared.has(one.folder)), ...builds.filter((one) => spared.has(one.folder))]) {
    if (left <= limitBytes) return;
    if (except.has(folder)) continue;
    await removeBuild(folder);
    left -= bytes;
  }
}

/** Share of the space for the builds to remove last; the rest is for the newest builds. */
const shareSpared = 0.5;

/** Returns the first folders that fit into a space, in bytes. */
function fitting(folders: readonly string[], builds: readonly StoredBuild[], space: number): Set<string> {
  const found = new Set<string>();
  let taken = 0;
  for (const folder of folders) {
    taken += builds.find((one) => one.folder === folder)?.bytes ?? 0;
    if (taken > space) return found;
    found.add(folder);
  }
  return found;
}

function fingerprintsOf({ benchmarks }: Build): Record<string, string> {
  const programs = benchmarks.flatMap((one): [string, string][] =>
    "runnable" in one && one.runnable.fingerprint !== undefined ? [[one.benchmark.name, one.runnable.fingerprint]] : [],
  );
  return byName(programs);
}

function recordOf(folder: string): string {
  return join(folder, "build.json");
}
