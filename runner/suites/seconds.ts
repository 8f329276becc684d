import { inOneLine } from "../text/plain-text.ts";
import type { SecondsFormat } from "./suite.ts";

export type ReadSeconds = { ok: true; seconds: number } | { ok: false; problem: string };

/** Description of each format for messages. */
const agreedForms: Record<SecondsFormat, string> = {
  "elapsed line": "print seconds on one line of their own, such as `elapsed: 0.125`",
  "number line": "print seconds as the last line, a number alone, such as `0.125`",
};

/** Digits with optional decimal point and exponent. No decimal comma, thousands separators or unit. */
const number = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i;

/**
 * Returns the seconds that a sample reports on standard output. Refuses anything but exactly one number in the agreed form, and quotes the line:
 * a number within other text may be a level, a size or a progress.
 */
export function readSeconds(format: SecondsFormat, stdout: string): ReadSeconds {
  const lines = stdout.split("\n").filter((line) => line.trim() !== "");
  if (lines.length === 0) return refused("it printed nothing", format);
  const reported = format === "elapsed line" ? elapsedOf(lines) : lastOf(lines);
  if ("problem" in reported) return refused(reported.problem, format);
  const { line, text } = reported;
  if (!number.test(text)) return refused(`it printed ${quoted(line)}, which is not exactly one number of seconds`, format);
  const seconds = Number(text);
  if (!Number.isFinite(seconds)) return refused(`it printed ${quoted(line)}, which is too large a number`, format);
  if (seconds <= 0) return refused(`it printed ${quoted(line)}; seconds are above zero`, format);
  return { ok: true, seconds };
}

type Reported = { line: string; text: string } | { problem: string };

/** Finds the only line that begins with `elapsed:`. Other lines may come before and after it. */
function elapsedOf(lines: readonly string[]): Reported {
  const [line, ...others] = lines.filter((one) => one.startsWith("elapsed:"));
  if (line === undefined) return { problem: `it printed no line that begins with \`elapsed:\`; its last line is ${quoted(lines.at(-1))}` };
  if (others.length > 0) return { problem: `it printed ${others.length + 1} lines that report seconds: ${quotedAll([line, ...others])}` };
  return { line, text: line.slice("elapsed:".length).trim() };
}

/** Takes the last line. Other lines may come before it, but no other number. */
function lastOf(lines: readonly string[]): Reported {
  const last = lines.at(-1) ?? "";
  const numbers = lines.filter((line) => number.test(line.trim()));
  if (numbers.length > 1) return { problem: `it printed ${numbers.length} lines that are a number: ${quotedAll(numbers)}` };
  return { line: last, text: last.trim() };
}

/** Most characters of a line that a message quotes. */
const mostQuoted = 80;
/** Most lines that a message quotes. */
const mostLines = 3;

function quotedAll(lines: readonly string[]): string {
  return [...lines.slice(0, mostLines).map(quoted), ...(lines.length > mostLines ? ["…"] : [])].join(", ");
}

function quoted(line: string = ""): string {
  const text = inOneLine(line);
  return JSON.stringify(text.length > mostQuoted ? `${text.slice(0, mostQuoted)}…` : text);
}

function refused(problem: string, format: SecondsFormat): ReadSeconds {
  return { ok: false, problem: `${problem}; ${agreedForms[format]}` };
}
