import { inOneLine, withoutControls } from "./plain-text.ts";

/** Escaping of foreign text (commit titles, names, output) for the formats of reports. */

/** Markup, and text that GitHub turns into links: addresses, mentions and issue numbers. A comment splits the last two. */
const special = /[&<>|`\\$:@*_~[\]]|#(?=\d)|(?<=\bwww)\./gi;

/** Escapes text as one line for any place in a Markdown line, including table cells and link texts. */
export function markdownText(text: string): string {
  return inOneLine(text).replace(special, (characters) => {
    if (/[*_~[\]]/.test(characters)) return `\\${characters}`;
    const entity = `&#${characters.charCodeAt(0)};`;
    return /[@#]/.test(characters) ? `${entity}<!-- -->` : entity;
  });
}

/** Escapes text or an attribute value for XML. */
export function xmlText(text: string): string {
  return inOneLine(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Escapes text for HTML within Markdown, without links and mentions. */
export function htmlText(text: string): string {
  return xmlText(text).replace(/@|\bwww(?=\.)|\bhttps?(?=:)|#(?=\d+(?!\d*;))/gi, "$&<!-- -->");
}

/** Returns a fenced code block that its content cannot end. */
export function codeBlock(text: string): string {
  const content = withoutControls(text).replace(/\s+$/, "");
  const longest = Math.max(0, ...[...content.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(Math.max(3, longest + 1));
  return `${fence}text\n${content}\n${fence}`;
}

/** Shortens text to at most `length` characters (code points), with an ellipsis if it was cut. */
export function shortened(text: string, length: number): string {
  const characters = Array.from(text);
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join("")}…`;
}
