import { posix } from "node:path";
import type { HostConfig } from "../../config/schema.ts";
import { git, type Clone } from "../system/git.ts";
import { indexesOf } from "../build/indexes.ts";
import { isInside, referencesIn } from "../build/references.ts";
import { requirementFiles } from "../build/requirements.ts";
import { sha256Of } from "../text/sha256.ts";

/** Mode of a submodule in git's trees. */
const submodule = "160000";

interface TreeEntry {
  mode: string;
  object: string;
  path: string;
}

/**
 * Returns a hash of all files of a revision that can affect a benchmark: 40 hexadecimal digits. It covers git's object ids of the configured
 * files and folders, the requirement files with their includes and named paths, and the commits of all submodules. Undefined if nothing is
 * configured, if none of it exists at the revision, or if a requirement can change without a commit, such as a branch.
 */
export async function affectsHash(
  target: Clone,
  revision: string,
  { affects, requirements }: Pick<HostConfig["target"], "affects" | "requirements">,
): Promise<string | undefined> {
  if (affects.length === 0) return undefined;
  const chosen = await entries(target, [revision, "--", ...affects.map((path) => posix.normalize(path).replace(/\/+$/, ""))]);
  if (chosen.length === 0) return undefined;
  const submodules = (await entries(target, ["-r", revision])).filter(({ mode }) => mode === submodule);
  const needed = await requirementEntries(target, revision, requirements);
  if (!needed) return undefined;
  return sha256Of(JSON.stringify([affects, chosen, requirements, needed, submodules]), 40);
}

/** Returns a revision's requirement files, their includes, and the files and folders that they name. Undefined if they name anything else. */
async function requirementEntries(target: Clone, revision: string, requirements: readonly string[]): Promise<TreeEntry[] | undefined> {
  const { files, unread } = await requirementFiles(target, revision, requirements);
  const references = referencesIn(files);
  if (references.isMoving || unread.length > 0) return undefined;
  const found: TreeEntry[] = [];
  for (const path of new Set([...files.keys(), ...references.paths, ...indexesOf(files).folders.filter(isInside)])) {
    found.push(...(await entries(target, path === "." ? [revision] : [revision, "--", path])));
  }
  return found;
}

async function entries(target: Clone, args: readonly string[]): Promise<TreeEntry[]> {
  const listed = await git(target, ["ls-tree", "--full-tree", "-z", ...args]);
  return listed
    .split("\0")
    .filter(Boolean)
    .map((entry) => {
      const [facts = "", path = ""] = entry.split("\t");
      const [mode = "", , object = ""] = facts.split(" ");
      return { mode, object, path };
    });
}
