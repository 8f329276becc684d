/**
 * Replaces the text between `<!-- NAME -->` and `<!-- /NAME -->` in a document.
 * @throws Error if the document lacks one of the two lines.
 */
export function withGenerated(markdown: string, name: string, text: string): string {
  const [opening, closing] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [start, end] = [markdown.indexOf(opening), markdown.indexOf(closing)];
  if (start === -1 || end < start)
    throw new Error(`the document lacks the lines ${opening} and ${closing}. Add them around the generated text`);
  return `${markdown.slice(0, start)}${opening}\n\n${text}\n\n${markdown.slice(end)}`;
}
