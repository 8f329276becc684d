import { randomBytes } from "node:crypto";
import { readFile, realpath } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import { isNamedBy } from "../../config/benchmark-pattern.ts";
import { recordByName } from "../../config/by-name.ts";
import { paths as hostPaths } from "../../config/paths.ts";
import type { HostConfig } from "../../config/schema.ts";
import { openBuildScope } from "./build-scope.ts";
import { makeLayout } from "./layout.ts";
import { checkOut, unfitTree, type OnMirror } from "./checkout.ts";
import { pythonIn } from "./dependency-venv.ts";
import type { StepContext } from "./sandboxed-step.ts";
import { bringDependencies, hasSameDependencies, mirrorsOf } from "./subject-dependencies.ts";
import { interpreterFolders, versionsOf } from "./toolchain.ts";
import { missingBranch, tryGit } from "../git.ts";
import type { Account } from "../host/account.ts";
import { writeAtomically } from "../host/atomic.ts";
import { environmentOf } from "../host/command.ts";
import { bytesIn } from "../host/disk-use.ts";
import { InfrastructureError } from "../infrastructure-error.ts";
import type { Benchmark, Subject } from "../model.ts";
import { isDiskFull } from "../store/disk-full.ts";
import { listedSchema, subjectSchema } from "../store/schema.ts";
import { command, commandSuiteRevision } from "../suites/command.ts";
import { runbench, suiteFiles } from "../suites/runbench.ts";
import { runnable, unlisted, type Listing, type Suite, type Workspace } from "../suites/suite.ts";
import { declaredVersion, isOfDeclaredVersions } from "../suites/versions.ts";
import { Stopwatch } from "../stopwatch.ts";
import { makeFolder, removeTree } from "../trees.ts";
import { inVersion } from "../workload-version.ts";

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
  /** 1 were made by the account that owns the deploy key; of 2 the target's requirements were no venv. */
  schema: z.literal(3),
  /** Unique to this very build: a build made again is another one. */
  id: z.string(),
  folder: z.string(),
  subject: subjectSchema,
  /** Suite revision. */
  suite: z.string(),
  /** Environment id. */
  environment: z.string(),
  /** Hash of the configuration that it was made with, see setup.ts. */
  setup: z.string().optional(),
  /** Requirement files of the target that it was made with. */
  requirements: z.array(z.string()),
  versions: z.record(z.string(), z.string()),
  /** Of a baseline: the revision whose requirements it has. */
  dependenciesOf: z.string().optional(),
  /** These requirements as resolved, `name==version`, sorted; `undated` as in `Dependencies`. */
  dependencies: z.strictObject({ hash: z.string(), list: z.array(z.string()), undated: z.string().nullable().optional() }).optional(),
  /** Of a baseline: the fingerprint of each benchmark that can be interpreted, by its name, where it can be told. */
  interpreted: recordByName(z.string(), z.string()).optional(),
  /** All that the suite lists, by name; empty where listing was not reached or failed. */
  listed: z.array(listedSchema),
  /** Parts of the suite that are not measured, with the reason. */
  unlisted: z.array(unlisted),
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

export type BuildPaths = Record<"target" | "suite" | "submodules" | "venv" | "work" | "builds" | "dependencies" | "wheels", string>;

export interface BuildInput {
  subject: Subject;
  /** Of a baseline: the revision whose requirements the interpreter gets; none where not given. */
  dependenciesOf?: string | undefined;
  suiteRevision: string;
  environmentId: string;
  /** Hash of the configuration: a build made with another one is made again. Any will do where not given: its program is measured again. */
  setup?: string;
  config: Pick<HostConfig, "suite"> & {
    target: Pick<HostConfig["target"], "requirements" | "submodules">;
    measure: Pick<HostConfig["measure"], "compiler" | "prepareTimeoutMinutes" | "memoryGigabytes" | "processes" | "diskGigabytes">;
  };
  /** Owns the clones. */
  account: Account;
  /** Runs what is built, and owns it. */
  sandboxAccount: Account;
  /** Names of the benchmarks wanted; undefined means all. */
  only?: readonly string[] | undefined;
  /** Names or patterns of benchmarks that are not wanted. */
  without?: readonly string[] | undefined;
  /** A build that is there is wanted as it is: of earlier versions of benchmarks too. */
  asKept?: boolean;
  /** The list that these dependencies were resolved to before, here or on another host. */
  resolved?: (hash: string) => string[] | undefined;
  /** Hears whether configured submodules could be fetched. */
  onMirror?: OnMirror;
  /** A line about each step. */
  say: (line: string) => void;
  signal?: AbortSignal;
  paths?: BuildPaths;
}

/**
 * The revision of the suite to measure with now: the tip of its fetched branch, or a hash of the configured commands.
 * @throws UserError where its remote has no such branch.
 */
export async function currentSuiteRevision(
  suite: HostConfig["suite"],
  account: Account,
  mirror: string = hostPaths.suite,
): Promise<string> {
  if (suite.adapter === "command") return commandSuiteRevision(suite.benchmarks);
  const clone = { root: mirror, account };
  const tip = await tryGit(clone, ["rev-parse", "--verify", "--quiet", `refs/remotes/origin/${suite.branch}^{commit}`]);
  if (!tip.ok) throw await missingBranch(clone, suite.branch, "suite.branch");
  return tip.stdout.trim();
}

/** Folder of a subject's build: `<rev12>-<suite12>-<env8>` under the builds, `<rev12>.<layout>-…` of another layout. */
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
  const places = input.paths ?? hostPaths;
  if (kept && !kept.failure && covers(kept, input) && (await hasSameDependencies(kept, input, places))) return kept;
  const scratch = join(places.work, buildName(input));
  await removeTree(folder);
  await removeTree(scratch);
  const scope = await openBuildScope(input.config.measure);
  try {
    await makeFolder(folder);
    await makeFolder(scratch);
    await makeFolder(places.dependencies);
    const { measure } = input.config;
    const steps: StepContext = {
      account: input.sandboxAccount,
      folders: [folder, scratch, places.dependencies],
      // Compilers want more than what they compile.
      limits: { memoryBytes: 2 * measure.memoryGigabytes * 1e9, processes: measure.processes, diskBytes: measure.diskGigabytes * 1e9 },
      timeoutSeconds: measure.prepareTimeoutMinutes * 60,
      scope,
      signal: input.signal,
    };
    const build = await make(input, places, { folder, scratch, steps });
    build.bytes = await bytesIn(input.sandboxAccount, [folder]);
    // Written last: a build without this file is not complete.
    await writeAtomically(join(folder, "build.json"), `${JSON.stringify(build, undefined, 1)}\n`);
    return build;
  } catch (error) {
    await removeTree(folder);
    if (isDiskFull(error)) throw new InfrastructureError("the disk is full", "", { cause: error });
    throw error;
  } finally {
    await scope?.close();
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

interface BuildPlaces {
  folder: string;
  scratch: string;
  steps: StepContext;
}

async function make(input: BuildInput, places: BuildPaths, { folder, scratch, steps }: BuildPlaces): Promise<Build> {
  const { account, sandboxAccount, subject, config } = input;
  const venv = await realpath(places.venv).catch(() => {
    throw new InfrastructureError(`there is no venv at ${places.venv}`);
  });
  const python = join(venv, "bin", "python");
  const environment: Record<string, string> = { ...environmentOf(sandboxAccount), HOME: "/tmp" };
  environment["PATH"] = `${join(venv, "bin")}:${environment["PATH"]}`;
  const readOnly = [venv, ...(await interpreterFolders(sandboxAccount, python))];
  const stopwatch = new Stopwatch();
  const build: Build = {
    schema: 3,
    id: `${buildName(input)}.${randomBytes(4).toString("hex")}`,
    folder,
    subject,
    suite: input.suiteRevision,
    environment: input.environmentId,
    ...(input.setup !== undefined && { setup: input.setup }),
    requirements: config.target.requirements,
    versions: await versionsOf(sandboxAccount, python, config.measure.compiler),
    listed: [],
    unlisted: [],
    durations: stopwatch.seconds,
    bytes: 0,
    benchmarks: [],
    ...(input.dependenciesOf !== undefined && { dependenciesOf: input.dependenciesOf }),
  };
  const clone = { root: places.target, account };
  const target = subject.kind === "baseline" ? undefined : join(folder, "target");
  const required = await bringDependencies(input, places, {
    steps,
    checkout: target ?? join(scratch, "target"),
    python,
    readOnly,
    processEnvironment: environment,
    stopwatch,
  });
  if (!required.ok) return { ...build, failure: required.failure };
  const { dependencies } = required;
  if (dependencies) {
    const { hash, list, undated } = dependencies;
    build.dependencies = { hash, list, ...(undated !== undefined && { undated }) };
    environment["PATH"] = `${join(dependencies.venv, "bin")}:${environment["PATH"]}`;
    readOnly.push(dependencies.venv);
  }

  const { compiler } = config.measure;
  const laidOut =
    subject.kind === "layout"
      ? await makeLayout({ ...subject, compiler, folder, environment, steps })
      : { readOnly: undefined, environment: {} };
  const workspace: Workspace = {
    steps,
    folder,
    scratch,
    target,
    compilerModule: subject.kind !== "baseline" && (await tryGit(clone, ["cat-file", "-e", `${subject.revision}:mypyc/__main__.py`])).ok,
    python: dependencies ? pythonIn(dependencies.venv) : python,
    readOnly,
    mirrors: target === undefined ? [] : await mirrorsOf(places.target),
    layout: laidOut.readOnly,
    dependencies: dependencies?.programs ?? [],
    environment,
    buildEnvironment: laidOut.environment,
    compiler,
    jobs: availableParallelism(),
    say: input.say,
  };
  if (config.suite.adapter === "command") {
    const { benchmarks } = config.suite;
    return stopwatch.time("compile", () => listAndBuild(build, command(workspace, benchmarks), input));
  }
  const plain = join(folder, "plain");
  const suite = {
    clone: { root: places.suite, account },
    submodules: config.suite.submodules,
    setting: "suite.submodules" as const,
    mirrors: places.submodules,
    isSubject: false,
    onMirror: input.onMirror,
  };
  const incomplete =
    (await unfitTree(suite.clone, input.suiteRevision)) ??
    (await stopwatch.time("checkout", () => checkOut(suite, input.suiteRevision, plain, steps)));
  // The suite's fault, not the revision's.
  if (incomplete)
    return { ...build, failure: { ...incomplete, stage: "list", message: `the suite cannot be listed: ${incomplete.message}` } };
  // What is copied for each benchmark needs no history.
  await removeTree(join(plain, ".git"));
  const files = await suiteFiles(account, places.suite, input.suiteRevision);
  return stopwatch.time("compile", () => listAndBuild(build, runbench(workspace, plain, files), input));
}

async function listAndBuild<B extends Benchmark>(
  build: Build,
  suite: Suite<B>,
  wanted: Pick<BuildInput, "only" | "without" | "config">,
): Promise<Build> {
  const listing: Listing<B> = await suite.list();
  if (!listing.ok) return { ...build, failure: listing.failure };
  const benchmarks = listing.benchmarks.map((benchmark) => ({
    ...benchmark,
    workload: inVersion(benchmark.workload, declaredVersion(wanted.config.suite, benchmark.name)),
  }));
  const listed = benchmarks.map(({ name, group, variants, workload }) => ({ name, group, variants, workload }));
  const built = await suite.build(benchmarks.filter((benchmark) => isWanted(benchmark, wanted)));
  return {
    ...build,
    listed,
    unlisted: listing.unlisted,
    ...(build.subject.kind === "baseline" && { interpreted: suite.interpreted(benchmarks) }),
    // What the adapter knows besides is its own business.
    benchmarks: built.map((one) => ({ ...one, benchmark: benchmarkSchema.parse(one.benchmark) })),
  };
}

/**
 * Whether a build was made for all that is wanted now, as it is wanted now. What failed in it and is asked for by name is to be tried again: a whole
 * build is taken with its failures, by a run after a kill.
 */
function covers(build: Build, wanted: Pick<BuildInput, "only" | "without" | "config" | "setup" | "asKept">): boolean {
  if (JSON.stringify(build.requirements) !== JSON.stringify(wanted.config.target.requirements)) return false;
  if (wanted.setup !== undefined && build.setup !== wanted.setup) return false;
  if (!wanted.asKept && !isOfDeclaredVersions(build.listed, wanted.config.suite)) return false;
  const made = new Set(build.benchmarks.flatMap((one) => ("runnable" in one || wanted.only === undefined ? [one.benchmark.name] : [])));
  const variant = build.subject.kind === "baseline" ? "interpreted" : "compiled";
  return build.listed.every(
    (benchmark) => made.has(benchmark.name) || !benchmark.variants.includes(variant) || !isWanted(benchmark, wanted),
  );
}

/** Whether a benchmark is among those that are asked for. */
export function isWanted({ name }: { name: string }, { only, without }: Pick<BuildInput, "only" | "without">): boolean {
  return (only?.includes(name) ?? true) && !isNamedBy(name, without ?? []);
}

function buildName({ subject, suiteRevision, environmentId }: Pick<BuildInput, "subject" | "suiteRevision" | "environmentId">): string {
  const revision = subject.kind === "baseline" ? "baseline" : subject.revision.slice(0, 12);
  const layout = subject.kind === "layout" ? `.${subject.layout}` : "";
  return `${revision}${layout}-${suiteRevision.slice(0, 12)}-${environmentId.slice(0, 8)}`;
}
