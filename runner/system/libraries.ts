import { runAsRoot } from "./command.ts";
import { fileStamp } from "./file-stamp.ts";

/** A shared library that a program loads. */
interface Library {
  /** Name by which programs load it: `libz.so.1`. */
  name: string;
  path: string;
}

/** Cache of libraries by program and its stamp: a run asks for those of its interpreter several times. */
const known = new Map<string, Promise<Library[]>>();

/** Returns the shared libraries of a trusted program, sorted by name; empty for a static one. */
export async function librariesOf(program: string): Promise<Library[]> {
  const key = `${program} ${await fileStamp(program)}`;
  const found = known.get(key) ?? askForLibraries(program);
  known.set(key, found);
  // Without libraries, ldd may have failed for a moment.
  if ((await found).length === 0) known.delete(key);
  return found;
}

async function askForLibraries(program: string): Promise<Library[]> {
  const listed = await runAsRoot(["ldd", program]);
  return listed.exitCode === 0 ? parseLibraries(listed.stdout) : [];
}

/** Parses `ldd`: `libz.so.1 => /lib/libz.so.1 (0x…)`, the loader by its path alone. Skips the kernel's library, which has no path. */
export function parseLibraries(text: string): Library[] {
  const found = text.split("\n").flatMap((line): Library[] => {
    const [, name, path] = /^\s*(?:(\S+) => )?(\/\S+) \(0x/.exec(line) ?? [];
    return path === undefined ? [] : [{ name: name ?? path.slice(path.lastIndexOf("/") + 1), path }];
  });
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}
