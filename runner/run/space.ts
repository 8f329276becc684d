import { statfs } from "node:fs/promises";
import { bytesText, percentText } from "../text/quantities.ts";

const leastBytes = 5e9;
const leastShare = 0.05;

export interface Space {
  folder: string;
  freeBytes: number;
  /** Share of the whole file system, 0 to 1. */
  freeShare: number;
}

export async function spaceOf(folder: string): Promise<Space> {
  const { bavail, blocks, bsize } = await statfs(folder);
  return { folder, freeBytes: bavail * bsize, freeShare: bavail / blocks };
}

/** `4.9 GB (12 %)`. */
export function spaceText({ freeBytes, freeShare }: Space): string {
  return `${bytesText(freeBytes)} (${percentText(freeShare)})`;
}

/** Returns a message if a file system has less than 5 GB or 5 % free, as measuring could fail half-way. Undefined if there is room. */
export async function wantOfSpace(folders: readonly string[]): Promise<string | undefined> {
  for (const folder of folders) {
    const space = await spaceOf(folder);
    if (space.freeBytes >= leastBytes && space.freeShare >= leastShare) continue;
    return `the file system of ${folder} has ${spaceText(space)} free, measuring needs ${bytesText(leastBytes)} and ${percentText(leastShare)}; free some space there, results are safe`;
  }
  return undefined;
}
