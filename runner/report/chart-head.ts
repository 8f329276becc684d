import { xmlText } from "../text/escape.ts";

/** Widths of a wide character of a proportional font. */
const titleCharacter = 9;
const noteCharacter = 7;
const left = 20;
const firstLine = 28;
const lineHeight = 18;
/** Height of a single row. */
const height = 62;

/**
 * Renders title and legend above a chart: side by side if there is room, otherwise the title in several lines with the legend below it.
 *
 * @param width of the chart; `right` is its right margin.
 */
export function headOf(
  title: string,
  note: string,
  { width, right }: { width: number; right: number },
): { parts: string[]; height: number } {
  const isOneRow = left + title.length * titleCharacter + note.length * noteCharacter + right < width;
  const perLine = Math.floor((width - 2 * left) / titleCharacter);
  const lines = isOneRow ? [title] : (title.match(new RegExp(`.{1,${perLine}}`, "gsu")) ?? []);
  const below = isOneRow ? 0 : lines.length * lineHeight;
  return {
    parts: [
      ...lines.map((line, index) => `<text class="title" x="${left}" y="${firstLine + index * lineHeight}">${xmlText(line)}</text>`),
      `<text class="note" x="${width - right}" y="${firstLine + below}" text-anchor="end">${xmlText(note)}</text>`,
    ],
    height: height + below,
  };
}
