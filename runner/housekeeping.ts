import { readFile } from "node:fs/promises";
import { paths } from "../config/paths.ts";
import { tryGit, type Clone } from "./git.ts";
import { writeAtomically } from "./host/atomic.ts";
import { isWanted } from "./host/lock.ts";
import { naming } from "./store/disk-full.ts";
import type { Station } from "./station.ts";

const week = 7 * 24 * 3600 * 1000;
const limitSeconds = 1800;

/**
 * Tidy clones once a week, in time that nobody waits for. Git does it at no other time, so never while something is measured.
 * Only under the host's lock.
 */
export async function tidyClones(
  clones: readonly Clone[],
  { say, signal }: Pick<Station, "say" | "signal">,
  { stamp = paths.lastTidied, now = Date.now() }: { stamp?: string; now?: number } = {},
): Promise<void> {
  const last = Date.parse((await readFile(stamp, "utf8").catch(() => "")).trim());
  if (now - last < week) return;
  // New clones have nothing to tidy.
  for (const clone of Number.isNaN(last) ? [] : clones) {
    if (signal.aborted || (await isWanted())) return;
    const tidied = await tryGit(clone, ["gc", "--quiet"], { timeoutSeconds: limitSeconds });
    if (!tidied.ok) say(`${clone.root} cannot be tidied: ${tidied.timedOut ? "git gc takes too long" : tidied.stderr}`);
  }
  await naming(stamp, () => writeAtomically(stamp, `${new Date(now).toISOString()}\n`));
}
