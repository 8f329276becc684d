import { stripVTControlCharacters } from "node:util";

/** Text of others without terminal sequences, control characters and changes of writing direction; line ends and tabs stay. */
export function withoutControls(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/\r\n?/g, "\n")
    .replace(/(?![\t\n])[\p{Cc}\p{Bidi_Control}]/gu, "");
}

/** The same in one line, its white space as single blanks. */
export function inOneLine(text: string): string {
  return withoutControls(text.replace(/\s+/g, " ")).trim();
}
