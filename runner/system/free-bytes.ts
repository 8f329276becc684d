import { statfs } from "node:fs/promises";

/** Free space on a file system for unprivileged accounts: bytes, and number of new files (Infinity if the file system does not count them). */
export interface FreeSpace {
  bytes: number;
  files: number;
}

export async function freeSpace(folder: string): Promise<FreeSpace> {
  const { bavail, bsize, files, ffree } = await statfs(folder);
  return { bytes: bavail * bsize, files: files > 0 ? ffree : Infinity };
}

/** Returns the free bytes for unprivileged accounts on the file system of a folder. */
export async function freeBytes(folder: string): Promise<number> {
  return (await freeSpace(folder)).bytes;
}
