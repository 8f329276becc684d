import { posix } from "node:path";

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
}

/** Returns the sources that requirement files name. @param files their contents by path. */
export function indexesOf(files: ReadonlyMap<string, string>): Indexes {
  const option = /^\s*(--(?:index-url|extra-index-url|find-links|no-index|trusted-host|pre)|-i|-f)\b[ \t=]*(\S*)/gm;
  const given = [...files].flatMap(([path, content]) =>
    [...content.matchAll(option)].map(([, name = "", value = ""]) => {
      const isFolder = (name === "--find-links" || name === "-f") && !value.includes("://");
      return { name, isFolder, value: isFolder ? posix.join("/target", posix.dirname(path), value) : value };
    }),
  );
  return {
    options: given.flatMap(({ name, value }) => (value === "" ? [name] : [name, value])),
    addresses: given.flatMap(({ name, value }) => (/^(?:-i|--(?:extra-)?index-url)$/.test(name) ? [value] : [])),
    withDefault: !given.some(({ name }) => /^(?:-i|--index-url|--no-index)$/.test(name)),
    isLocal: given.some(({ isFolder, value }) => isFolder || value.startsWith("file:")),
  };
}
