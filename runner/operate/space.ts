import { statfs } from "node:fs/promises";

const leastBytes = 5e9;
const leastShare = 0.05;

/** In words, where a file system holds less than 5 GB or 5 % free: measuring would fail half-way. undefined where there is room. */
export async function wantOfSpace(folders: readonly string[]): Promise<string | undefined> {
  for (const folder of folders) {
    const { bavail, blocks, bsize } = await statfs(folder);
    const free = bavail * bsize;
    if (free >= leastBytes && bavail / blocks >= leastShare) continue;
    const share = ((100 * bavail) / blocks).toFixed(0);
    return `the file system of ${folder} has ${(free / 1e9).toFixed(1)} GB (${share} %) free, measuring needs 5 GB and 5 %; make room there, nothing is lost`;
  }
  return undefined;
}
