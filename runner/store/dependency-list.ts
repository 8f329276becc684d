/** A resolved package: `name==version`, or `name @ url` for a direct reference. */
const resolved = /^[A-Za-z0-9](?:[\w.-]{0,99})(?:==[A-Za-z0-9][\w.!+-]{0,99}| @ [a-z][a-z0-9+.-]*:\/\/[^\s\p{Cc}]{1,2000})$/u;

const mostLines = 10_000;

/** Returns true if a line is exactly a package with its version or URL: not an option of pip and not a path. */
export function isResolved(line: string): boolean {
  return resolved.test(line);
}

/** Returns the packages of a stored list; undefined if a line is invalid. */
export function parseDependencies(text: string): string[] | undefined {
  const lines = text.split("\n").filter(Boolean);
  return lines.length <= mostLines && lines.every(isResolved) ? lines : undefined;
}
