import { cp, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { commitAll, gitIn } from "./git.ts";
import { needPrograms } from "./machine.ts";
import { silent } from "./progress.ts";

/** The date of the sample suite's first commit. */
const date = Date.UTC(2025, 10, 1) / 1000;

/** A new repository whose branch main holds the sample suite as one commit; the same files, the same id. */
export async function makeSuite(folder: string): Promise<void> {
  await needPrograms(["git"], silent);
  await mkdir(folder, { recursive: true });
  await gitIn(folder)`git init --quiet --initial-branch=main`;
  const madeByRunning = /(^|\/)(__pycache__|build|data|\.mypy_cache)$|\.so$/;
  await cp(join(import.meta.dirname, "sample-suite"), folder, { recursive: true, filter: (path) => !madeByRunning.test(path) });
  await commitAll(folder, "The sample suite", date);
}
