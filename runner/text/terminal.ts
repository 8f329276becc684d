/** Terminal styles with the parameters of their control sequences (ECMA-48, SGR). */
const styles = { bold: 1, dim: 2, red: 31, green: 32 };
export type Style = keyof typeof styles;

/** Clears the line from the cursor to its end. */
export const clearLine = "\u001b[K";

/** A stream for text. Sizes are absent if it is not a terminal. */
export interface Output {
  isTTY?: boolean | undefined;
  columns?: number | undefined;
  rows?: number | undefined;
}

/** Returns true if colours are supported: on capable terminals, unless NO_COLOR is set (https://no-color.org). */
export function showsColour({ isTTY }: Output, environment: Readonly<Record<string, string | undefined>>): boolean {
  return isTTY === true && !environment["NO_COLOR"] && environment["TERM"] !== "dumb";
}

/** Returns the size of a terminal in characters, 80 × 24 by default. Some pseudo-terminals report 0. */
export function sizeOf({ columns, rows }: Output): { columns: number; rows: number } {
  return { columns: columns || 80, rows: rows || 24 };
}

/** Returns a text in a style, or unchanged without colours. */
export function painted(text: string, style: Style | undefined, isColoured: boolean): string {
  return isColoured && style !== undefined && text !== "" ? `\u001b[${styles[style]}m${text}\u001b[0m` : text;
}

/** Returns a foreign name without characters that move the cursor or are wider than one column. */
export function printable(name: string): string {
  return name.replace(/[^\u0020-\u007e±…µ−]/gu, "?");
}
