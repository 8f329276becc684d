import { inOneLine, withoutControls } from "./plain-text.ts";

/** Text of others (commit titles, names, output) made safe for the formats reports are written in. */

/** Markup, and what GitHub makes links of without any: addresses, mentions and numbers of issues. A comment splits the last two. */
const special = /[&<>|`\\$:@*_~[\]]|#(?=\d)|(?<=\bwww)\./gi;

/** One line of plain text for anywhere inside a Markdown line, table cells and link texts included. */
export function markdownText(text: string): string {
  return inOneLine(text).replace(special, (characters) => {
    if (/[*_~[\]]/.test(characters)) return `\\${characters}`;
    const entity = `&#${characters.charCodeAt(0)};`;
    return /[@#]/.test(characters) ? `${entity}<!-- -->` : entity;
  });
}

/** Text or attribute value in XML. */
export function xmlText(text: string): string {
  return inOneLine(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** The same for HTML within Markdown, where nothing is to become a link or a mention. */
export function htmlText(text: string): string {
  return xmlText(text).replace(/@|\bwww(?=\.)|\bhttps?(?=:)|#(?=\d+(?!\d*;))/gi, "$&<!-- -->");
}

/** A fenced block that its content cannot end. */
export function codeBlock(text: string): string {
  const content = withoutControls(text).replace(/\s+$/, "");
  const longest = Math.max(0, ...[...content.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(Math.max(3, longest + 1));
  return `${fence}text\n${content}\n${fence}`;
}

/** At most `length` characters (code points), with an ellipsis where something was cut. */
export function shortened(text: string, length: number): string {
  const characters = Array.from(text);
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join("")}…`;
}
