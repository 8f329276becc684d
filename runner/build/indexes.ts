import { posix } from "node:path";
import { isLocal, localPaths } from "./references.ts";
import { requirementLines } from "./requirement-lines.ts";

/** Sources of packages in requirement files. */
export interface Indexes {
  /** Arguments of pip. */
  options: string[];
  /** URLs of indexes. */
  addresses: string[];
  /** True if the default index is used too. */
  withDefault: boolean;
  /** True if a source is a folder of the checkout: its packages belong to this revision alone. */
  isLocal: boolean;
  /** Folders of the checkout among the sources, as paths from its root. */
  folders: string[];
}

/** Returns the sources in requirement files. @param files path -> content. */
export function indexesOf(files: ReadonlyMap<string, string>): Indexes {
  const option = /^(--(?:index-url|extra-index-url|find-links|no-index|trusted-host|pre)|-i|-f)(?![\w-])[ \t=]*(\S*)/;
  const given = [...files].flatMap(([path, content]) =>
    requirementLines(content).flatMap((line) => {
      const [, name = "", value = ""] = option.exec(line) ?? [];
      if (name === "") return [];
      const folders = isSource(name) && isLocal(value) ? localPaths(value, path) : [];
      const isFolder = folders.length > 0 && /^(?:-f|--find-links)$/.test(name) && !/^(?:file:|\/)/.test(value);
      return { name, folders, value: isFolder ? posix.join("/target", posix.dirname(path), value) : value };
    }),
  );
  const folders = given.flatMap((one) => one.folders);
  return {
    options: given.flatMap(({ name, value }) => (value === "" ? [name] : [name, value])),
    addresses: given.flatMap(({ name, value }) => (/^(?:-i|--(?:extra-)?index-url)$/.test(name) ? [value] : [])),
    withDefault: !given.some(({ name }) => /^(?:-i|--index-url|--no-index)$/.test(name)),
    isLocal: folders.length > 0,
    folders,
  };
}

function isSource(name: string): boolean {
  return /^(?:-f|-i|--find-links|--(?:extra-)?index-url)$/.test(name);
}

/** Returns a URL without user and password. A server that requires them still answers, and they must not be printed. */
export function withoutLogin(address: string): string {
  return address.replace(/^(\w+:\/\/)[^/]*@/, "$1");
}
