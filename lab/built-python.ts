import { existsSync } from "node:fs";
import { mkdir, readdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { paths } from "../config/paths.ts";
import { labPaths } from "./cache.ts";
import type { Host } from "./host.ts";
import { shell } from "./shell.ts";

/**
 * What makes a build of Python short, and leaves it optimized. Most of the time goes into linking the interpreter four times, one process each:
 * without symbols for debuggers that takes two thirds of it. The profile task is some of Python's tests, of those that need no test modules.
 */
export const quickBuild = {
  configure: ["--disable-test-modules", "OPT=-DNDEBUG -O2", "LTOCFLAGS=-flto -ffat-lto-objects"],
  profileTask:
    "-m test --pgo test_collections test_dict test_fstring test_functools test_heapq test_json test_list test_operator test_pprint test_re test_set test_sort",
};

/** Keep the Pythons that a host has built: their names say all that they were built from. */
export async function keepPythons(host: Host): Promise<void> {
  await mkdir(labPaths.pythons, { recursive: true });
  for (const name of await readdir(join(host.root, paths.pythons)).catch(() => [])) {
    const kept = join(labPaths.pythons, `${host.release}-${name}.tar`);
    if (existsSync(kept) || !existsSync(join(host.root, paths.pythons, name, "evenkeel.complete"))) continue;
    await shell`tar --create --file ${`${kept}.new`} --directory ${join(host.root, paths.pythons)} ${name}`;
    await rename(`${kept}.new`, kept);
  }
}

/** Give a host the Pythons that hosts of its release built before it, as if it had built them itself. */
export async function placePythons(host: Host): Promise<void> {
  const kept = await readdir(labPaths.pythons).catch(() => []);
  const folder = join(host.root, paths.pythons);
  for (const name of kept.filter((one) => one.startsWith(`${host.release}-`) && one.endsWith(".tar"))) {
    await mkdir(folder, { recursive: true });
    await shell`tar --extract --same-owner --file ${join(labPaths.pythons, name)} --directory ${folder}`;
  }
}
