import { readdir, readFile } from "node:fs/promises";

/** Returns a file's text, trimmed; empty if it is missing or cannot be read now, which happens to files of the kernel. */
export async function textIn(path: string): Promise<string> {
  return (await readFile(path, "utf8").catch(() => "")).trim();
}

/** Returns the names in a folder, sorted; empty if it is missing. */
export async function namesIn(folder: string): Promise<string[]> {
  return (await readdir(folder).catch((): string[] => [])).sort();
}
