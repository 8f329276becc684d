import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { labPaths } from "./cache.ts";
import { commitAll, gitIn } from "./git.ts";
import { installPackages, needPrograms } from "./machine.ts";
import { silent, type Log } from "./progress.ts";
import { shell } from "./shell.ts";

interface SourceRelease {
  version: string;
  /** The day it was made, UTC. */
  date: string;
  /** Of the source distribution. */
  sha256: string;
}

/** The releases of mypy that stand for revisions of the target, oldest first. */
export const targetReleases: readonly SourceRelease[] = [
  { version: "1.19.1", date: "2025-12-14", sha256: "19d88bb05303fe63f71dd2c6270daca27cb9401c4ca8255fe50d1d920e0eb9ba" },
  { version: "1.20.2", date: "2026-04-21", sha256: "e8222c26daaafd9e8626dec58ae36029f82585890589576f769a650dd20fd665" },
  { version: "2.1.0", date: "2026-05-11", sha256: "81e76ad12c2d804512e9b13240d1588316531bfba07558286078bfbce9613633" },
  { version: "2.2.0", date: "2026-07-07", sha256: "2cdd99d48590dce6f6b7f1961eda75386364398fcdaad86923bc0f0231bf9baf" },
  { version: "2.3.1", date: "2026-08-15", sha256: "47c1b1207258513a9d93495f69c8be9de73916186f0e52703e8c461b7a623419" },
  { version: "2.4.1", date: "2026-10-28", sha256: "63b590965691e540a335fa74dadf31a7069142f6b72e234689bbd244edf55623" },
];

/** A repository whose branch main has the first `count` releases, one commit and one tag `vX.Y.Z` each; always the same ids. */
export async function makeTarget(folder: string, count: number, log: Log = silent): Promise<void> {
  await needPrograms(["git"], log);
  await mkdir(folder, { recursive: true });
  await gitIn(folder)`git init --quiet --initial-branch=main`;
  for (let made = 0; made < count; made++) await moreTarget(folder, log);
}

/** Add the next release to a repository that makeTarget made. Returns its version; undefined after the last. */
export async function moreTarget(folder: string, log: Log = silent): Promise<string | undefined> {
  const tags = (await gitIn(folder)`git tag --list`).stdout.split("\n");
  const release = targetReleases.find(({ version }) => !tags.includes(`v${version}`));
  if (!release) return undefined;
  const source = await sourceOf(release, log);
  await shell`find ${folder} -mindepth 1 -maxdepth 1 ! -name .git -exec rm -rf {} +`;
  await shell`tar -xf ${source} -C ${folder} --strip-components=1 --no-same-owner`;
  await commitAll(folder, `mypy ${release.version}`, Date.parse(`${release.date}T12:00:00Z`) / 1000);
  await gitIn(folder)`git tag v${release.version}`;
  return release.version;
}

/** Have the sources of all releases in the cache. */
export async function fetchTarget(log: Log = silent): Promise<void> {
  for (const release of targetReleases) await sourceOf(release, log);
}

/** The path of a release's source distribution: from the cache, or downloaded by pip from the index it is set to. */
async function sourceOf(release: SourceRelease, log: Log): Promise<string> {
  const name = `mypy-${release.version}.tar.gz`;
  const cached = join(labPaths.sources, name);
  if (existsSync(cached)) return cached;
  log(`downloading mypy ${release.version}`);
  const pip = await fetcher(log);
  const scratch = await mkdtemp(join(labPaths.sources, ".downloading-"));
  try {
    const requirements = join(scratch, "requirements.txt");
    await writeFile(requirements, `mypy==${release.version} --hash=sha256:${release.sha256}\n`);
    // pip asks a source distribution for its metadata before it keeps it: the venv's own setuptools answers at once.
    await shell`${pip} download --quiet --no-deps --no-binary mypy --no-build-isolation --ignore-requires-python --require-hashes --requirement ${requirements} --dest ${scratch}`;
    await rename(join(scratch, name), cached);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  return cached;
}

/** The pip of a venv that holds a setuptools new enough to read mypy's metadata. */
async function fetcher(log: Log): Promise<string> {
  const venv = join(labPaths.sources, "venv");
  const pip = join(venv, "bin/pip");
  const made = join(venv, "made");
  if (existsSync(made)) return pip;
  await needPrograms(["python3"], log);
  if ((await shell({ nothrow: true })`python3 -c ${"import ensurepip"}`).exitCode !== 0) await installPackages(["python3-venv"], log);
  await mkdir(labPaths.sources, { recursive: true, mode: 0o700 });
  await shell`python3 -m venv --clear ${venv} && ${pip} install --quiet --upgrade 'setuptools>=77' wheel`;
  await writeFile(made, "");
  return pip;
}
