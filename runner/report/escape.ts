import { stripVTControlCharacters } from "node:util";

/** Text of others (commit titles, names, output) made safe for the formats reports are written in. */

/** One line of plain text for anywhere inside a Markdown line, table cells and link texts included. */
export function markdownText(text: string): string {
  return oneLine(text)
    .replace(/[&<>|`\\$:@]/g, (character) => `&#${character.charCodeAt(0)};`)
    .replace(/[*_~[\]]/g, (character) => `\\${character}`);
}

/** Text or attribute value in XML. */
export function xmlText(text: string): string {
  return oneLine(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** A fenced block that its content cannot end. */
export function codeBlock(text: string): string {
  const content = withoutControls(text.replace(/\r\n?/g, "\n")).replace(/\s+$/, "");
  const longest = Math.max(0, ...[...content.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(Math.max(3, longest + 1));
  return `${fence}text\n${content}\n${fence}`;
}

/** At most `length` characters (code points), with an ellipsis where something was cut. */
export function shortened(text: string, length: number): string {
  const characters = Array.from(text);
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join("")}…`;
}

function oneLine(text: string): string {
  return withoutControls(text.replace(/\s+/g, " ")).trim();
}

/** Without terminal colours, control characters and changes of writing direction; line ends and tabs stay. */
function withoutControls(text: string): string {
  return stripVTControlCharacters(text).replace(/(?![\t\n])[\p{Cc}\p{Bidi_Control}]/gu, "");
}
