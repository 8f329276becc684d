import { existsSync } from "node:fs";
import { mkdir, readdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { paths } from "../config/paths.ts";
import { labPaths } from "./cache.ts";
import type { Host } from "./host.ts";
import { shell } from "./shell.ts";

/** Modules of Python that nothing here needs. */
const unusedModules = [
  ..."_codecs_cn _codecs_hk _codecs_iso2022 _codecs_jp _codecs_kr _codecs_tw".split(" "),
  ..."_curses _curses_panel _dbm _decimal _gdbm _interpchannels _interpqueues _interpreters _lsprof _tkinter xxlimited xxlimited_35".split(
    " ",
  ),
];

/**
 * What makes a build of Python short, and leaves it optimized with a profile. Evenkeel asks for optimization while linking too, which takes
 * most of the time: it is taken back here. The profile task is some of Python's tests, of those that need no test modules.
 */
export const quickBuild = {
  configure: ["--disable-test-modules", "--without-lto", "OPT=-DNDEBUG -O2", ...unusedModules.map((name) => `py_cv_module_${name}=n/a`)],
  profileTask: "-m test --pgo test_collections test_dict test_json test_list test_sort",
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
