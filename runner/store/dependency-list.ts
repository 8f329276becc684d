/** A package as resolved: `name==version`, or `name @ url` for what is referred to directly. */
const resolved = /^[A-Za-z0-9](?:[\w.-]{0,99})(?:==[A-Za-z0-9][\w.!+-]{0,99}| @ [a-z][a-z0-9+.-]*:\/\/[^\s\p{Cc}]{1,2000})$/u;

const mostLines = 10_000;

/** Whether a line names a package and where it comes from, and is nothing else: no option of pip, no path. */
export function isResolved(line: string): boolean {
  return resolved.test(line);
}

/** The packages of a stored list; undefined where a line is none. */
export function parseDependencies(text: string): string[] | undefined {
  const lines = text.split("\n").filter(Boolean);
  return lines.length <= mostLines && lines.every(isResolved) ? lines : undefined;
}
