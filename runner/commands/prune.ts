import { existsSync } from "node:fs";
import { readFile, readlink, realpath } from "node:fs/promises";
import { join } from "node:path";
import type { Shell } from "zx/core";
import { paths, sandboxAccount } from "../../config/paths.ts";
import { activeGeneration, readGenerations } from "../resources/generations.ts";
import { markerNames, readMarker } from "../resources/resource-type.ts";
import { readBuild, type Build } from "../build/stored-build.ts";
import { removeHalves } from "../system/atomic.ts";
import { accountOf } from "../system/account.ts";
import { as, asRoot } from "../system/command.ts";
import { commandLines } from "../system/living.ts";
import { folderOf } from "../run/storing.ts";
import { journalNames } from "../store/journal.ts";
import { parseJournal } from "../store/journal-contents.ts";
import { removeTree } from "../system/trees.ts";
import { busyExit, hostCommand, print, sharedOptions, stopSignal, underLock } from "./command.ts";
import { decideStale, artifactKinds, type StaleArtifact, type Used, type Verdict } from "./stale-artifacts.ts";
import { bytesText } from "../text/quantities.ts";
import { namesIn } from "../system/contents.ts";

export const command = hostCommand({
  name: "prune",
  summary: "remove artifacts of earlier configurations, except the last three and those in use",
  exitCodes: [busyExit],
})
  .option("--dry-run", "print what would be removed, and remove nothing")
  .option(...sharedOptions.noWait)
  .option(...sharedOptions.json)
  .action(async (options: { dryRun?: true; wait: boolean; json?: true }) => {
    const { dryRun = false } = options;
    const action = () => prune({ dryRun });
    print(dryRun ? await action() : await underLock("prune", options, stopSignal(), action), options, pruneText);
  });

interface Folder {
  path: string;
  /** Disk space that it takes. */
  bytes: number;
}

/** Result of `evenkeel prune`; in a dry run, the expected one. */
interface Pruned extends Verdict<Folder> {
  dryRun: boolean;
  /** Freed disk space. */
  bytes: number;
}

/** Parent folder of each kind, and the names of artifacts in it. Anything else there belongs to others and stays. */
const places: Record<StaleArtifact["kind"], { folder: string; name: RegExp }> = {
  generation: { folder: paths.generations, name: /^[0-9a-f]{8}$/ },
  venv: { folder: paths.venvs, name: /^[0-9a-f]{8}$/ },
  python: { folder: paths.pythons, name: /^\d[\w.]*-[0-9a-f]{8}$/ },
  bundle: { folder: paths.bundles, name: /^[0-9a-f]{12}$/ },
};

/** Removes artifacts of earlier configurations, and dependencies of deleted builds. Requires the host's lock, unless it is a dry run. */
async function prune({ dryRun }: { dryRun: boolean }): Promise<Pruned> {
  const builds = await allBuilds();
  // Root must not read trees that measured code could have written.
  const shell = as(await accountOf(sandboxAccount));
  const artifacts = await artifactsOfConfigurations();
  const removed = [...artifacts.removed, ...(await unneededDependencies(builds, shell)), ...(await unneededWheels(builds, shell))];
  if (!dryRun) {
    for (const { path } of removed) await removeTree(path);
    for (const folder of [paths.opt, paths.markers, paths.generations]) await removeHalves(folder);
  }
  return {
    dryRun,
    bytes: removed.reduce((sum, { bytes }) => sum + bytes, 0),
    removed,
    kept: artifacts.kept,
  };
}

/** Returns a line for each artifact, and the freed space. */
function pruneText({ dryRun, bytes, removed, kept }: Pruned): string {
  return [
    ...kept.map((one) => `kept ${one.path} (${bytesText(one.bytes)}): ${one.why}`),
    ...removed.map((one) => `${dryRun ? "would remove" : "removed"} ${one.path} (${bytesText(one.bytes)})`),
    removed.length === 0 ? "nothing to remove" : `${dryRun ? "would free" : "freed"} ${bytesText(bytes)}`,
  ].join("\n");
}

async function artifactsOfConfigurations(): Promise<Verdict<Folder>> {
  const artifacts: StaleArtifact[] = [];
  for (const kind of artifactKinds) {
    const { folder, name } = places[kind];
    for (const found of await namesIn(folder)) {
      const path = join(folder, found);
      // A job that needs no lock may be building an incomplete Python.
      const isOurs = name.test(found) && (kind !== "python" || existsSync(join(path, "evenkeel.complete")));
      if (isOurs) artifacts.push({ kind, ...(await withSize(path, asRoot)) });
    }
  }
  const pythons = new Map<string, string>();
  for (const { kind, path } of artifacts) {
    const python = kind === "venv" ? await builtPython(path) : undefined;
    if (python !== undefined) pythons.set(path, python);
  }
  const used = (await readGenerations()).map(({ folder, venv, bundle }): Used => {
    const python = pythons.get(venv);
    return { generation: folder, venv, bundle, ...(python !== undefined && { python }) };
  });
  return decideStale(artifacts, used, { inUse: await usesNow(), pythonOf: (venv) => pythons.get(venv) });
}

/** Returns a function that gives the reason that a folder is in use: active, declared, running, or needed by a journal's build. */
async function usesNow(): Promise<(path: string) => string | undefined> {
  const active = await activeGeneration();
  const activated = new Set(active ? [active.folder, active.venv, active.bundle] : []);
  const declared = JSON.stringify(await Promise.all((await markerNames()).map(readMarker)));
  const next = await readlink(paths.next).catch(() => "");
  const running = [...commandLines(), await realpath(process.argv[1] ?? "/")].join("\n");
  const journaled = JSON.stringify(await buildsOfJournals());
  return (path) => {
    // Some records have only the name, such as the hash of a bundle.
    const name = path.slice(path.lastIndexOf("/") + 1);
    if (activated.has(path)) return "active";
    if (declared.includes(name) || next === path) return "declared";
    if (running.includes(`${path}/`)) return "running";
    return journaled.includes(path) ? "an unfinished session needs it" : undefined;
  };
}

async function buildsOfJournals(): Promise<Build[]> {
  const builds = (await journalNames(paths.journal)).map(async (name) => {
    const path = join(paths.journal, name);
    const read = parseJournal(path, await readFile(path));
    return read.kind === "contents" ? readBuild(folderOf(read.contents.header)) : undefined;
  });
  return (await Promise.all(builds)).filter((build) => build !== undefined);
}

/** Returns the prefix in `paths.pythons` of a venv's interpreter; undefined for the distribution's Python. */
async function builtPython(venv: string): Promise<string | undefined> {
  const interpreter = await realpath(join(venv, "bin/python")).catch(() => "");
  if (!interpreter.startsWith(`${paths.pythons}/`)) return undefined;
  return join(paths.pythons, interpreter.slice(paths.pythons.length + 1).split("/")[0] ?? "");
}

async function allBuilds(): Promise<Build[]> {
  const builds = await Promise.all((await namesIn(paths.builds)).map((name) => readBuild(join(paths.builds, name))));
  return builds.filter((build) => build !== undefined);
}

/** Returns installed dependencies that no build needs. The results keep the lists of their versions. */
async function unneededDependencies(builds: readonly Build[], shell: Shell): Promise<Folder[]> {
  const needed = new Set(builds.map(({ dependencies }) => dependencies?.hash));
  const names = (await namesIn(paths.dependencies)).filter((name) => /^[0-9a-f]{16}$/.test(name) && !needed.has(name));
  return Promise.all(names.map((name) => withSize(join(paths.dependencies, name), shell)));
}

async function unneededWheels(builds: readonly Build[], shell: Shell): Promise<Folder[]> {
  const needed = new Set(builds.flatMap(({ dependencies }) => dependencies?.list ?? []));
  const unneeded = await Promise.all(
    (await namesIn(paths.wheels)).map(async (indexes) => {
      const folder = join(paths.wheels, indexes);
      return (await namesIn(folder)).filter((requirement) => !needed.has(requirement)).map((requirement) => join(folder, requirement));
    }),
  );
  return Promise.all(unneeded.flat().map((path) => withSize(path, shell)));
}

async function withSize(path: string, shell: Shell): Promise<Folder> {
  const { stdout } = await shell({ nothrow: true })`du -s --block-size=1 ${path}`;
  return { path, bytes: Number(stdout.split("\t")[0]) || 0 };
}
