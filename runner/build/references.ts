import { posix } from "node:path";
import { requirementLines } from "./requirement-lines.ts";

/** Path of the checkout in the sandboxes of builds. */
const checkoutAt = "/target";

/** References of requirement files besides packages of indexes. */
export interface References {
  /** Files and folders of the checkout, by their paths from its root; `.` is all of it. */
  paths: string[];
  /** Web servers that are asked, by an address each. */
  addresses: string[];
  /** True where a reference may lead to something else tomorrow: a branch, an archive without a hash, a path outside of the checkout. */
  isMoving: boolean;
}

/** Returns what requirement files refer to. @param files their contents by path. */
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

/** Returns paths of the checkout that a reference to a file may mean: from the checkout's root, and from the file that has it. */
export function localPaths(reference: string, file: string): string[] {
  const path = pathOf(reference);
  const meant = path.startsWith("/")
    ? [posix.relative(checkoutAt, path)]
    : [posix.normalize(path), posix.normalize(posix.join(posix.dirname(file), path))];
  return [...new Set(meant.map((one) => one.replace(/\/+$/, "") || "."))];
}

/** Returns true for a path that lies in the checkout. */
export function isInside(path: string): boolean {
  return path !== ".." && !path.startsWith("../");
}

/** Returns true for what is a path or a `file:` URL, as opposed to a URL of a server. */
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
  // A branch follows an @ in the path; one in front of the server's name ends a user's.
  const address = /^(?:\w+\+)?(https?:\/\/[^/#\s]+(?:\/[^@#\s]*)?)/.exec(reference)?.[1];
  if (address !== undefined) found.addresses.push(address);
  found.isMoving ||= !isPinned(reference, line);
}

/** Returns what a requirement refers to directly: `./lib`, `-e .`, `name @ URL`, a URL. Undefined for a package of an index, and for options. */
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

/** As pip tells a file from a package's name. */
function isArchive(text: string): boolean {
  return /\.(?:whl|zip|tar|tgz|tbz|txz|tlz|tar\.(?:gz|bz2|xz|lz|lzma))$/i.test(text.replace(/\[[^\]]*\]$/, ""));
}

/** Returns true where the reference names a commit by its whole id, or an archive by its hash. */
function isPinned(reference: string, line: string): boolean {
  if (/^(?:git|hg|bzr|svn)\+/i.test(reference)) return /@[0-9a-f]{40}(?:[#?]|$)/.test(reference);
  return /[#&]sha(?:256|384|512)=[0-9a-f]{64,}/.test(reference) || /\s--hash[\s=]+sha(?:256|384|512):[0-9a-f]{64,}/.test(line);
}

/** Returns the path of a reference without what pip reads after it: extras and a fragment. */
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
