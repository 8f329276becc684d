import { access } from "node:fs/promises";
import { join } from "node:path";
import type { SuiteFile } from "../fingerprint.ts";
import type { Account } from "../host/account.ts";
import { git } from "../git.ts";
import { as } from "../host/command.ts";
import type { Failure } from "../model.ts";
import { copyTree, removeTree } from "../trees.ts";
import { readListing, type RunbenchBenchmark } from "./runbench-listing.ts";
import { listingProgram, prepareProgram, sampleProgram } from "./runbench-python.ts";
import { runStep, stepFailure } from "./step.ts";
import type { BuiltBenchmark, Listing, Runnable, Suite, Workspace } from "./suite.ts";

/**
 * The adapter of suites that keep the `runbench` contract of the mypyc benchmark suite.
 * @param plain a checkout of the suite, the account's, without compiled modules: the interpreted variant runs there.
 * @param files all files of that checkout.
 */
export function runbench(workspace: Workspace, plain: string, files: readonly SuiteFile[]): Suite<RunbenchBenchmark> {
  return {
    list: () => list(workspace, plain, files),
    build: (benchmarks) =>
      workspace.target === undefined
        ? buildBaseline(workspace, plain, benchmarks)
        : buildRevision(workspace, workspace.target, plain, benchmarks),
  };
}

/** All files of the suite's revision, with git's hash of their content. */
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
  const result = await runStep(workspace, "listing the suite", [workspace.python, "-c", listingProgram], { cwd: plain });
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
  const compiled = join(workspace.folder, "compiled");
  await copyTree(workspace.account, plain, compiled);
  const modules = [...new Set(benchmarks.map(({ compiledModule }) => compiledModule))].sort();
  const failures = await compileAll(workspace, target, plain, compiled, modules);
  const sound = benchmarks.filter(({ compiledModule }) => !failures.has(compiledModule));
  const prepared = await prepareAll(workspace, compiled, sound);
  return benchmarks.map((benchmark) => {
    const failure = failures.get(benchmark.compiledModule) ?? prepared.failures.get(benchmark.name);
    return failure
      ? { benchmark, variant: "compiled", failure }
      : {
          benchmark,
          variant: "compiled",
          runnable: runnableOf(workspace, benchmark, "compiled", prepared.trees.get(benchmark.name) ?? compiled),
        };
  });
}

async function buildBaseline(workspace: Workspace, plain: string, benchmarks: readonly RunbenchBenchmark[]): Promise<BuiltBenchmark[]> {
  const interpreted = benchmarks.filter(({ variants }) => variants.includes("interpreted"));
  const prepared = await prepareAll(workspace, plain, interpreted);
  return interpreted.map((benchmark) => {
    const failure = prepared.failures.get(benchmark.name);
    return failure
      ? { benchmark, variant: "interpreted", failure }
      : {
          benchmark,
          variant: "interpreted",
          runnable: runnableOf(workspace, benchmark, "interpreted", prepared.trees.get(benchmark.name) ?? plain),
        };
  });
}

function runnableOf(workspace: Workspace, benchmark: RunbenchBenchmark, variant: Runnable["variant"], tree: string): Runnable {
  const module = variant === "compiled" ? benchmark.compiledModule : benchmark.module;
  return {
    benchmark: benchmark.name,
    variant,
    workload: benchmark.workload,
    command: [workspace.python, "-c", sampleProgram(module, benchmark.name)],
    cwd: tree,
    environment: workspace.environment,
    stableHashSeed: benchmark.stableHashSeed,
    reads: "elapsed line",
  };
}

/** Compile each module once, several at a time, each job in a copy of the tree: the compiler writes `build/` where it runs. */
async function compileAll(
  workspace: Workspace,
  target: string,
  plain: string,
  compiled: string,
  modules: readonly string[],
): Promise<Map<string, Failure>> {
  const compiler = await compilerCommand(workspace.python, target);
  const failures = new Map<string, Failure>();
  const waiting = [...modules];
  let done = 0;
  const job = async (number: number): Promise<void> => {
    const tree = join(workspace.scratch, `job-${number}`);
    await copyTree(workspace.account, plain, tree);
    for (let module = waiting.shift(); module !== undefined; module = waiting.shift()) {
      const failure = await compileModule(workspace, compiler, target, tree, compiled, module);
      if (failure) failures.set(module, failure);
      workspace.say(`${failure ? "failed to compile" : "compiled"} ${module} (${++done} of ${modules.length})`);
    }
    await removeTree(tree);
  };
  const jobs = Array.from({ length: Math.min(workspace.jobs, modules.length) }, (_, number) => job(number));
  try {
    await Promise.all(jobs);
  } finally {
    // After one job's error the others must not go on in trees that are about to be removed.
    waiting.length = 0;
    await Promise.allSettled(jobs);
  }
  return failures;
}

async function compileModule(
  workspace: Workspace,
  compiler: readonly [string, ...string[]],
  target: string,
  tree: string,
  compiled: string,
  module: string,
): Promise<Failure | undefined> {
  const source = `${module.replaceAll(".", "/")}.py`;
  const pythonPath = [target, workspace.environment["PYTHONPATH"]].filter(Boolean).join(":");
  const result = await runStep(workspace, `compiling ${module}`, [...compiler, source], {
    cwd: tree,
    environment: { PYTHONPATH: pythonPath },
  });
  const failure = stepFailure("compile", `compiling ${module}`, result);
  if (failure) return failure;
  // Moved out of the job's tree, so that the next module finds only sources there.
  const shell = as(workspace.account);
  const made = await shell`cd ${tree} && find . -name '*.so' -type f -not -path './build/*' -printf '%P\\n'`;
  const libraries = made.stdout.split("\n").filter(Boolean);
  const own = `${module.replaceAll(".", "/")}.`;
  if (!libraries.some((path) => path.startsWith(own)))
    return { stage: "compile", message: `compiling ${module} made no extension module`, output: result.stdout.slice(-2000) };
  for (const path of libraries) await shell`mv -- ${join(tree, path)} ${join(compiled, path)}`;
  await shell`rm -rf ${join(tree, "build")}`;
  return undefined;
}

/** The mypyc of a checkout: a module since 2022, a script before. */
async function compilerCommand(python: string, target: string): Promise<[string, ...string[]]> {
  const isModule = await access(join(target, "mypyc", "__main__.py")).then(
    () => true,
    () => false,
  );
  return isModule ? [python, "-m", "mypyc"] : [python, join(target, "scripts", "mypyc")];
}

interface Prepared {
  /** Benchmark name -> the tree its preparation ran in. */
  trees: Map<string, string>;
  failures: Map<string, Failure>;
}

/**
 * Run the prepare steps, each in a process of its own. Benchmarks that share their first step share a tree, and a step they share runs there once
 * (the suite's mypy_* benchmarks all begin by building mypy).
 */
async function prepareAll(workspace: Workspace, from: string, benchmarks: readonly RunbenchBenchmark[]): Promise<Prepared> {
  const prepared: Prepared = { trees: new Map(), failures: new Map() };
  const treeOfStep = new Map<string, string>();
  const outcomeOfStep = new Map<string, Failure | undefined>();
  for (const benchmark of benchmarks) {
    const [first] = benchmark.prepare;
    if (first === undefined) continue;
    let tree = treeOfStep.get(first);
    if (tree === undefined) {
      tree = join(workspace.folder, `prepared-${treeOfStep.size + 1}`);
      await copyTree(workspace.account, from, tree);
      treeOfStep.set(first, tree);
    }
    prepared.trees.set(benchmark.name, tree);
    for (const [index, step] of benchmark.prepare.entries()) {
      const key = `${tree} ${step}`;
      if (!outcomeOfStep.has(key)) outcomeOfStep.set(key, await prepareStep(workspace, tree, benchmark, index));
      const failure = outcomeOfStep.get(key);
      if (!failure) continue;
      prepared.failures.set(benchmark.name, failure);
      break;
    }
  }
  return prepared;
}

async function prepareStep(workspace: Workspace, tree: string, benchmark: RunbenchBenchmark, index: number): Promise<Failure | undefined> {
  const step = benchmark.prepare[index] ?? "";
  workspace.say(`preparing ${benchmark.name}: ${step}`);
  const args = [benchmark.module, benchmark.name, String(index), workspace.target ?? ""];
  const result = await runStep(workspace, `preparing ${benchmark.name}`, [workspace.python, "-c", prepareProgram, ...args], { cwd: tree });
  return stepFailure("prepare", `preparing ${benchmark.name} (${step})`, result);
}

function lastLine(text: string): string | undefined {
  return text.trimEnd().split("\n").at(-1) || undefined;
}
