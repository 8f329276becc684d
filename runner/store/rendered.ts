import { readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { writeAtomically } from "../system/atomic.ts";

/**
 * Writes those rendered files below a folder that changed. They can be rendered again at any time, so nothing is synced. Returns the number of
 * files, and of changed ones.
 */
export async function writeRendered(folder: string, files: ReadonlyMap<string, string>): Promise<{ files: number; changed: number }> {
  const made = new Set<string>();
  let changed = 0;
  for (const [name, content] of files) {
    const path = join(folder, name);
    if (textOf(path) === content) continue;
    if (!made.has(dirname(path))) await mkdir(dirname(path), { recursive: true });
    made.add(dirname(path));
    await writeAtomically(path, content, { sync: false });
    changed++;
  }
  return { files: files.size, changed };
}

/** Reads synchronously: for a thousand files, awaiting each would cost more than reading it. */
function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
