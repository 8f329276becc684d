import { randomBytes } from "node:crypto";
import { realpath } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { paths as hostPaths } from "../../config/paths.ts";
import type { HostConfig } from "../../config/schema.ts";
import { openBuildScope } from "../system/build-scope.ts";
import { makeLayout } from "./layout.ts";
import { checkOut, unfitTree } from "./checkout.ts";
import { pythonIn } from "./dependency-venv.ts";
import type { Dependencies } from "./dependencies.ts";
import { buildFolder, buildName, isWanted, type BuildInput, type BuildPaths } from "./build-input.ts";
import { readBuild, writeBuild, type Build } from "./stored-build.ts";
import type { StepContext } from "../system/sandboxed-step.ts";
import { bringDependencies, hasSameDependencies, mirrorsOf } from "./subject-dependencies.ts";
import { interpreterFolders, versionsOf } from "./toolchain.ts";
import { missingBranch, tryGit } from "../system/git.ts";
import type { Account } from "../system/account.ts";
import { environmentOf } from "../system/command.ts";
import { bytesIn } from "../system/disk-use.ts";
import { InfrastructureError } from "../system/infrastructure-error.ts";
import type { Benchmark } from "../model.ts";
import { benchmarkSchema } from "../formats/session.ts";
import { isDiskFull } from "../store/disk-full.ts";
import { command, commandSuiteRevision } from "../suites/command.ts";
import { runbench, suiteFiles } from "../suites/runbench.ts";
import type { Listing, Suite, Workspace } from "../suites/suite.ts";
import { declaredVersion, isOfDeclaredVersions } from "../suites/versions.ts";
import { Stopwatch } from "../system/stopwatch.ts";
import { makeFolder, removeTree } from "../system/trees.ts";
import { inVersion } from "../timeline/workload-version.ts";

/**
 * Returns the current revision of the suite: the tip of its fetched branch, or a hash of the configured commands.
 * @throws UserError if its remote lacks the branch.
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

/**
 * Prepares a subject for measuring: checks it out, installs dependencies and compiles every module once. Reuses a complete cached build.
 * @throws InfrastructureError if the machine or the network failed. A failure of the subject itself is in the build.
 */
export async function prepareBuild(input: BuildInput): Promise<Build> {
  const folder = buildFolder(input);
  const cached = await readBuild(folder);
  const folders = input.paths ?? hostPaths;
  if (cached && !cached.failure && covers(cached, input) && (await hasSameDependencies(cached, input, folders))) return cached;
  const scratch = join(folders.work, buildName(input));
  await removeTree(folder);
  await removeTree(scratch);
  const scope = await openBuildScope(input.config.measure);
  try {
    for (const one of [folder, scratch, folders.dependencies]) await makeFolder(one);
    const build = await make(await openContext(input, { folders, folder, scratch, scope }));
    build.bytes = await bytesIn(input.sandboxAccount, [folder]);
    await writeBuild(folder, build);
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

/** Context that the phases of one build share. */
interface BuildContext {
  input: BuildInput;
  folders: BuildPaths;
  /** Folder of this build, owned by root. Files for measuring stay here. */
  folder: string;
  /** Folder owned by root for files that only the build needs. */
  scratch: string;
  steps: StepContext;
  /** Interpreter of the declared venv. */
  python: string;
  /** Folders mounted at the same path: the declared venv and its interpreter. */
  readOnly: readonly string[];
  /** Initial environment of every process, with the venv's programs first on PATH. */
  environment: Record<string, string>;
  /** Checkout of the target; undefined for a baseline. */
  target: string | undefined;
  stopwatch: Stopwatch;
}

type Opening = Pick<BuildContext, "folders" | "folder" | "scratch"> & Pick<StepContext, "scope">;

/** Opens the context of a build. @throws InfrastructureError without a venv. */
async function openContext(input: BuildInput, { folders, folder, scratch, scope }: Opening): Promise<BuildContext> {
  const { sandboxAccount, subject, config, signal } = input;
  const { measure } = config;
  const venv = await realpath(folders.venv).catch(() => {
    throw new InfrastructureError(`${folders.venv}: the venv is missing`);
  });
  const python = join(venv, "bin", "python");
  return {
    input,
    folders: folders,
    folder,
    scratch,
    steps: {
      account: sandboxAccount,
      folders: [folder, scratch, folders.dependencies],
      // Compilers need more memory than the programs that they compile.
      limits: { memoryBytes: 2 * measure.memoryGigabytes * 1e9, processes: measure.processes, diskBytes: measure.diskGigabytes * 1e9 },
      timeoutSeconds: measure.prepareTimeoutMinutes * 60,
      scope,
      signal,
    },
    python,
    readOnly: [venv, ...(await interpreterFolders(sandboxAccount, python))],
    environment: withProgramsOf(venv, { ...environmentOf(sandboxAccount), HOME: "/tmp" }),
    target: subject.kind === "baseline" ? undefined : join(folder, "target"),
    stopwatch: new Stopwatch(),
  };
}

async function make(context: BuildContext): Promise<Build> {
  const build = await newBuild(context);
  const required = await addDependencies(context);
  if (!required.ok) return { ...build, failure: required.failure };
  const { dependencies } = required;
  const workspace = await openWorkspace(context, dependencies);
  const { suite } = context.input.config;
  const started = { ...build, ...(dependencies && { dependencies: recordOf(dependencies) }) };
  return suite.adapter === "command"
    ? buildCommands(started, suite, workspace, context)
    : buildRunbench(started, suite, workspace, context);
}

/** Returns the record of a new build, without benchmarks. */
async function newBuild({ input, folder, python, stopwatch }: BuildContext): Promise<Build> {
  const { config, setup, dependenciesOf } = input;
  return {
    schema: 3,
    id: `${buildName(input)}.${randomBytes(4).toString("hex")}`,
    folder,
    subject: input.subject,
    suite: input.suiteRevision,
    environment: input.environmentId,
    ...(setup !== undefined && { setup }),
    requirements: config.target.requirements,
    versions: await versionsOf(input.sandboxAccount, python, config.measure.compiler),
    listed: [],
    unlisted: [],
    durations: stopwatch.seconds,
    bytes: 0,
    benchmarks: [],
    ...(dependenciesOf !== undefined && { dependenciesOf }),
  };
}

/** Checks out the target and installs its requirements. */
function addDependencies({ input, folders, scratch, target, steps, python, readOnly, environment, stopwatch }: BuildContext) {
  const checkout = target ?? join(scratch, "target");
  return bringDependencies(input, folders, { steps, checkout, python, readOnly, processEnvironment: environment, stopwatch });
}

function recordOf({ hash, list, undated }: Dependencies): Build["dependencies"] {
  return { hash, list, ...(undated !== undefined && { undated }) };
}

/** Returns the workspace in which the suite's adapter builds. */
async function openWorkspace(context: BuildContext, dependencies: Dependencies | undefined): Promise<Workspace> {
  const { input, folders, folder, scratch, steps, target } = context;
  const { subject, account, log } = input;
  const { compiler } = input.config.measure;
  const clone = { root: folders.target, account };
  const environment = dependencies ? withProgramsOf(dependencies.venv, context.environment) : context.environment;
  const laidOut = subject.kind === "layout" ? await makeLayout({ ...subject, compiler, folder, environment, steps }) : undefined;
  return {
    steps,
    folder,
    scratch,
    target,
    compilerModule: subject.kind !== "baseline" && (await tryGit(clone, ["cat-file", "-e", `${subject.revision}:mypyc/__main__.py`])).ok,
    python: dependencies ? pythonIn(dependencies.venv) : context.python,
    readOnly: [...context.readOnly, ...(dependencies ? [dependencies.venv] : [])],
    mirrors: target === undefined ? [] : await mirrorsOf(folders.target),
    layout: laidOut?.readOnly,
    dependencies: dependencies?.programs ?? [],
    environment,
    buildEnvironment: laidOut?.environment ?? {},
    compiler,
    jobs: availableParallelism(),
    log,
  };
}

function withProgramsOf(venv: string, environment: Record<string, string>): Record<string, string> {
  return { ...environment, PATH: `${join(venv, "bin")}:${environment["PATH"]}` };
}

type SuiteConfig<Adapter> = Extract<HostConfig["suite"], { adapter: Adapter }>;

function buildCommands(
  build: Build,
  { benchmarks }: SuiteConfig<"command">,
  workspace: Workspace,
  { input, stopwatch }: BuildContext,
): Promise<Build> {
  return stopwatch.time("compile", () => listAndBuild(build, command(workspace, benchmarks), input));
}

/** Checks out the suite and builds the benchmarks that it lists. */
async function buildRunbench(
  build: Build,
  { submodules }: SuiteConfig<"runbench">,
  workspace: Workspace,
  { input, folders, folder, steps, stopwatch }: BuildContext,
): Promise<Build> {
  const { account, suiteRevision, onMirror } = input;
  const plain = join(folder, "plain");
  const clone = { root: folders.suite, account };
  const source = { clone, submodules, setting: "suite.submodules" as const, mirrors: folders.submodules, isSubject: false, onMirror };
  const incomplete =
    (await unfitTree(clone, suiteRevision)) ?? (await stopwatch.time("checkout", () => checkOut(source, suiteRevision, plain, steps)));
  // A failure of the suite, not of the revision.
  if (incomplete)
    return { ...build, failure: { ...incomplete, stage: "list", message: `the suite cannot be listed: ${incomplete.message}` } };
  // The files are copied for each benchmark and need no history.
  await removeTree(join(plain, ".git"));
  const files = await suiteFiles(account, folders.suite, suiteRevision);
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
    benchmarks: built.map((one) => ({ ...one, benchmark: benchmarkSchema.parse(one.benchmark) })),
  };
}

/**
 * Returns true if a build covers all wanted benchmarks with the present configuration. Failed benchmarks that are requested by name are built
 * again; a build of all benchmarks is accepted with its failures, by a run after a kill.
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
