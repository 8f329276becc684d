import { statfs } from "node:fs/promises";

/** Room on a file system for accounts without rights: bytes, and files that can still be made (Infinity where they are not counted). */
export interface FreeSpace {
  bytes: number;
  files: number;
}

export async function freeSpace(folder: string): Promise<FreeSpace> {
  const { bavail, bsize, files, ffree } = await statfs(folder);
  return { bytes: bavail * bsize, files: files > 0 ? ffree : Infinity };
}

/** Bytes that the file system of a folder has left for accounts without rights. */
export async function freeBytes(folder: string): Promise<number> {
  return (await freeSpace(folder)).bytes;
}
