import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { paths } from "../../config/paths.ts";
import type { Inside } from "../../lab/inside.ts";
import { isLocked } from "../../runner/system/locked.ts";

/** What a dead run may have left, one rule a row: each returns what it finds, in words that stay the same while it is there. */
const rules: Record<string, (inside: Inside) => string[] | Promise<string[]>> = {
  "lock of git": (inside) =>
    [paths.target, paths.suite, paths.results].flatMap((clone) =>
      below(inside, join(clone, ".git")).filter((path) => path.endsWith(".lock") || path.endsWith("packed-refs.new")),
    ),
  "half an object of git": (inside) =>
    [paths.target, paths.suite, paths.results].flatMap((clone) =>
      below(inside, join(clone, ".git/objects")).filter((path) => /\/tmp_/.test(path)),
    ),
  "lock of the host": async (inside) => ((await isLocked(inside.path(paths.lock))) ? [paths.lock] : []),
  "in /run/evenkeel": (inside) => entries(inside, paths.runtime).filter((path) => path !== paths.lock),
  "half a file": (inside) =>
    [paths.srv, paths.runtime, paths.markers, "/etc/evenkeel"].flatMap((folder) =>
      below(inside, folder).filter((path) => /\/\.[^/]*\.tmp$/.test(path)),
    ),
  journal: (inside) => entries(inside, paths.journal),
  "working tree": (inside) => entries(inside, paths.work),
  // A finished build may be kept.
  "half a build": (inside) => entries(inside, paths.builds).filter((path) => !isThere(inside, join(path, "build.json"))),
  "tuning not undone": (inside) => [paths.tuning].filter((path) => isThere(inside, path)),
  "reports not brought": (inside) => [paths.reportsDue].filter((path) => isThere(inside, path)),
  process: processes,
};

/** Everything that only a run at work may have. */
export async function leftovers(inside: Inside): Promise<string[]> {
  const found = await Promise.all(
    Object.entries(rules).map(async ([rule, find]) => (await find(inside)).map((what) => `${rule}: ${what}`)),
  );
  return found.flat();
}

/** Processes of the accounts that measured code and keys belong to, and runners. */
function processes(inside: Inside): string[] {
  const uids = accountIds(inside);
  return inside
    .processes()
    .filter(
      ({ uid, command }) => uids.includes(uid) || command.includes(`${paths.current}/evenkeel`) || command.startsWith("/usr/bin/bwrap"),
    )
    .map(({ inner, command }) => `${inner} ${command.slice(0, 160)}`);
}

function accountIds(inside: Inside): number[] {
  const passwd = readFileSync(inside.path("/etc/passwd"), "utf8");
  return [...passwd.matchAll(/^(?:benchmark|evenkeel-(?:sandbox|sampler)):[^:]*:(\d+):/gm)].map(([, uid]) => Number(uid));
}

/** Every file below a folder; what vanishes meanwhile is left out, links are not followed. */
function below(inside: Inside, folder: string): string[] {
  return entries(inside, folder).flatMap((path) => (isFolder(inside, path) ? below(inside, path) : [path]));
}

function entries(inside: Inside, folder: string): string[] {
  try {
    return readdirSync(inside.path(folder)).map((name) => join(folder, name));
  } catch {
    return [];
  }
}

function isFolder(inside: Inside, path: string): boolean {
  return lstatSync(inside.path(path), { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function isThere(inside: Inside, path: string): boolean {
  return lstatSync(inside.path(path), { throwIfNoEntry: false }) !== undefined;
}
