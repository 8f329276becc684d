import { mkdir, rm } from "node:fs/promises";
import { dirname, join, posix } from "node:path";
import { git, type Clone } from "../system/git.ts";
import { writeAtomically } from "../system/atomic.ts";
import { as } from "../system/command.ts";
import { readResultText } from "./result-file.ts";
import { jsonFiles, resultFolders, sessionPath, writeOnce } from "./sessions.ts";

/** Most arguments of one command. */
const atOnce = 500;

/**
 * Moves result files that were deleted on the remote out of the clone, to a folder outside. Idempotent. Returns their paths.
 * @param from last tip that this host adopted. @param to tip of the remote.
 */
export async function moveDeletedAside(clone: Clone, keepIn: string, from: string | undefined, to: string | undefined): Promise<string[]> {
  if (from === undefined || to === undefined || from === to) return [];
  const compared = ["diff", "--name-only", "--no-renames", "--diff-filter=D", "-z", from, to, "--", ...resultFolders];
  const gone: string[] = [];
  for (const path of (await git(clone, compared)).split("\0").filter(Boolean)) {
    // Others chose these names, so none may lead out of the folder.
    const file = posix.normalize(path) === path ? readResultText(clone.root, join(clone.root, path)) : undefined;
    if (file === undefined) continue;
    gone.push(path);
    if ("problem" in file) continue;
    await mkdir(join(keepIn, dirname(path)), { recursive: true });
    await writeAtomically(join(keepIn, path), file.text);
  }
  for (let at = 0; at < gone.length; at += atOnce) {
    await as(clone.account)`cd ${clone.root} && rm -f -- ${gone.slice(at, at + atOnce)}`;
  }
  return gone;
}

/** Returns the ids of sessions that were deleted on the remote and not restored. */
export async function deletedSessions(resultsRoot: string, keptIn: string): Promise<string[]> {
  const kept = (await jsonFiles(join(keptIn, "runs"))).filter((path) => !path.endsWith(".samples.json"));
  const ids = kept.map((path) => path.slice(path.lastIndexOf("/") + 1, -".json".length)).sort();
  return ids.filter((id) => readResultText(resultsRoot, join(resultsRoot, sessionPath(id).session)) === undefined);
}

/** Restores a session that was deleted on the remote, so that the next run publishes it again. @throws UserError as `writeSession` does. */
export async function bringBack({ root, account }: Clone, keptIn: string, id: string): Promise<void> {
  const { session, samples } = sessionPath(id);
  // Samples first, so that a session never exists without its samples.
  for (const path of [samples, session]) {
    const kept = readResultText(keptIn, join(keptIn, path));
    if (kept && "text" in kept) await writeOnce(root, account, path, kept.text);
  }
  for (const path of [samples, session]) await rm(join(keptIn, path), { force: true });
}
