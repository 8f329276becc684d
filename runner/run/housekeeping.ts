import { readFile } from "node:fs/promises";
import { paths } from "../../config/paths.ts";
import { tryGit, type Clone } from "../system/git.ts";
import { writeAtomically } from "../system/atomic.ts";
import { isWanted } from "../system/lock.ts";
import { naming } from "../store/disk-full.ts";
import type { RunnerContext } from "../runner-context.ts";

const day = 24 * 3600 * 1000;
const week = 7 * day;
const limitSeconds = 1800;

/**
 * Runs `git gc` in clones once a week, while no command waits for the host. Automatic `git gc` is off, so none runs during a measurement.
 * After a failure, retries the next day. Requires the host's lock.
 */
export async function tidyClones(
  clones: readonly Clone[],
  { log, signal, problems }: Pick<RunnerContext, "log" | "signal" | "problems">,
  { stamp = paths.lastTidied, now = Date.now() }: { stamp?: string; now?: number } = {},
): Promise<void> {
  const last = Date.parse((await readFile(stamp, "utf8").catch(() => "")).trim());
  if (now - last < week) return;
  let areTidy = true;
  // New clones have nothing to tidy.
  for (const clone of Number.isNaN(last) ? [] : clones) {
    if (signal.aborted || (await isWanted())) return;
    const tidied = await tryGit(clone, ["gc", "--quiet"], { timeoutSeconds: limitSeconds });
    const problem = tidied.ok ? undefined : tidied.timedOut ? `git gc did not finish within ${limitSeconds / 60} minutes` : tidied.stderr;
    if (problem !== undefined) log(`cannot tidy ${clone.root}: ${problem}`);
    areTidy &&= problem === undefined;
    await problems.note({ kind: "tidy", about: clone.root }, problem === undefined ? undefined : { reason: problem });
  }
  const done = areTidy ? now : now - week + day;
  await naming(stamp, () => writeAtomically(stamp, `${new Date(done).toISOString()}\n`));
}
