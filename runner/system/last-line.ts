import type { ProcessResult } from "./process.ts";
import { inOneLine, withoutControls } from "../text/plain-text.ts";
import { shortened } from "../text/escape.ts";

type Printed = Pick<ProcessResult, "stdout" | "stderr">;

/** Characters of a line that a message quotes. */
const mostCharacters = 200;

/** A trimmed line of the source, as compilers quote it below their message. */
const excerpt = /^\d*\s*\|/;

/** Lines by which tools say only that another one failed: make, ninja, setuptools, autotools, linkers, compilers that count. */
const general = [
  /^(g?make|ninja|nmake)(\[\d+\])?: /i,
  /(failed with exit|returned a non-zero exit|exited with|ld returned \d+ exit) (status|code)/i,
  /^(compilation terminated|\d+ (error|warning)s? )/i,
];
/** Lines that come below an error and explain it. */
const remark = /\b(note|warning|hint|help):/i;
const error = /\berror\b|undefined reference|cannot find|not found|no such/i;

/**
 * Returns the line of a stream that tells what went wrong, without control characters and shortened: the last one that has a word (a number alone is no
 * reason); the last error before it, where what follows only says that something failed, or explains. undefined for none.
 */
export function lastLine(text: string): string | undefined {
  const { line, fallback } = lastLineIn(text);
  return line ?? fallback;
}

/** @returns `fallback` where lines say no more than that something failed. */
function lastLineIn(text: string): { line?: string; fallback?: string } {
  const lines = withoutControls(text)
    .split("\n")
    .map((one) => one.trim())
    .filter((one) => /\p{L}/u.test(one) && !excerpt.test(one));
  const telling = lines.filter((one) => !general.some((pattern) => pattern.test(one)));
  const [last, lastTelling] = [lines.at(-1), telling.at(-1)];
  if (last === undefined) return {};
  if (lastTelling === undefined) return { fallback: shown(last) };
  const isExplained = last !== lastTelling || remark.test(last);
  return { line: shown((isExplained ? telling.findLast((one) => error.test(one)) : undefined) ?? lastTelling) };
}

function shown(line: string): string {
  return shortened(inOneLine(line), mostCharacters);
}

/** Returns how a program ended, with the line of its error output that tells why, or of its output where that does not. */
export function withLastLine(ending: string, { stdout, stderr }: Printed): string {
  const [errors, output] = [lastLineIn(stderr), lastLineIn(stdout)];
  const line = errors.line ?? output.line ?? errors.fallback ?? output.fallback;
  return line === undefined ? ending : `${ending}: ${line}`;
}

/** Returns a problem that is not the way a program ended, with the last line of its error output. */
export function withLastError(problem: string, { stderr }: Pick<Printed, "stderr">): string {
  const line = lastLine(stderr);
  return line === undefined ? problem : `${problem}; its last error line: ${line}`;
}
