import { constants } from "node:fs";
import { mkdir, open, readdir, rename, rm, symlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { randomBytes } from "node:crypto";
import { isLiving, processName } from "./living.ts";

export interface Ownership {
  uid: number;
  gid: number;
}

/**
 * Write a file whole or not at all: temporary file in the same folder, owner and mode set, fsync, rename, fsync the folder. What can be
 * made again any time needs no fsync: `sync: false`. Where a daemon watches the folder, the temporary file belongs in another one of the same
 * file system: `temporaryIn`.
 */
export async function writeAtomically(
  path: string,
  content: string | Uint8Array,
  options: { mode?: number; owner?: Ownership; sync?: boolean; temporaryIn?: string } = {},
): Promise<void> {
  const { temporaryIn = dirname(path) } = options;
  const temporary = temporaryBeside(join(temporaryIn, basename(path)));
  const file = await open(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
  try {
    await file.writeFile(content);
    if (options.owner) await file.chown(options.owner.uid, options.owner.gid);
    await file.chmod(options.mode ?? 0o644);
    if (options.sync !== false) await file.sync();
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  } finally {
    await file.close();
  }
  if (options.sync !== false) await syncFolder(dirname(path));
}

/** Point a symlink somewhere else in one step: a reader sees the old or the new target, never none. */
export async function linkAtomically(target: string, path: string): Promise<void> {
  const temporary = temporaryBeside(path);
  await mkdir(dirname(path), { recursive: true });
  await symlink(target, temporary);
  await rename(temporary, path);
  await syncFolder(dirname(path));
}

export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, constants.O_RDONLY);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** `.<name>.<writer>.<random>.tmp`: the name for what is still being made, told apart from another's and from what the dead left. */
export function temporaryBeside(path: string): string {
  const random = randomBytes(4).toString("hex");
  return join(dirname(path), `.${basename(path)}.${processName() ?? ""}.${random}.tmp`);
}

/** Remove what killed writers left half-made in a folder. The halves of those that live are theirs. */
export async function removeHalves(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const [, writer] = /^\..*\.(\d+\.\d+)\.[0-9a-f]{8}\.tmp$/.exec(name) ?? [];
    if (writer !== undefined && !isLiving(writer)) await rm(join(folder, name), { recursive: true, force: true });
  }
}
