import { lstat } from "node:fs/promises";

/** Returns a text that changes when the file is replaced or written to; empty if it is missing. Follows no link. */
export async function fileStamp(path: string): Promise<string> {
  const found = await lstat(path, { bigint: true }).catch(() => undefined);
  return found ? `${found.ino} ${found.size} ${found.mtimeNs}` : "";
}
