import { readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { writeAtomically } from "../system/atomic.ts";

/**
 * Write rendered files below a folder, those that are not there as they should be. They can be rendered again any time, so nothing waits
 * for the disk. Returns how many there are, and how many of them changed.
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

/** At once: there are a thousand, and each that is waited for costs more than reading it. */
function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
