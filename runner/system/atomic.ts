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
 * Writes a file completely or not at all: temporary file in the same folder, owner and mode, fsync, rename, fsync of the folder. `sync: false`
 * skips fsync, for files that can be written again at any time. `temporaryIn` names another folder of the same file system for the temporary
 * file, if a daemon watches the file's own folder.
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

/** Points a symlink to another target in one step: a reader sees the old or the new target, never none. */
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

/** Returns a temporary path `.<name>.<writer>.<random>.tmp`. The writer's name shows later if that process is dead. */
export function temporaryBeside(path: string): string {
  const random = randomBytes(4).toString("hex");
  return join(dirname(path), `.${basename(path)}.${processName() ?? ""}.${random}.tmp`);
}

/** Removes the temporary files and folders of dead writers from a folder. Those of living writers stay. */
export async function removeHalves(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const [, writer] = /^\..*\.(\d+\.\d+)\.[0-9a-f]{8}\.tmp$/.exec(name) ?? [];
    if (writer !== undefined && !isLiving(writer)) await rm(join(folder, name), { recursive: true, force: true });
  }
}
