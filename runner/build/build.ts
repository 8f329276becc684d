import { randomBytes } from "node:crypto";
import { access, readFile, realpath } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { paths as hostPaths } from "../../config/paths.ts";
import type { HostConfig } from "../../config/schema.ts";
import { checkOut } from "./checkout.ts";
import { installDependencies } from "./dependencies.ts";
import { tryGit } from "../git.ts";
import type { Account } from "../host/account.ts";
import { writeAtomically } from "../host/atomic.ts";
import { as, environmentOf } from "../host/command.ts";
import { InfrastructureError } from "../infrastructure-error.ts";
import { saysDiskFull } from "../infrastructure.ts";
import type { Benchmark, Subject } from "../model.ts";
import { isDiskFull } from "../store/disk-full.ts";
import { listedSchema, subjectSchema } from "../store/schema.ts";
import { command, commandSuiteRevision } from "../suites/command.ts";
import { runbench, suiteFiles } from "../suites/runbench.ts";
import { runnable, type Listing, type Suite, type Workspace } from "../suites/suite.ts";
import { Stopwatch } from "../stopwatch.ts";
import { makeFolder, removeTree } from "../trees.ts";

const failureSchema = z.strictObject({
  stage: z.enum(["checkout", "dependencies", "list", "prepare", "compile", "run"]),
  message: z.string(),
  output: z.string(),
});
const benchmarkSchema = z.object({
  name: z.string(),
  group: z.enum(["main", "micro"]),
  variants: z.array(z.enum(["compiled", "interpreted"])),
  workload: z.string(),
  needsPreparation: z.boolean(),
  stableHashSeed: z.boolean(),
});
const variantOf = { benchmark: benchmarkSchema, variant: z.enum(["compiled", "interpreted"]) };
const buildSchema = z.strictObject({
  schema: z.literal(1),
  /** Unique to this very build: a build made again is another one. */
  id: z.string(),
  folder: z.string(),
  subject: subjectSchema,
  /** Suite revision. */
  suite: z.string(),
  /** Environment id. */
  environment: z.string(),
  /** Requirement files of the target that it was made with. */
  requirements: z.array(z.string()),
  versions: z.record(z.string(), z.string()),
  /** The target's requirements as resolved, `name==version`, sorted. */
  dependencies: z.strictObject({ hash: z.string(), list: z.array(z.string()) }).optional(),
  /** All that the suite lists, by name; empty where listing was not reached or failed. */
  listed: z.array(listedSchema),
  /** What stopped the subject as a whole. */
  failure: failureSchema.optional(),
  /** Seconds that each step took. */
  durations: z.record(z.string(), z.number()),
  /** Space it takes. */
  bytes: z.number(),
  benchmarks: z.array(z.union([z.strictObject({ ...variantOf, runnable }), z.strictObject({ ...variantOf, failure: failureSchema })])),
});

/** A subject made ready to be measured, or why it could not be. */
export type Build = z.infer<typeof buildSchema>;

export type BuildPaths = Record<"target" | "suite" | "venv" | "work" | "builds" | "dependencies" | "wheels", string>;

export interface BuildInput {
  subject: Subject;
  suiteRevision: string;
  environmentId: string;
  config: Pick<HostConfig, "suite"> & {
    target: Pick<HostConfig["target"], "requirements">;
    measure: Pick<HostConfig["measure"], "compiler" | "prepareTimeoutMinutes" | "memoryGigabytes" | "processes" | "diskGigabytes">;
  };
  account: Account;
  /** Names of the benchmarks wanted; undefined means all. */
  only?: readonly string[] | undefined;
  /** Names of benchmarks that are not wanted. */
  without?: readonly string[] | undefined;
  /** The list that these dependencies were resolved to before, here or on another host. */
  resolved?: (hash: string) => Promise<string[] | undefined>;
  /** A line about each step. */
  say: (line: string) => void;
  signal?: AbortSignal;
  paths?: BuildPaths;
}

/** The revision of the suite to measure with now: the tip of its fetched branch, or a hash of the configured commands. */
export async function currentSuiteRevision(
  suite: HostConfig["suite"],
  account: Account,
  mirror: string = hostPaths.suite,
): Promise<string> {
  if (suite.adapter === "command") return commandSuiteRevision(suite.benchmarks);
  const tip = await tryGit({ root: mirror, account }, ["rev-parse", "--verify", "--quiet", `refs/remotes/origin/${suite.branch}^{commit}`]);
  if (!tip.ok) throw new InfrastructureError(`the suite's clone ${mirror} has no branch ${suite.branch}`, tip.stderr);
  return tip.stdout.trim();
}

/** Folder of a subject's build: `<rev12>-<suite12>-<env8>` under the builds. */
export function buildFolder(input: Pick<BuildInput, "subject" | "suiteRevision" | "environmentId" | "paths">): string {
  return join((input.paths ?? hostPaths).builds, buildName(input));
}

/**
 * Make a subject ready to be measured: checkout, dependencies, every module compiled once. A complete build of it that is still there is taken as it is.
 * @throws InfrastructureError where machine or network are at fault; what the subject does wrong is in the build.
 */
export async function prepareBuild(input: BuildInput): Promise<Build> {
  const folder = buildFolder(input);
  const kept = await readBuild(folder);
  if (kept && !kept.failure && covers(kept, input)) return kept;
  const places = input.paths ?? hostPaths;
  const scratch = join(places.work, buildName(input));
  await removeTree(folder);
  await removeTree(scratch);
  try {
    await makeFolder(folder);
    await makeFolder(scratch);
    const build = await make(input, places, folder, scratch);
    build.bytes = await bytesOf(input.account, folder);
    // Written last: a build without this file is not complete.
    await writeAtomically(join(folder, "build.json"), `${JSON.stringify(build, undefined, 1)}\n`);
    return build;
  } catch (error) {
    await removeTree(folder);
    if (isDiskFull(error) || (!(error instanceof InfrastructureError) && saysDiskFull.test(String(error))))
      throw new InfrastructureError("the disk is full", "", { cause: error });
    throw error;
  } finally {
    await removeTree(scratch);
  }
}

/** A complete build; undefined where there is none. */
export async function readBuild(folder: string): Promise<Build | undefined> {
  const text = await readFile(join(folder, "build.json"), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  return buildSchema.safeParse(JSON.parse(text)).data;
}

/** Remove a build, complete or not. */
export async function removeBuild(folder: string): Promise<void> {
  // First, so that a removal cut short leaves no complete build.
  await removeTree(join(folder, "build.json"));
  await removeTree(folder);
}

async function make(input: BuildInput, places: BuildPaths, folder: string, scratch: string): Promise<Build> {
  const { account, subject, config } = input;
  const venv = await realpath(places.venv).catch(() => {
    throw new InfrastructureError(`there is no venv at ${places.venv}`);
  });
  const python = join(venv, "bin", "python");
  const environment: Record<string, string> = { ...environmentOf(account), HOME: "/tmp" };
  environment["PATH"] = `${join(venv, "bin")}:${environment["PATH"]}`;
  const readOnly = [venv, ...(await interpreterFolders(account, python))];
  const { memoryGigabytes, processes, diskGigabytes } = config.measure;
  // Compilers want more than what they compile.
  const limits = { memoryBytes: 2 * memoryGigabytes * 1e9, processes, diskBytes: diskGigabytes * 1e9 };
  const timeoutSeconds = config.measure.prepareTimeoutMinutes * 60;
  const signal = input.signal ? { signal: input.signal } : {};
  const stopwatch = new Stopwatch();
  const build: Build = {
    schema: 1,
    id: `${buildName(input)}.${randomBytes(4).toString("hex")}`,
    folder,
    subject,
    suite: input.suiteRevision,
    environment: input.environmentId,
    requirements: config.target.requirements,
    versions: await versionsOf(account, python, config.measure.compiler),
    listed: [],
    durations: stopwatch.seconds,
    bytes: 0,
    benchmarks: [],
  };
  let target: string | undefined;
  if (subject.kind === "revision") {
    const checkout = join(folder, "target");
    target = checkout;
    input.say(`checking out ${subject.revision.slice(0, 12)}`);
    const failure = await stopwatch.time("checkout", () => checkOut(account, places.target, subject.revision, checkout));
    if (failure) return { ...build, failure };
    const installing = {
      account,
      checkout,
      mirror: places.target,
      revision: subject.revision,
      requirements: config.target.requirements,
      environmentId: input.environmentId,
      python,
      readOnly,
      store: places.dependencies,
      wheels: places.wheels,
      processEnvironment: environment,
      timeoutSeconds,
      limits,
      say: input.say,
      ...(input.resolved && { resolved: input.resolved }),
      ...signal,
    };
    const installed = await stopwatch.time("dependencies", () => installDependencies(installing));
    if (!installed.ok) return { ...build, failure: installed.failure };
    if (installed.dependencies) {
      const { hash, list, packages } = installed.dependencies;
      build.dependencies = { hash, list };
      environment["PYTHONPATH"] = packages;
      readOnly.push(packages);
    }
  }

  const workspace: Workspace = {
    account,
    folder,
    scratch,
    target,
    python,
    readOnly,
    mirrors: await mirrorsOf(places.target, target),
    dependencies: build.dependencies?.list ?? [],
    environment,
    compiler: config.measure.compiler,
    limits,
    timeoutSeconds,
    jobs: availableParallelism(),
    say: input.say,
    signal: input.signal,
  };
  if (config.suite.adapter === "command") {
    const { benchmarks } = config.suite;
    return stopwatch.time("compile", () => listAndBuild(build, command(workspace, benchmarks), input));
  }
  const plain = join(folder, "plain");
  const incomplete = await stopwatch.time("checkout", () => checkOut(account, places.suite, input.suiteRevision, plain));
  if (incomplete) return { ...build, failure: incomplete };
  // What is copied for each benchmark needs no history.
  await as(account)`rm -rf ${join(plain, ".git")}`;
  const files = await suiteFiles(account, places.suite, input.suiteRevision);
  return stopwatch.time("compile", () => listAndBuild(build, runbench(workspace, plain, files), input));
}

async function listAndBuild<B extends Benchmark>(
  build: Build,
  suite: Suite<B>,
  wanted: Pick<BuildInput, "only" | "without">,
): Promise<Build> {
  const listing: Listing<B> = await suite.list();
  if (!listing.ok) return { ...build, failure: listing.failure };
  const listed = listing.benchmarks.map(({ name, group, variants, workload }) => ({ name, group, variants, workload }));
  const built = await suite.build(listing.benchmarks.filter((benchmark) => isWanted(benchmark, wanted)));
  return {
    ...build,
    listed,
    // What the adapter knows besides is its own business.
    benchmarks: built.map((one) => ({ ...one, benchmark: benchmarkSchema.parse(one.benchmark) })),
  };
}

/** Whether a build was made for all that is wanted now, as it is wanted now. */
function covers(build: Build, wanted: Pick<BuildInput, "only" | "without" | "config">): boolean {
  if (JSON.stringify(build.requirements) !== JSON.stringify(wanted.config.target.requirements)) return false;
  const made = new Set(build.benchmarks.map(({ benchmark }) => benchmark.name));
  const variant = build.subject.kind === "baseline" ? "interpreted" : "compiled";
  return build.listed.every(
    (benchmark) => made.has(benchmark.name) || !benchmark.variants.includes(variant) || !isWanted(benchmark, wanted),
  );
}

/** Whether a benchmark is among those that are asked for. */
export function isWanted({ name }: { name: string }, { only, without }: Pick<BuildInput, "only" | "without">): boolean {
  return (only?.includes(name) ?? true) && !without?.includes(name);
}

/** What an interpreter needs besides the distribution's folders: where it is installed, and where it was made from. */
async function interpreterFolders(account: Account, python: string): Promise<string[]> {
  const asked = await as(account)({ nothrow: true })`${python} -I -c ${"import sys; print(sys.prefix); print(sys.base_prefix)"}`;
  if (asked.exitCode !== 0) throw new InfrastructureError(`${python} does not run on this host`, asked.stderr.trim());
  const folders = asked.stdout.split("\n").filter((folder) => folder !== "" && !folder.startsWith("/usr"));
  return [...new Set(folders)];
}

/** What the target's checkout borrows objects from. */
async function mirrorsOf(mirror: string, target: string | undefined): Promise<string[]> {
  if (target === undefined) return [];
  const folders = [join(mirror, ".git", "objects"), join(mirror, ".git", "modules")];
  const isThere = await Promise.all(
    folders.map((folder) =>
      access(folder).then(
        () => true,
        () => false,
      ),
    ),
  );
  return folders.filter((_, index) => isThere[index]);
}

async function bytesOf(account: Account, folder: string): Promise<number> {
  const measured = await as(account)({ nothrow: true })`du -s --block-size=1 ${folder}`;
  return Number(measured.stdout.split("\t")[0]) || 0;
}

function buildName({ subject, suiteRevision, environmentId }: Pick<BuildInput, "subject" | "suiteRevision" | "environmentId">): string {
  const revision = subject.kind === "revision" ? subject.revision.slice(0, 12) : "baseline";
  return `${revision}-${suiteRevision.slice(0, 12)}-${environmentId.slice(0, 8)}`;
}

async function versionsOf(account: Account, python: string, compiler: string): Promise<Record<string, string>> {
  const firstLine = async (program: string): Promise<string> => {
    const asked = await as(account)({ nothrow: true })`${program} --version 2>&1`;
    if (asked.exitCode !== 0) throw new InfrastructureError(`${program} does not run on this host`, asked.stdout.trim());
    return asked.stdout.split("\n")[0] ?? "";
  };
  return { compiler: await firstLine(compiler), python: await firstLine(python) };
}
