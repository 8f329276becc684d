import { withoutControls } from "./plain-text.ts";

/** Most lines of an output that are shown. */
const mostLines = 40;

/** Returns a line with a name and a value, which may be foreign text. */
export function row(name: string, value: string): string {
  return `${name.padEnd(12)} ${withoutControls(value)}`;
}

/** Returns an output below its name, indented, so that its lines cannot be mistaken for ours. */
export function section(name: string, text: string): string[] {
  const lines = withoutControls(text.trimEnd()).split("\n");
  if (text.trim() === "") return [row(name, "nothing")];
  const shown = lines.slice(-mostLines);
  const left = lines.length > shown.length ? [`  … ${lines.length - shown.length} lines before`] : [];
  return [`${name}:`, ...left, ...shown.map((line) => `  ${line}`)];
}
