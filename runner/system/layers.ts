import { lastLines } from "./infrastructure.ts";
import { withLastLine } from "./last-line.ts";
import type { Failure, Stage } from "../model.ts";
import { makeTree } from "./trees.ts";
import { runSandboxed, stepFailure, type StepContext } from "./sandboxed-step.ts";

/** A tree to create from other trees, copied one over the other. */
export interface Layered {
  to: string;
  layers: readonly string[];
}

/** Script that prints the index of each tree that failed. A layer replaces the files of earlier ones and never writes through a link. */
const layScript = `
tree=0
while [ $# -gt 0 ]; do
  to=$1 count=$2; shift 2
  while [ "$count" -gt 0 ]; do
    cp -a --reflink=auto --remove-destination "$1/." "$to" || echo "$tree"
    shift; count=$((count - 1))
  done
  tree=$((tree + 1))
done`;

const environment = { PATH: "/usr/bin:/bin", LC_ALL: "C.UTF-8" };

/**
 * Creates trees from layers in new folders of the account, in one sandbox that sees only these folders.
 * @returns failures by folder of the tree.
 * @throws InfrastructureError if the machine failed.
 */
export async function layTrees(trees: readonly Layered[], stage: Stage, context: StepContext): Promise<ReadonlyMap<string, Failure>> {
  if (trees.length === 0) return new Map();
  for (const { to } of trees) await makeTree(context.account, to);
  const what = "copying the files of a build";
  const sandbox = {
    readOnly: [...new Set(trees.flatMap(({ layers }) => layers))],
    mounts: trees.map(({ to }) => ({ from: to, at: to, writable: true })),
    cwd: "/",
    network: false,
    environment,
  };
  const args = trees.flatMap(({ to, layers }) => [to, String(layers.length), ...layers]);
  const result = await runSandboxed(what, sandbox, ["/bin/sh", "-c", layScript, "sh", ...args], context);
  const failure = stepFailure(stage, what, result);
  if (failure) return new Map(trees.map(({ to }) => [to, failure]));
  const failed = new Set(result.stdout.split("\n").filter(Boolean).map(Number));
  return new Map(
    trees.flatMap(({ to }, index): [string, Failure][] => {
      if (!failed.has(index)) return [];
      const printed = { stdout: "", stderr: result.stderr };
      return [[to, { stage, message: withLastLine("its files cannot be copied", printed), output: lastLines(printed) }]];
    }),
  );
}
