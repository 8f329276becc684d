import { join } from "node:path";
import { byName } from "../../config/by-name.ts";
import { fingerprintOf, type SuiteFile } from "./fingerprint.ts";
import { layTrees } from "../system/layers.ts";
import { stepFailure } from "../system/sandboxed-step.ts";
import type { Account } from "../system/account.ts";
import { git } from "../system/git.ts";
import type { Failure } from "../model.ts";
import { makeFolder, makeTree, removeTree } from "../system/trees.ts";
import { lastLines } from "../system/infrastructure.ts";
import { lastLine, withLastLine } from "../system/last-line.ts";
import { dependenciesUsed, readListing, type RunbenchBenchmark } from "./runbench-listing.ts";
import { prepareAll } from "./runbench-prepare.ts";
import { listingProgram, sampleProgram } from "./runbench-python.ts";
import { runStep } from "./step.ts";
import { suiteAt, targetAt, type BuiltBenchmark, type Listing, type Runnable, type Suite, type Workspace } from "./suite.ts";

/**
 * Adapter of suites with the `runbench` contract of the mypyc benchmark suite.
 * @param plain checkout of the suite without compiled modules, owned by the account. The interpreted variant runs there.
 * @param files all files of that checkout.
 */
export function runbench(workspace: Workspace, plain: string, files: readonly SuiteFile[]): Suite<RunbenchBenchmark> {
  return {
    list: () => list(workspace, plain, files),
    interpreted: (benchmarks) =>
      byName(
        benchmarks.flatMap((benchmark) => {
          const fingerprint = benchmark.variants.includes("interpreted") ? fingerprintOfInterpreted(workspace, benchmark) : undefined;
          return fingerprint === undefined ? [] : [[benchmark.name, fingerprint] as const];
        }),
      ),
    build: (benchmarks) =>
      workspace.target === undefined
        ? buildBaseline(workspace, plain, benchmarks)
        : buildRevision(workspace, workspace.target, plain, benchmarks),
  };
}

/** Returns all files of the suite's revision, with git's hash of their content. */
export async function suiteFiles(account: Account, mirror: string, revision: string): Promise<SuiteFile[]> {
  const tree = await git({ root: mirror, account }, ["ls-tree", "-r", "-z", revision]);
  return tree
    .split("\0")
    .filter(Boolean)
    .map((entry) => {
      const [facts = "", path = ""] = entry.split("\t");
      return { path, object: facts.split(" ").at(-1) ?? "" };
    });
}

async function list(workspace: Workspace, plain: string, files: readonly SuiteFile[]): Promise<Listing<RunbenchBenchmark>> {
  const result = await runStep(workspace, "listing the suite", [workspace.python, "-c", listingProgram], {
    suite: { from: plain, writable: false },
    cwd: suiteAt,
    network: false,
  });
  const failure = stepFailure("list", "listing the suite", result);
  if (failure)
    return { ok: false, failure: { ...failure, message: `the suite cannot be listed: ${lastLine(result.stderr) ?? failure.message}` } };
  const listing = readListing(result.stdout, files);
  return listing.ok ? listing : { ok: false, failure: { stage: "list", message: listing.problem, output: "" } };
}

async function buildRevision(
  workspace: Workspace,
  target: string,
  plain: string,
  benchmarks: readonly RunbenchBenchmark[],
): Promise<BuiltBenchmark[]> {
  const importable = benchmarks.filter(({ broken }) => !broken);
  const names = [...new Set(importable.map(({ compiledModule }) => compiledModule))].sort();
  const modules = await compileAll(workspace, plain, names);
  const moduleOf = ({ compiledModule }: RunbenchBenchmark): CompiledModule => modules.get(compiledModule) ?? { failure: notCompiled };
  const sound = importable.filter((benchmark) => !("failure" in moduleOf(benchmark)));
  const layers = (benchmark: RunbenchBenchmark): string[] => {
    const module = moduleOf(benchmark);
    return "folder" in module ? [plain, module.folder] : [plain];
  };
  const prepared = await prepareAll(workspace, sound, layers);
  return benchmarks.map((benchmark) => {
    if (benchmark.broken) return { benchmark, variant: "compiled", failure: brokenFailure(benchmark.broken.compiled) };
    const module = moduleOf(benchmark);
    const failure = "failure" in module ? module.failure : prepared.failures.get(benchmark.name);
    if (failure || "failure" in module) return { benchmark, variant: "compiled", failure: failure ?? notCompiled };
    const tree = prepared.trees.get(benchmark.name);
    const suite = tree === undefined ? layers(benchmark) : [tree];
    return { benchmark, variant: "compiled", runnable: { ...runnableOf(workspace, benchmark, "compiled", suite, module.hashes), target } };
  });
}

async function buildBaseline(workspace: Workspace, plain: string, benchmarks: readonly RunbenchBenchmark[]): Promise<BuiltBenchmark[]> {
  const interpreted = benchmarks.filter(({ variants }) => variants.includes("interpreted"));
  const sound = interpreted.filter(({ broken }) => broken?.interpreted === undefined);
  const prepared = await prepareAll(workspace, sound, () => [plain]);
  return interpreted.map((benchmark) => {
    const problem = benchmark.broken?.interpreted;
    const failure = problem === undefined ? prepared.failures.get(benchmark.name) : brokenFailure(problem);
    if (failure) return { benchmark, variant: "interpreted", failure };
    const suite = [prepared.trees.get(benchmark.name) ?? plain];
    return { benchmark, variant: "interpreted", runnable: runnableOf(workspace, benchmark, "interpreted", suite) };
  });
}

function brokenFailure(problem: string): Failure {
  return { stage: "list", message: `its module cannot be imported: ${problem}`, output: "" };
}

/** Returns the fingerprint of an interpreted benchmark. It includes only the dependencies that the benchmark imports. */
function fingerprintOfInterpreted(
  { dependencies }: Workspace,
  { workload, packages, needsPreparation }: RunbenchBenchmark,
): string | undefined {
  // The output of a preparation is unknown.
  if (needsPreparation) return undefined;
  return fingerprintOf({ variant: "interpreted", workload, libraries: "", dependencies: dependenciesUsed(dependencies, packages) });
}

/** Returns the runnable of a benchmark. @param hashes hashes of the compiled module's libraries, as text; undefined if interpreted. */
function runnableOf(
  workspace: Workspace,
  benchmark: RunbenchBenchmark,
  variant: Runnable["variant"],
  suite: string[],
  hashes?: string,
): Runnable {
  const { name, workload, stableHashSeed, needsPreparation } = benchmark;
  const module = variant === "compiled" ? benchmark.compiledModule : benchmark.module;
  const fingerprint =
    hashes === undefined
      ? fingerprintOfInterpreted(workspace, benchmark)
      : fingerprintOf({ variant, workload, libraries: hashes, dependencies: workspace.dependencies });
  return {
    benchmark: name,
    variant,
    workload,
    ...(!needsPreparation && fingerprint !== undefined && { fingerprint }),
    command: [workspace.python, "-c", sampleProgram(module, name)],
    cwd: suiteAt,
    suite,
    readOnly: [...workspace.readOnly],
    environment: workspace.environment,
    stableHashSeed,
    reads: "elapsed line",
  };
}

/** Folder of a compiled module's libraries with their hashes, which exclude debug sections and build id; or its failure. */
type CompiledModule = { folder: string; hashes: string } | { failure: Failure };

const notCompiled: Failure = { stage: "compile", message: "it was not compiled", output: "" };

/** Compiles each module once, several in parallel, each in a copy of the tree, since the compiler writes `build/` into its working directory. */
async function compileAll(workspace: Workspace, plain: string, modules: readonly string[]): Promise<ReadonlyMap<string, CompiledModule>> {
  await compileBytecode(workspace);
  const compiler = compilerCommand(workspace);
  await makeFolder(join(workspace.folder, "modules"));
  const compiled = new Map<string, CompiledModule>();
  const waiting = [...modules];
  const job = async (): Promise<void> => {
    for (let module = waiting.shift(); module !== undefined; module = waiting.shift()) {
      const one = await compileModule(workspace, compiler, plain, module);
      compiled.set(module, one);
      workspace.log(`${"failure" in one ? "failed to compile" : "compiled"} ${module} (${compiled.size} of ${modules.length})`);
    }
  };
  const jobs = Array.from({ length: Math.min(workspace.jobs, modules.length) }, job);
  try {
    await Promise.all(jobs);
  } finally {
    // After an error of one job, the others must stop before their trees are removed.
    waiting.length = 0;
    await Promise.allSettled(jobs);
  }
  return compiled;
}

/** Compiles the target's bytecode. The compiler is Python in a read-only checkout, and would otherwise compile itself for each module. */
async function compileBytecode(workspace: Workspace): Promise<void> {
  workspace.log("compiling the target's bytecode");
  const command: [string, ...string[]] = [workspace.python, "-m", "compileall", "-q", "-j", String(workspace.jobs), targetAt];
  await runStep(workspace, "compiling the target's bytecode", command, { target: { writable: true }, cwd: targetAt, network: false });
}

async function compileModule(
  workspace: Workspace,
  compiler: readonly [string, ...string[]],
  plain: string,
  module: string,
): Promise<CompiledModule> {
  const source = `${module.replaceAll(".", "/")}.py`;
  const tree = join(workspace.scratch, module);
  const folder = join(workspace.folder, "modules", module);
  try {
    const uncopied = (await layTrees([{ to: tree, layers: [plain] }], "compile", workspace.steps)).get(tree);
    if (uncopied) return { failure: uncopied };
    const result = await runStep(workspace, `compiling ${module}`, [...compiler, source], {
      suite: { from: tree, writable: true },
      cwd: suiteAt,
      environment: { PYTHONPATH: targetAt },
      network: true,
    });
    const failure = stepFailure("compile", `compiling ${module}`, result);
    if (failure) return { failure };
    await makeTree(workspace.steps.account, folder);
    const collected = await collectLibraries(workspace, tree, folder, module);
    if ("failure" in collected) return collected;
    const { hashes } = collected;
    const own = `./${module.replaceAll(".", "/")}.`;
    if (hashes.split("\n").some((line) => line.includes(` ${own}`))) return { folder, hashes };
    return {
      failure: {
        stage: "compile",
        message: withLastLine(`compiling ${module} made no extension module`, { stdout: result.stdout, stderr: "" }),
        output: lastLines({ stdout: result.stdout, stderr: "" }),
      },
    };
  } finally {
    await removeTree(tree);
  }
}

/** Copies compiled libraries out of a tree. Returns one line for each: hash without debug sections and build id, and path. */
async function collectLibraries(
  workspace: Workspace,
  tree: string,
  folder: string,
  module: string,
): Promise<{ hashes: string } | { failure: Failure }> {
  const what = `collecting what compiling ${module} made`;
  const result = await runStep(workspace, what, ["/bin/sh", "-c", collectScript], {
    suite: { from: tree, writable: false },
    out: folder,
    cwd: suiteAt,
    network: false,
  });
  const failure = stepFailure("compile", what, result);
  return failure ? { failure } : { hashes: result.stdout };
}

/**
 * Script that copies only regular files with names on one line. Without objcopy, files are hashed unchanged: a rebuild then counts as another
 * program, which costs time but gives no wrong result.
 */
const collectScript = `set -e
export LC_ALL=C
find . -name '*.so' -type f -not -path './build/*' -not -path '*[[:cntrl:]]*' -exec cp --no-dereference --parents -t /out {} +
cd /out
find . -name '*.so' -type f | LC_ALL=C sort | while IFS= read -r library; do
  objcopy --strip-debug -R .note.gnu.build-id "$library" /tmp/stripped 2>/dev/null || cp "$library" /tmp/stripped
  printf '%s %s\\n' "$(sha256sum </tmp/stripped | cut -d' ' -f1)" "$library"
done`;

/** Returns the command of a checkout's mypyc: a module since 2022, a script before. */
function compilerCommand({ python, compilerModule }: Workspace): [string, ...string[]] {
  return compilerModule ? [python, "-m", "mypyc"] : [python, `${targetAt}/scripts/mypyc`];
}
