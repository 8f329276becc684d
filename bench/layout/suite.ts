import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { load } from "js-yaml";
import * as z from "zod";
import { UserError } from "../../config/user-error.ts";
import { gitIn } from "../../lab/git.ts";
import type { Log } from "../../lab/progress.ts";
import { shell } from "../../lab/shell.ts";
import { readListing, type RunbenchBenchmark } from "../../runner/suites/runbench-listing.ts";
import { listingProgram } from "../../runner/suites/runbench-python.ts";
import { root as project } from "../../config/root.ts";

/** Clones of the suite and the target, and a venv with what both need. */
export interface Workshop {
  root: string;
  suite: string;
  target: string;
  /** The venv's interpreter. */
  python: string;
  /** C compiler, as a command. */
  compiler: string;
}

export interface Sources {
  suite: string;
  target: string;
  python: string;
  compiler: string;
}

const modelSchema = z.looseObject({ python: z.looseObject({ requirements: z.array(z.string()) }) });

/** Clones the newest revision of both repositories into a folder, and installs what the model configuration and the target require. */
export async function openWorkshop(root: string, { suite, target, python, compiler }: Sources, log: Log): Promise<Workshop> {
  if ((await shell({ nothrow: true })`command -v ${compiler}`).exitCode !== 0)
    throw new UserError(`there is no compiler ${compiler} on this machine`, "install it, or name another: --compiler COMMAND");
  const workshop = { root, suite: join(root, "suite"), target: join(root, "target"), python: join(root, "venv/bin/python"), compiler };
  log("clones of the suite and the target");
  // A target with its history takes minutes to copy, and none of it is needed.
  for (const [from, to] of [
    [suite, workshop.suite],
    [target, workshop.target],
  ] as const) {
    await gitIn(root)`git clone --quiet --depth=1 file://${from} ${to}`;
  }
  log("a venv with their requirements");
  const model = modelSchema.parse(load(await readFile(join(project, "config", "mypyc.yaml"), "utf8")));
  // pip is the venv's own: that of the configuration resolves as of a date, which is not done here.
  const requirements = model.python.requirements.filter((line) => !line.startsWith("pip=="));
  await shell({ cwd: workshop.target })`${python} -m venv ${join(root, "venv")}
    ${workshop.python} -m pip install --quiet --disable-pip-version-check -r build-requirements.txt ${requirements}
    ${workshop.python} -m compileall -q ${workshop.target}/mypy ${workshop.target}/mypyc`;
  return workshop;
}

/** Lists benchmarks by name, in that order. @throws UserError for one that the suite does not have or that needs a preparation. */
export async function listBenchmarks({ suite, python }: Workshop, names: readonly string[]): Promise<RunbenchBenchmark[]> {
  const { stdout } = await shell({ cwd: suite })`${python} -c ${listingProgram}`;
  const listing = readListing(stdout, []);
  if (!listing.ok) throw new UserError(listing.problem, "give a clone of mypyc/mypyc-benchmarks: --suite DIR");
  return names.map((name) => {
    const found = listing.benchmarks.find((benchmark) => benchmark.name === name);
    if (found && !found.needsPreparation && !found.broken) return found;
    const problem = found ? "cannot be measured without a preparation" : "is not in the suite";
    throw new UserError(`the benchmark ${name} ${problem}`, "name others: --benchmarks NAME NAME …");
  });
}
