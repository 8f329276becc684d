import { posix } from "node:path";

/** The files that a requirement file includes with -r or -c, by their path from the same root. */
export function includedBy(path: string, text: string): string[] {
  const folder = posix.dirname(path);
  return [...text.matchAll(/^\s*(?:-r|-c|--requirement|--constraint)[\s=]*(\S+)/gm)].flatMap(([, included]) =>
    included === undefined ? [] : [posix.normalize(posix.join(folder, included))],
  );
}
