import type { ProcessResult } from "./process.ts";
import { inOneLine, withoutControls } from "../text/plain-text.ts";
import { shortened } from "../text/escape.ts";

type Printed = Pick<ProcessResult, "stdout" | "stderr">;

/** Most characters of a line that a message quotes. */
const mostCharacters = 200;

/** A trimmed source line, as compilers quote it below their message. */
const excerpt = /^\d*\s*\|/;

/** Lines of tools that report only the failure of another one: make, ninja, setuptools, autotools, linkers, error counts of compilers. */
const general = [
  /^(g?make|ninja|nmake)(\[\d+\])?: /i,
  /(failed with exit|returned a non-zero exit|exited with|ld returned \d+ exit) (status|code)/i,
  /^(compilation terminated|\d+ (error|warning)s? )/i,
];
/** Lines below an error that explain it. */
const remark = /\b(note|warning|hint|help):/i;
const error = /\berror\b|undefined reference|cannot find|not found|no such/i;

/**
 * Returns the line of a stream that names the error, shortened and without control characters; undefined without one. It is the last line with a
 * word, since a number alone is not a reason. If that line only reports or explains a failure, it is the last error before it.
 */
export function lastLine(text: string): string | undefined {
  const { line, fallback } = lastLineIn(text);
  return line ?? fallback;
}

/** @returns `fallback` if all lines report only that something failed. */
function lastLineIn(text: string): { line?: string; fallback?: string } {
  const lines = withoutControls(text)
    .split("\n")
    .map((one) => one.trim())
    .filter((one) => /\p{L}/u.test(one) && !excerpt.test(one));
  const specific = lines.filter((one) => !general.some((pattern) => pattern.test(one)));
  const [last, lastSpecific] = [lines.at(-1), specific.at(-1)];
  if (last === undefined) return {};
  if (lastSpecific === undefined) return { fallback: shown(last) };
  const isExplained = last !== lastSpecific || remark.test(last);
  return { line: shown((isExplained ? specific.findLast((one) => error.test(one)) : undefined) ?? lastSpecific) };
}

function shown(line: string): string {
  return shortened(inOneLine(line), mostCharacters);
}

/** Returns an ending with the line of a program's error output that names the reason, or otherwise of its standard output. */
export function withLastLine(ending: string, { stdout, stderr }: Printed): string {
  const [errors, output] = [lastLineIn(stderr), lastLineIn(stdout)];
  const line = errors.line ?? output.line ?? errors.fallback ?? output.fallback;
  return line === undefined ? ending : `${ending}: ${line}`;
}

/** Returns a problem with the last line of a program's error output, for problems other than its ending. */
export function withLastError(problem: string, { stderr }: Pick<Printed, "stderr">): string {
  const line = lastLine(stderr);
  return line === undefined ? problem : `${problem}; its last error line: ${line}`;
}
