import { readdir, readFile } from "node:fs/promises";

/** Returns a file's text without white space at its ends; empty where it is missing or cannot be read now, as files of the kernel may. */
export async function textIn(path: string): Promise<string> {
  return (await readFile(path, "utf8").catch(() => "")).trim();
}

/** Returns the names in a folder, sorted; none where it is missing. */
export async function namesIn(folder: string): Promise<string[]> {
  return (await readdir(folder).catch((): string[] => [])).sort();
}
