import { posix } from "node:path";
import { requirementLines } from "./requirement-lines.ts";

/** Path of the checkout in the sandboxes of builds. */
const checkoutAt = "/target";

/** References in requirement files other than packages of indexes. */
export interface References {
  /** Files and folders of the checkout, as paths from its root; `.` is all of it. */
  paths: string[];
  /** One URL for each web server that is used. */
  addresses: string[];
  /** True if a reference may change later: a branch, an archive without a hash, a path outside of the checkout. */
  isMoving: boolean;
}

/** Returns the references in requirement files. @param files path -> content. */
export function referencesIn(files: ReadonlyMap<string, string>): References {
  const found: References = { paths: [], addresses: [], isMoving: false };
  for (const [file, content] of files) {
    for (const line of requirementLines(content)) {
      const reference = referenceOf(line);
      if (reference !== undefined) add(found, reference, line, file);
    }
  }
  return { ...found, paths: [...new Set(found.paths)].sort(), addresses: [...new Set(found.addresses)].sort() };
}

/** Returns the paths of the checkout that a reference may mean: relative to its root, and relative to the referring file. */
export function localPaths(reference: string, file: string): string[] {
  const path = pathOf(reference);
  const meant = path.startsWith("/")
    ? [posix.relative(checkoutAt, path)]
    : [posix.normalize(path), posix.normalize(posix.join(posix.dirname(file), path))];
  return [...new Set(meant.map((one) => one.replace(/\/+$/, "") || "."))];
}

/** Returns true for a path in the checkout. */
export function isInside(path: string): boolean {
  return path !== ".." && !path.startsWith("../");
}

/** Returns true for a path or a `file:` URL, false for the URL of a server. */
export function isLocal(reference: string): boolean {
  return reference.startsWith("file:") || !/^[a-z][a-z0-9+.-]*:/i.test(reference);
}

function add(found: References, reference: string, line: string, file: string): void {
  if (isLocal(reference)) {
    const paths = localPaths(reference, file);
    const inside = paths.filter(isInside);
    found.paths.push(...inside);
    found.isMoving ||= inside.length === 0;
    return;
  }
  // An @ in the path precedes a branch; an @ before the server's name follows a user.
  const address = /^(?:\w+\+)?(https?:\/\/[^/#\s]+(?:\/[^@#\s]*)?)/.exec(reference)?.[1];
  if (address !== undefined) found.addresses.push(address);
  found.isMoving ||= !isPinned(reference, line);
}

/** Returns the direct reference of a requirement: `./lib`, `-e .`, `name @ URL` or a URL. Undefined for packages of an index and for options. */
function referenceOf(line: string): string | undefined {
  const editable = /^(?:-e|--editable)[\s=]*["']?([^\s"';]+)/.exec(line)?.[1];
  if (editable !== undefined) return editable;
  if (line.startsWith("-")) return undefined;
  const direct = /^[\w.-]+\s*(?:\[[^\]]*\])?\s*@\s*(\S+)/.exec(line)?.[1];
  if (direct !== undefined) return direct;
  const [first = ""] = line.split(/[\s;]/);
  const isReference = /^[a-z][a-z0-9+.-]*:/i.test(first) || first.startsWith(".") || first.includes("/") || isArchive(first);
  return isReference ? first : undefined;
}

/** Distinguishes a file from a package's name, as pip does. */
function isArchive(text: string): boolean {
  return /\.(?:whl|zip|tar|tgz|tbz|txz|tlz|tar\.(?:gz|bz2|xz|lz|lzma))$/i.test(text.replace(/\[[^\]]*\]$/, ""));
}

/** Returns true if a reference names a commit by its full id, or an archive with its hash. */
function isPinned(reference: string, line: string): boolean {
  if (/^(?:git|hg|bzr|svn)\+/i.test(reference)) return /@[0-9a-f]{40}(?:[#?]|$)/.test(reference);
  return /[#&]sha(?:256|384|512)=[0-9a-f]{64,}/.test(reference) || /\s--hash[\s=]+sha(?:256|384|512):[0-9a-f]{64,}/.test(line);
}

/** Returns the path of a reference without extras and fragment. */
function pathOf(reference: string): string {
  const path = reference
    .replace(/^file:(?:\/\/(?:localhost)?(?=\/))?/, "")
    .replace(/#.*$/, "")
    .replace(/\[[^\]]*\]$/, "");
  try {
    return reference.startsWith("file:") ? decodeURIComponent(path) : path;
  } catch {
    return path;
  }
}
