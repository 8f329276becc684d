import { commandLine } from "../../config/command-line.ts";
import { chmod, lchown, lstat, readdir, readlink, realpath } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { UserError } from "../../config/user-error.ts";
import { inOneLine } from "../text/plain-text.ts";

const mostEntries = 1_000_000;
const mostDepth = 64;

/**
 * Changes the owner of a tree from an account to root, so that no other account can change it. Call it only when that account has no process left.
 * Does not follow links. Refuses a tree with anything but folders, regular files and links that stay inside.
 *
 * @param outside files outside the tree that links may point to: the interpreter.
 * @throws UserError with the refused path; nothing is changed then.
 */
export async function seal(tree: string, outside: readonly string[]): Promise<void> {
  const root = await realpath(tree);
  const entries = await listTree(root);
  for (const { path, kind } of entries) if (kind === "link") await refuseLeaving(root, path, outside);
  for (const { path, kind, mode } of entries) {
    await lchown(path, 0, 0);
    if (kind !== "link") await chmod(path, kind === "folder" || (mode & 0o111) !== 0 ? 0o755 : 0o644);
  }
}

interface Entry {
  path: string;
  kind: "folder" | "file" | "link";
  mode: number;
}

async function listTree(root: string): Promise<Entry[]> {
  const entries: Entry[] = [];
  const waiting = [{ path: root, depth: 0 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { path, depth } = next;
    if (entries.length >= mostEntries) throw refused(`more than ${mostEntries} files`);
    if (depth > mostDepth) throw refused(`folders more than ${mostDepth} deep, such as ${path.slice(0, 200)}…`);
    const found = await lstat(path).catch(() => {
      throw refused(`${path}, whose name cannot be read`);
    });
    const kind = found.isDirectory() ? "folder" : found.isFile() ? "file" : found.isSymbolicLink() ? "link" : undefined;
    if (!kind) throw refused(`${path}, which is not a file, folder or link`);
    entries.push({ path, kind, mode: found.mode });
    if (kind === "folder") for (const name of await readdir(path)) waiting.push({ path: join(path, name), depth: depth + 1 });
  }
  return entries;
}

async function refuseLeaving(root: string, link: string, outside: readonly string[]): Promise<void> {
  const target = await readlink(link);
  const named = resolve(dirname(link), target);
  const real = await realpath(link).catch(() => undefined);
  const isInside = (path: string): boolean => path === root || path.startsWith(`${root}/`);
  if (real !== undefined && ((isInside(named) && isInside(real)) || outside.includes(real))) return;
  throw refused(`the link ${link} -> ${target}, which leads out of the venv`);
}

function refused(what: string): UserError {
  return new UserError(
    `a package installed ${inOneLine(what)}`,
    `remove that package from \`python.requirements\`, then run \`${commandLine("up")}\` again`,
  );
}
