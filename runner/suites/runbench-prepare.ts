import { join } from "node:path";
import { layTrees } from "../system/layers.ts";
import { stepFailure } from "../system/sandboxed-step.ts";
import type { Failure } from "../model.ts";
import { inOneLine } from "../text/plain-text.ts";
import type { RunbenchBenchmark } from "./runbench-listing.ts";
import { prepareProgram } from "./runbench-python.ts";
import { runStep } from "./step.ts";
import { suiteAt, targetAt, type Workspace } from "./suite.ts";

interface Prepared {
  /** Benchmark name -> tree in which its preparation ran. */
  trees: Map<string, string>;
  failures: Map<string, Failure>;
}

/**
 * Runs the prepare steps, each in a separate process. Benchmarks with the same first step share a tree, and shared steps run there once: the
 * suite's mypy_* benchmarks all begin by building mypy.
 * @param layers returns the folders that form a benchmark's tree.
 */
export async function prepareAll(
  workspace: Workspace,
  benchmarks: readonly RunbenchBenchmark[],
  layers: (benchmark: RunbenchBenchmark) => string[],
): Promise<Prepared> {
  const prepared: Prepared = { trees: new Map(), failures: new Map() };
  const byFirstStep = new Map<string, RunbenchBenchmark[]>();
  for (const benchmark of benchmarks) {
    const [first] = benchmark.prepare;
    if (first !== undefined) byFirstStep.set(first, [...(byFirstStep.get(first) ?? []), benchmark]);
  }
  for (const [number, sharing] of [...byFirstStep.values()].entries()) {
    const tree = join(workspace.folder, `prepared-${number + 1}`);
    const stacked = { to: tree, layers: [...new Set(sharing.flatMap(layers))] };
    const uncopied = (await layTrees([stacked], "prepare", workspace.steps)).get(tree);
    const outcomes = new Map<string, Failure | undefined>();
    for (const benchmark of sharing) {
      prepared.trees.set(benchmark.name, tree);
      if (uncopied) prepared.failures.set(benchmark.name, uncopied);
      if (uncopied) continue;
      for (const [index, step] of benchmark.prepare.entries()) {
        if (!outcomes.has(step)) outcomes.set(step, await prepareStep(workspace, tree, benchmark, index));
        const failure = outcomes.get(step);
        if (!failure) continue;
        prepared.failures.set(benchmark.name, failure);
        break;
      }
    }
    const odd = uncopied ? undefined : await findOddFiles(workspace, tree);
    if (odd) for (const { name } of sharing) prepared.failures.set(name, prepared.failures.get(name) ?? odd);
  }
  return prepared;
}

async function prepareStep(workspace: Workspace, tree: string, benchmark: RunbenchBenchmark, index: number): Promise<Failure | undefined> {
  const step = benchmark.prepare[index] ?? "";
  workspace.log(`preparing ${benchmark.name}: ${step}`);
  // Benchmarks that share a step share its failure.
  const what = `the preparation step ${step}`;
  const args = [benchmark.module, benchmark.name, String(index), workspace.target === undefined ? "" : targetAt];
  const result = await runStep(workspace, what, [workspace.python, "-c", prepareProgram, ...args], {
    suite: { from: tree, writable: true },
    cwd: suiteAt,
    network: true,
  });
  return stepFailure("prepare", what, result);
}

/** Returns a failure if a preparation left anything other than files, folders and links. */
async function findOddFiles(workspace: Workspace, tree: string): Promise<Failure | undefined> {
  const what = "looking through what a preparation left";
  const result = await runStep(workspace, what, ["/bin/sh", "-c", oddFilesScript], {
    suite: { from: tree, writable: false },
    cwd: suiteAt,
    network: false,
  });
  const found = result.stdout.trim();
  if (result.exitCode === 0 && found !== "")
    return { stage: "prepare", message: `the preparation left a file that is not a regular one: ${inOneLine(found)}`, output: "" };
  return stepFailure("prepare", what, result);
}

const oddFilesScript = `find . -not -type f -not -type d -not -type l -print -quit`;
