import { withoutControls } from "./plain-text.ts";

/** Lines of an output that are shown. */
const mostLines = 40;

/** Returns a line of a name and a value; text of others may be in the value. */
export function row(name: string, value: string): string {
  return `${name.padEnd(12)} ${withoutControls(value)}`;
}

/** Returns an output under its name, indented, so that no line of it passes for one of ours. */
export function section(name: string, text: string): string[] {
  const lines = withoutControls(text.trimEnd()).split("\n");
  if (text.trim() === "") return [row(name, "nothing")];
  const shown = lines.slice(-mostLines);
  const left = lines.length > shown.length ? [`  … ${lines.length - shown.length} lines before`] : [];
  return [`${name}:`, ...left, ...shown.map((line) => `  ${line}`)];
}
