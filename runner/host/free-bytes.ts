import { statfs } from "node:fs/promises";

/** What the file system of a folder has left for accounts without rights. */
export async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}
