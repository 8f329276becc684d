import { lstat } from "node:fs/promises";

/** Returns a text that is another one once the file was replaced or written to; empty where there is none. It follows no link. */
export async function fileStamp(path: string): Promise<string> {
  const found = await lstat(path, { bigint: true }).catch(() => undefined);
  return found ? `${found.ino} ${found.size} ${found.mtimeNs}` : "";
}
