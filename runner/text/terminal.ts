/** Styles of the terminal, by the parameter of their control sequence (ECMA-48, SGR). */
const styles = { bold: 1, dim: 2, red: 31, green: 32 };
export type Style = keyof typeof styles;

/** Clears the line from the cursor to its end. */
export const clearLine = "\u001b[K";

/** A stream that text is written to. Sizes are absent where it is not a terminal. */
export interface Output {
  isTTY?: boolean | undefined;
  columns?: number | undefined;
  rows?: number | undefined;
}

/** Returns whether to write colours: to terminals that have them, unless the reader sets NO_COLOR (https://no-color.org). */
export function showsColour({ isTTY }: Output, environment: Readonly<Record<string, string | undefined>>): boolean {
  return isTTY === true && !environment["NO_COLOR"] && environment["TERM"] !== "dumb";
}

/** Returns the size of a terminal in characters. Some pseudo-terminals have no size, and say 0. */
export function sizeOf({ columns, rows }: Output): { columns: number; rows: number } {
  return { columns: columns || 80, rows: rows || 24 };
}

/** Returns a text in a style, or as it is where colours are not shown. */
export function painted(text: string, style: Style | undefined, isColoured: boolean): string {
  return isColoured && style !== undefined && text !== "" ? `\u001b[${styles[style]}m${text}\u001b[0m` : text;
}

/** Returns a name of others without anything that moves the cursor or is wider than one column. */
export function printable(name: string): string {
  return name.replace(/[^\u0020-\u007e±…µ−]/gu, "?");
}
