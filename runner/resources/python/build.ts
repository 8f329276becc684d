import { commandLine } from "../../../config/command-line.ts";
import { mkdir, readdir, stat } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { paths } from "../../../config/paths.ts";
import { UserError } from "../../../config/user-error.ts";
import { accountOf, type Account } from "../../system/account.ts";
import { writeAtomically } from "../../system/atomic.ts";
import { asRoot } from "../../system/command.ts";
import { freeBytes } from "../../system/free-bytes.ts";
import { removeTree } from "../../system/trees.ts";
import { sorted } from "../resource-type.ts";
import { forgetJob, jobState, jobsAtWork, logOf, runJob, stopJob, type Job } from "../job.ts";
import { satisfies, type BuildSpec, type PythonSpec } from "./choice.ts";
import { needs } from "./needs.ts";
import { builtAt, buildKey, compilerOf, compilerVersion, prefixName, recordOf, type Built } from "./prefix.ts";
import { buildProgress, marks } from "./progress.ts";
import { SmokeError, smokeTest } from "./smoke.ts";
import { fetchSource, sourceJob, sourceVersion } from "./source.ts";

type Log = (line: string) => void;

/** Prefix of the names of all jobs that download or build Python. */
const jobPrefix = "python-";
const limitMinutes = 180;
/** Source, objects with profiles, and the installation. */
export const neededBytes = 2.5e9;
const optimized = ["--enable-optimizations", "--with-lto"];

/** Arguments: source, prefix, processes, then those of configure. */
const script = `
source=$1 prefix=$2 processes=$3
shift 3
umask 022
echo "${marks.unpack}"
tar --extract --file="$source" --strip-components=1 --no-same-owner
echo "${marks.configure}"
./configure --prefix="$prefix" "$@"
echo "${marks.compile}"
make -j"$processes"
echo "${marks.install}"
make install ENSUREPIP=no
`;

/**
 * Build Python into a prefix of its own: fetched and checked, compiled by an account without rights in a job that outlives this process,
 * tested, and only then complete. What an earlier call has begun is gone on with.
 *
 * @throws UserError where anything is missing or fails. Other prefixes are never touched.
 */
export async function buildPython(spec: PythonSpec, build: BuildSpec, log: Log): Promise<Built> {
  const account = await accountOf(spec.account);
  const compiler = await needCompiler(build);
  const key = buildKey(build, compiler);
  const folder = join(paths.pythonBuilds, key);
  const source = join(folder, "source");
  await fetchSource(build, { file: source, account, log });
  const version = await sourceVersion(source, account);
  refuseOther(version, spec, build);
  const built = builtAt(join(paths.pythons, prefixName(version, key)), version);
  const name = jobOf(key);
  const flags = flagsOf(build);

  if ((await jobState(name)) === "succeeded" && !(await isThere(built.interpreter))) await forgetJob(name);
  const state = await jobState(name);
  if (state === "none" || state === "cut off") await makeRoom(build, built, folder, account);
  await runJob(jobFor(built, { name, folder, source, flags, account }), log);

  // Takes the files from the account that built them: nothing without root's rights can change them any more.
  await asRoot`chown -hR root:root ${built.prefix}`;
  await smokeTest(built, flags, account, log).catch(async (error: unknown) => {
    if (!(error instanceof SmokeError)) throw error;
    if (error.forGood) await forgetJob(name);
    throw new UserError(`${error.message}; log of the build: ${logOf(name)}`, error.hint);
  });
  const record = { version, compiler, flags, sha256: build.sha256, url: build.url };
  await writeAtomically(recordOf(built.prefix), `${JSON.stringify(sorted(record), null, 2)}\n`);
  await forgetJob(name);
  await removeTree(folder);
  return built;
}

interface Building {
  /** Name of the job. */
  name: string;
  folder: string;
  /** Archive of the source. */
  source: string;
  /** Arguments of configure. */
  flags: readonly string[];
  account: Account;
}

/** Returns the job that builds a Python into its prefix. It may write there and to the folder of the build only. */
function jobFor({ prefix, version }: Built, { name, folder, source, flags, account }: Building): Job {
  return {
    name,
    title: `building Python ${version}`,
    command: ["/bin/bash", "-euo", "pipefail", "-c", script, "bash", source, prefix, `${availableParallelism()}`, ...flags],
    account,
    cwd: treeOf(folder),
    environment: { HOME: treeOf(folder), LANG: "C.UTF-8", PATH: "/usr/local/bin:/usr/bin:/bin" },
    limitMinutes,
    properties: [
      "NoNewPrivileges=yes",
      "PrivateTmp=yes",
      "ProtectHome=yes",
      "ProtectSystem=strict",
      `ReadWritePaths=${treeOf(folder)} ${prefix}`,
    ],
    progress: buildProgress,
    hint: `see ${logOf(name)} on the host, correct python.build or \`packages:\`, then run \`${commandLine("up")}\` again`,
  };
}

/** Returns the arguments of configure. */
export function flagsOf({ configure, profileTask }: BuildSpec): string[] {
  return [...optimized, ...configure, ...(profileTask === undefined ? [] : [`PROFILE_TASK=${profileTask}`])];
}

/** Returns the names of the jobs of other builds that are running: they would disturb measurements. */
export async function otherBuilds(build: BuildSpec | undefined): Promise<string[]> {
  const compiler = build && (await compilerVersion(build));
  const own = build ? [sourceJob(build), ...(compiler === undefined ? [] : [jobOf(buildKey(build, compiler))])] : [];
  return (await jobsAtWork(jobPrefix)).filter((name) => !own.includes(name));
}

/** Ends every other build, and removes what unfinished builds left. */
export async function endOtherBuilds(build: BuildSpec | undefined, log: Log): Promise<void> {
  for (const name of await otherBuilds(build)) {
    log(`ending job ${name}: it is no longer wanted`);
    await stopJob(name);
  }
  const compiler = build && (await compilerVersion(build));
  const own = build && compiler !== undefined ? buildKey(build, compiler) : "none";
  for (const name of await namesIn(paths.pythonBuilds)) if (name !== own) await removeTree(join(paths.pythonBuilds, name));
  for (const name of await namesIn(paths.pythons)) {
    const prefix = join(paths.pythons, name);
    if (!name.endsWith(`-${own}`) && !(await isThere(recordOf(prefix)))) await removeTree(prefix);
  }
}

async function needCompiler(build: BuildSpec): Promise<string> {
  const compiler = await compilerVersion(build);
  if (compiler !== undefined) return compiler;
  throw new UserError(
    `the C compiler ${compilerOf(build)}, which Python is to be built with, is missing on this host`,
    `add its package to \`packages:\`, or correct CC= in python.build.configure`,
  );
}

/** @throws UserError if the source is of another version than the wanted one. */
export function refuseOther(version: string, spec: PythonSpec, build: BuildSpec): void {
  if (satisfies(version, spec.version)) return;
  throw new UserError(
    `${build.url} is the source of Python ${version}, and python.version is ${spec.version}`,
    `write version: "${version}", or the source of Python ${spec.version} and its SHA-256 under python.build`,
  );
}

/** Checks that all needs of the build are installed, and makes empty folders for it. */
async function makeRoom(build: BuildSpec, built: Built, folder: string, account: Account): Promise<void> {
  await needPackages(build);
  // The record first: a removal cut short leaves no complete prefix.
  await asRoot`rm -f ${recordOf(built.prefix)} && rm -rf ${built.prefix} ${treeOf(folder)}`;
  await mkdir(paths.pythons, { recursive: true });
  for (const place of [folder, paths.pythons]) await needSpace(place);
  await asRoot`install -d -o ${account.uid} -g ${account.gid} ${built.prefix} ${treeOf(folder)}`;
}

async function needSpace(folder: string): Promise<void> {
  const free = await freeBytes(folder);
  if (free >= neededBytes) return;
  throw new UserError(
    `building Python needs ${gigabytes(neededBytes)} GB below ${folder}, and ${gigabytes(free)} GB are free`,
    `make room on the host, then run \`${commandLine("up")}\` again`,
  );
}

function gigabytes(bytes: number): string {
  return (bytes / 1e9).toFixed(1);
}

async function needPackages(build: BuildSpec): Promise<void> {
  const headers = needs.filter(({ header }) => header !== undefined);
  const test = headers
    .map(({ header, package: name }) => `#if !__has_include(<${header}>)\n#warning "missing ${name}."\n#endif`)
    .join("\n");
  const compiled = await asRoot({ nothrow: true, input: `${test}\n` })`${compilerOf(build)} -fsyntax-only -x c - 2>&1`;
  const missing = [...compiled.stdout.matchAll(/"missing (\S+)\."/g)].map(([, name = ""]) => name);
  for (const { program, package: name } of needs) {
    if (program !== undefined && (await asRoot({ nothrow: true })`command -v ${program}`).exitCode !== 0) missing.push(name);
  }
  const names = [...new Set(missing)].sort();
  if (names.length > 0)
    throw new UserError(`building Python needs packages that are missing: ${names.join(", ")}`, "add them to `packages:`");
}

function jobOf(key: string): string {
  return `${jobPrefix}build-${key}`;
}

function treeOf(folder: string): string {
  return join(folder, "tree");
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
