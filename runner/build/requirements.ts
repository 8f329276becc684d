import { posix } from "node:path";
import { tryGit, type Clone } from "../git.ts";

/** Path -> content, as of a revision, of the requirement files that exist, and of all they include with -r or -c. */
export async function requirementFiles(clone: Clone, revision: string, requirements: readonly string[]): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  const queue = requirements.map((path) => posix.normalize(path));
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    if (files.has(path)) continue;
    // What lies outside of the tree, or in a submodule, is no file of this revision.
    const read = await tryGit(clone, ["cat-file", "blob", `${revision}:${path}`]);
    if (!read.ok) continue;
    files.set(path, read.stdout);
    queue.push(...includedBy(path, read.stdout));
  }
  return files;
}

/** The files that a requirement file includes with -r or -c, by their path from the same root. */
export function includedBy(path: string, text: string): string[] {
  const folder = posix.dirname(path);
  return [...text.matchAll(/^\s*(?:-r|-c|--requirement|--constraint)[\s=]*(\S+)/gm)].flatMap(([, included]) =>
    included === undefined ? [] : [posix.normalize(posix.join(folder, included))],
  );
}
