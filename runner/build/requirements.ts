import { posix } from "node:path";
import { tryGit, type Clone } from "../system/git.ts";
import { inOneLine } from "../text/plain-text.ts";
import { requirementLines } from "./requirement-lines.ts";
import { bytesText } from "../text/quantities.ts";

/** Most requirement files, and most bytes of one: more than any person writes. */
const mostFiles = 100;
const mostBytes = 1e6;

export interface RequirementFiles {
  /** Path -> content of existing files and of their includes with -r or -c. */
  files: Map<string, string>;
  /** Included files that are not part of this revision, such as in a submodule or behind a URL. */
  unread: string[];
  /** Reason that some files were not read. */
  problem?: string;
}

/** Reads the requirement files of a revision. */
export async function requirementFiles(clone: Clone, revision: string, requirements: readonly string[]): Promise<RequirementFiles> {
  const files = new Map<string, string>();
  const unread: string[] = [];
  const seen = new Set<string>();
  const configured = requirements.map((path) => posix.normalize(path));
  const queue = [...configured];
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    if (seen.has(path)) continue;
    if (seen.size >= mostFiles) return { files, unread, problem: `requirement files include more than ${mostFiles} files` };
    seen.add(path);
    const found = await fileOf(clone, revision, path);
    if (!found) {
      if (!configured.includes(path)) unread.push(path);
      continue;
    }
    if (found.bytes > mostBytes)
      return { files, unread, problem: `the requirement file ${inOneLine(path)} is larger than ${bytesText(mostBytes)}` };
    const read = await tryGit(clone, ["cat-file", "blob", found.object]);
    if (!read.ok) continue;
    files.set(path, read.stdout);
    queue.push(...includedBy(path, read.stdout));
  }
  return { files, unread };
}

/** Returns git's object of a file, following links within the revision; undefined outside of the tree or in a submodule. */
async function fileOf(clone: Clone, revision: string, path: string): Promise<{ object: string; bytes: number } | undefined> {
  const asked = await tryGit(clone, ["cat-file", "--follow-symlinks", "--batch-check"], { input: `${revision}:${path}\n` });
  const [, object, bytes] = /^([0-9a-f]+) blob (\d+)$/m.exec(asked.ok ? asked.stdout : "") ?? [];
  return object === undefined ? undefined : { object, bytes: Number(bytes) };
}

/** Returns the files that a requirement file includes with -r or -c, as paths from the same root. */
export function includedBy(path: string, text: string): string[] {
  const folder = posix.dirname(path);
  return requirementLines(text).flatMap((line) => {
    const included = /^(?:-r|-c|--requirement|--constraint)[\s=]*["']?([^\s"']+)/.exec(line)?.[1];
    return included === undefined ? [] : [posix.normalize(posix.join(folder, included))];
  });
}
