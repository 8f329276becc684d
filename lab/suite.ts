import { cp, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { commitAll, gitIn } from "./git.ts";
import { needPrograms } from "./machine.ts";
import { silent } from "./progress.ts";
import { shell } from "./shell.ts";

/** The date of the sample suite's first commit. */
const date = Date.UTC(2025, 10, 1) / 1000;

/** Parts of the sample suite that a repository gets. */
export interface SuiteChoice {
  /** A folder that is laid over the sample suite; its benchmarks take the place of that suite's. */
  instead?: string;
  /** Modules of the sample suite that are kept, such as `puzzles`; all by default. */
  modules?: readonly string[];
}

/** Makes a repository whose branch main holds the sample suite as one commit; the same files, the same id. */
export async function makeSuite(folder: string, { instead, modules }: SuiteChoice = {}): Promise<void> {
  await needPrograms(["git"], silent);
  await mkdir(folder, { recursive: true });
  await gitIn(folder)`git init --quiet --initial-branch=main`;
  const madeByRunning = /(^|\/)(__pycache__|build|data|\.mypy_cache)$|\.so$/;
  await cp(join(import.meta.dirname, "sample-suite"), folder, { recursive: true, filter: (path) => !madeByRunning.test(path) });
  if (instead !== undefined || modules !== undefined) {
    const kept = ["__init__", ...(modules ?? [])].flatMap((module) => ["!", "-name", `${module}.py`]);
    for (const kind of ["benchmarks", "microbenchmarks"]) await shell`find ${join(folder, kind)} -name ${"*.py"} ${kept} -delete`;
  }
  if (instead !== undefined) await cp(instead, folder, { recursive: true, filter: (path) => !madeByRunning.test(path) });
  await commitAll(folder, instead === undefined ? "The sample suite" : "A suite", date);
}
