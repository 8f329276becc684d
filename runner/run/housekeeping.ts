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
 * Tidy clones once a week, in time that nobody waits for. Git does it at no other time, so never while something is measured.
 * Where git fails, it is tried again the next day. Only under the host's lock.
 */
export async function tidyClones(
  clones: readonly Clone[],
  { log: say, signal, problems }: Pick<RunnerContext, "log" | "signal" | "problems">,
  { stamp = paths.lastTidied, now = Date.now() }: { stamp?: string; now?: number } = {},
): Promise<void> {
  const last = Date.parse((await readFile(stamp, "utf8").catch(() => "")).trim());
  if (now - last < week) return;
  let areTidy = true;
  // New clones have nothing to tidy.
  for (const clone of Number.isNaN(last) ? [] : clones) {
    if (signal.aborted || (await isWanted())) return;
    const tidied = await tryGit(clone, ["gc", "--quiet"], { timeoutSeconds: limitSeconds });
    const problem = tidied.ok ? undefined : tidied.timedOut ? "git gc takes too long" : tidied.stderr;
    if (problem !== undefined) say(`${clone.root} cannot be tidied: ${problem}`);
    areTidy &&= problem === undefined;
    await problems.note({ kind: "tidy", about: clone.root }, problem === undefined ? undefined : { reason: problem });
  }
  const done = areTidy ? now : now - week + day;
  await naming(stamp, () => writeAtomically(stamp, `${new Date(done).toISOString()}\n`));
}
