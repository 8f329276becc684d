import { posix } from "node:path";
import { isLocal, localPaths } from "./references.ts";
import { requirementLines } from "./requirement-lines.ts";

/** Sources of packages that requirement files name. */
export interface Indexes {
  /** As arguments of pip. */
  options: string[];
  /** Addresses of indexes. */
  addresses: string[];
  /** The default index is asked too. */
  withDefault: boolean;
  /** A folder of the checkout is one of them: its packages belong to this revision alone. */
  isLocal: boolean;
  /** Folders of the checkout that are among them, by their paths from its root. */
  folders: string[];
}

/** Returns the sources that requirement files name. @param files their contents by path. */
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

/** Returns an address without the user and the password in it: a server that wants them answers all the same, and nobody else is to read them. */
export function withoutLogin(address: string): string {
  return address.replace(/^(\w+:\/\/)[^/]*@/, "$1");
}
