import { stripVTControlCharacters } from "node:util";

/** Removes terminal sequences, control characters and bidirectional controls from foreign text. Line ends and tabs stay. */
export function withoutControls(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/\r\n?/g, "\n")
    .replace(/(?![\t\n])[\p{Cc}\p{Bidi_Control}]/gu, "");
}

/** Returns foreign text in one line, without controls, with white space as single blanks. */
export function inOneLine(text: string): string {
  return withoutControls(text.replace(/\s+/g, " ")).trim();
}
