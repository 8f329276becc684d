import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
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
  /** Hashes of its wheels for Python 3.13, by Node's name of the processor architecture. */
  wheels?: Partial<Record<NodeJS.Architecture, string>>;
}

/** The releases of mypy that stand for revisions of the target, oldest first. */
export const targetReleases: readonly SourceRelease[] = [
  {
    version: "1.19.1",
    date: "2025-12-14",
    sha256: "19d88bb05303fe63f71dd2c6270daca27cb9401c4ca8255fe50d1d920e0eb9ba",
    wheels: {
      arm64: "f859fb09d9583a985be9a493d5cfc5515b56b08f7447759a0c5deaf68d80506e",
      x64: "c9a6538e0415310aad77cb94004ca6482330fece18036b5f360b62c45814c4ef",
    },
  },
  { version: "1.20.2", date: "2026-04-21", sha256: "e8222c26daaafd9e8626dec58ae36029f82585890589576f769a650dd20fd665" },
  { version: "2.1.0", date: "2026-05-11", sha256: "81e76ad12c2d804512e9b13240d1588316531bfba07558286078bfbce9613633" },
  { version: "2.2.0", date: "2026-07-07", sha256: "2cdd99d48590dce6f6b7f1961eda75386364398fcdaad86923bc0f0231bf9baf" },
  { version: "2.3.1", date: "2026-08-15", sha256: "47c1b1207258513a9d93495f69c8be9de73916186f0e52703e8c461b7a623419" },
  { version: "2.4.1", date: "2026-10-28", sha256: "63b590965691e540a335fa74dadf31a7069142f6b72e234689bbd244edf55623" },
];

export interface TargetChoice {
  /** gcc's level of optimization for a mypy without its tests and documents; all of mypy, which compiles at level 3, by default. */
  optimization?: 0 | 1;
  /** True to commit compiled modules for Python 3.13 with the sources, for suites that compile many modules. */
  isCompiled?: boolean;
}

/** A repository whose branch main has the first `count` releases, one commit and one tag `vX.Y.Z` each; always the same ids. */
export async function makeTarget(folder: string, count: number, log: Log = silent, choice: TargetChoice = {}): Promise<void> {
  await needPrograms(["git"], log);
  await mkdir(folder, { recursive: true });
  await gitIn(folder)`git init --quiet --initial-branch=main`;
  // To compress it better takes longer than to send it.
  await gitIn(folder)`git config core.compression 1`;
  for (let made = 0; made < count; made++) await moreTarget(folder, log, choice);
}

/** Add the next release to a repository that makeTarget made. Returns its version; undefined after the last. */
export async function moreTarget(
  folder: string,
  log: Log = silent,
  { optimization, isCompiled = false }: TargetChoice = {},
): Promise<string | undefined> {
  const tags = (await gitIn(folder)`git tag --list`).stdout.split("\n");
  const release = targetReleases.find(({ version }) => !tags.includes(`v${version}`));
  if (!release) return undefined;
  const source = await sourceOf(release, log);
  await shell`find ${folder} -mindepth 1 -maxdepth 1 ! -name .git -exec rm -rf {} +`;
  await shell`tar -xf ${source} -C ${folder} --strip-components=1 --no-same-owner`;
  if (optimization !== undefined) await makeQuick(folder, optimization);
  if (isCompiled) await addCompiledModules(folder, release, log);
  await commitAll(folder, `mypy ${release.version}`, Date.parse(`${release.date}T12:00:00Z`) / 1000);
  await gitIn(folder)`git tag v${release.version}`;
  return release.version;
}

/** Folders of mypy's sources that compiling does not need. They have most of the files. */
const besides = ["docs", "mypy/test", "mypyc/doc", "mypyc/external", "mypyc/test", "mypyc/test-data", "test-data"];

/** Leaves out what compiles nothing, and lowers mypyc's default level: gcc takes a quarter of the time at 0, three fifths at 1. */
async function makeQuick(folder: string, optimization: 0 | 1): Promise<void> {
  await shell`rm -r ${besides.map((path) => join(folder, path))}`;
  const program = join(folder, "mypyc/__main__.py");
  const text = await readFile(program, "utf8");
  const quick = text.replace('os.getenv("MYPYC_OPT_LEVEL", "3")', `os.getenv("MYPYC_OPT_LEVEL", "${optimization}")`);
  if (quick === text) throw new Error(`${program} no longer says how it optimizes`);
  await writeFile(program, quick);
}

/**
 * Adds the compiled modules of a release's wheel to its sources: mypyc then compiles in half of the time. Does nothing for a release or an
 * architecture without a wheel.
 */
async function addCompiledModules(folder: string, release: SourceRelease, log: Log): Promise<void> {
  const sha256 = release.wheels?.[process.arch];
  if (sha256 === undefined) return;
  await shell`python3 -c ${extractModules} ${await wheelOf(release, sha256, log)} ${folder}`;
}

const extractModules = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as wheel:
    wheel.extractall(sys.argv[2], [name for name in wheel.namelist() if name.endswith(".so")])
`;

/** Have the sources of all releases in the cache. */
export async function fetchTarget(log: Log = silent): Promise<void> {
  for (const release of targetReleases) await sourceOf(release, log);
}

/** The path of a release's source distribution: from the cache, or downloaded by pip from the index it is set to. */
function sourceOf({ version, sha256 }: SourceRelease, log: Log): Promise<string> {
  // pip asks a source distribution for its metadata before it keeps it: the venv's own setuptools answers at once.
  const options = ["--no-binary", "mypy", "--no-build-isolation", "--ignore-requires-python"];
  return downloaded(`mypy-${version}.tar.gz`, { version, sha256, options }, log);
}

/** The same for a release's wheel for Python 3.13 on this machine's architecture. */
function wheelOf({ version }: SourceRelease, sha256: string, log: Log): Promise<string> {
  const machine = process.arch === "arm64" ? "aarch64" : "x86_64";
  const platforms = ["manylinux2014", "manylinux_2_17", "manylinux_2_28"].map((name) => `${name}_${machine}`);
  const python = ["--python-version", "3.13", "--implementation", "cp", "--abi", "cp313"];
  const options = ["--only-binary", "mypy", ...python, ...platforms.flatMap((platform) => ["--platform", platform])];
  return downloaded(`mypy-${version}-cp313-${machine}.whl`, { version, sha256, options }, log);
}

/** The path of a file of mypy's in the cache; pip downloads it if it is missing. */
async function downloaded(
  name: string,
  { version, sha256, options }: { version: string; sha256: string; options: readonly string[] },
  log: Log,
): Promise<string> {
  const cached = join(labPaths.sources, name);
  if (existsSync(cached)) return cached;
  log(`downloading ${name}`);
  const pip = await fetcher(log);
  const scratch = await mkdtemp(join(labPaths.sources, ".downloading-"));
  try {
    const requirements = join(scratch, "requirements.txt");
    const folder = join(scratch, "downloaded");
    await writeFile(requirements, `mypy==${version} --hash=sha256:${sha256}\n`);
    await shell`${pip} download --quiet --no-deps ${options} --require-hashes --requirement ${requirements} --dest ${folder}`;
    const [file = ""] = await readdir(folder);
    await rename(join(folder, file), cached);
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
