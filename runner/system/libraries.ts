import { asRoot } from "./command.ts";

/** A shared library that a program loads. */
interface Library {
  /** As programs ask for it: `libz.so.1`. */
  name: string;
  path: string;
}

/** The shared libraries that a program of the distribution's or ours is started with, by name; none of a static one. */
export async function librariesOf(program: string): Promise<Library[]> {
  const listed = await asRoot({ nothrow: true })`ldd ${program}`;
  return listed.exitCode === 0 ? parseLibraries(listed.stdout) : [];
}

/** What `ldd` prints: `libz.so.1 => /lib/libz.so.1 (0x…)`, the loader by its path alone, and what the kernel brings without one. */
export function parseLibraries(text: string): Library[] {
  const found = text.split("\n").flatMap((line): Library[] => {
    const [, name, path] = /^\s*(?:(\S+) => )?(\/\S+) \(0x/.exec(line) ?? [];
    return path === undefined ? [] : [{ name: name ?? path.slice(path.lastIndexOf("/") + 1), path }];
  });
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}
