import { posix } from "node:path";
import { tryGit, type Clone } from "../git.ts";
import { inOneLine } from "../plain-text.ts";

/** More files, or a larger one, are no requirements that anybody wrote. */
const mostFiles = 100;
const mostBytes = 1 << 20;

export interface RequirementFiles {
  /** Path -> content of those that exist, and of all they include with -r or -c. */
  files: Map<string, string>;
  /** Reason why some were not read. */
  problem?: string;
}

/** The requirement files as of a revision. */
export async function requirementFiles(clone: Clone, revision: string, requirements: readonly string[]): Promise<RequirementFiles> {
  const files = new Map<string, string>();
  const seen = new Set<string>();
  const queue = requirements.map((path) => posix.normalize(path));
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    if (seen.has(path)) continue;
    if (seen.size >= mostFiles) return { files, problem: `requirement files include more than ${mostFiles} files` };
    seen.add(path);
    // What lies outside of the tree, or in a submodule, is no file of this revision.
    const size = await tryGit(clone, ["cat-file", "-s", `${revision}:${path}`]);
    if (!size.ok) continue;
    if (Number(size.stdout) > mostBytes) return { files, problem: `the requirement file ${inOneLine(path)} is larger than 1 MB` };
    const read = await tryGit(clone, ["cat-file", "blob", `${revision}:${path}`]);
    if (!read.ok) continue;
    files.set(path, read.stdout);
    queue.push(...includedBy(path, read.stdout));
  }
  return { files };
}

/** The files that a requirement file includes with -r or -c, by their path from the same root. */
export function includedBy(path: string, text: string): string[] {
  const folder = posix.dirname(path);
  return [...text.matchAll(/^\s*(?:-r|-c|--requirement|--constraint)[\s=]*(\S+)/gm)].flatMap(([, included]) =>
    included === undefined ? [] : [posix.normalize(posix.join(folder, included))],
  );
}
