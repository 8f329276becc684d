import type { ProcessResult } from "./host/process.ts";
import { inOneLine, withoutControls } from "./plain-text.ts";
import { shortened } from "./report/escape.ts";

type Printed = Pick<ProcessResult, "stdout" | "stderr">;

/** Characters of a line that a message quotes. */
const mostCharacters = 200;

/** A trimmed line of the source, as compilers quote it below their message. */
const excerpt = /^\d*\s*\|/;

/** Returns the last line of a stream that has a word, without control characters and shortened; undefined for none. A number alone is no reason. */
export function lastLine(text: string): string | undefined {
  const line = withoutControls(text)
    .split("\n")
    .map((one) => one.trim())
    .findLast((one) => /\p{L}/u.test(one) && !excerpt.test(one));
  return line === undefined ? undefined : shortened(inOneLine(line), mostCharacters);
}

/** Returns how a program ended, with the last line of its error output, or of its output where it printed no error. */
export function withLastLine(ending: string, { stdout, stderr }: Printed): string {
  const line = lastLine(stderr) ?? lastLine(stdout);
  return line === undefined ? ending : `${ending}: ${line}`;
}

/** Returns a problem that is not the way a program ended, with the last line of its error output. */
export function withLastError(problem: string, { stderr }: Pick<Printed, "stderr">): string {
  const line = lastLine(stderr);
  return line === undefined ? problem : `${problem}; its last error line: ${line}`;
}
