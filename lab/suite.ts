import { cp, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { commitAll, gitIn } from "./git.ts";
import { needPrograms } from "./machine.ts";
import { silent } from "./progress.ts";
import { shell } from "./shell.ts";

/** The date of the sample suite's first commit. */
const date = Date.UTC(2025, 10, 1) / 1000;

/**
 * A new repository whose branch main holds the sample suite as one commit; the same files, the same id.
 * @param instead a folder that is laid over it; its benchmarks take the place of the sample suite's.
 */
export async function makeSuite(folder: string, instead?: string): Promise<void> {
  await needPrograms(["git"], silent);
  await mkdir(folder, { recursive: true });
  await gitIn(folder)`git init --quiet --initial-branch=main`;
  const madeByRunning = /(^|\/)(__pycache__|build|data|\.mypy_cache)$|\.so$/;
  await cp(join(import.meta.dirname, "sample-suite"), folder, { recursive: true, filter: (path) => !madeByRunning.test(path) });
  if (instead !== undefined) {
    for (const kind of ["benchmarks", "microbenchmarks"]) await shell`find ${join(folder, kind)} -name '*.py' ! -name __init__.py -delete`;
    await cp(instead, folder, { recursive: true, filter: (path) => !madeByRunning.test(path) });
  }
  await commitAll(folder, instead === undefined ? "The sample suite" : "A suite", date);
}
