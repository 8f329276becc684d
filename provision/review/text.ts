import { painted, type Style } from "../../runner/text/terminal.ts";
import type { Document, Part, Row, ValueRow } from "./document.ts";
import { counted } from "../../runner/text/quantities.ts";

/** Adds a style to a text, or returns it unchanged without colours. */
type Paint = (style: Style, text: string) => string;

/** Maximum width of the first columns. A longer value shifts only its own line. */
const widest = 44;

/**
 * Formats a review for the terminal: the verdicts first, values aligned.
 * @param isColoured true if the terminal shows colours.
 * @param isVerbose true to list defaults and dependencies instead of counting them.
 */
export function textOf({ hosts, next }: Document, isColoured: boolean, isVerbose = false): string {
  const paint: Paint = (style, text) => painted(text, style, isColoured);
  const verdicts = hosts.map(({ host, verdict }) => `${paint("bold", host)}: ${verdict}`);
  const bodies = hosts.flatMap(({ host, parts }) =>
    parts.length === 0
      ? []
      : [
          "",
          ...(hosts.length > 1 ? [paint("bold", host)] : []),
          ...parts.flatMap((part, index) => partLines(part, index, paint, isVerbose)),
        ],
  );
  const ending = next.length === 0 ? [] : ["", paint("bold", "6 Apply this plan"), ...next.map((line) => `  ${line}`)];
  return [...verdicts, ...bodies, ...ending, ""].join("\n");
}

function partLines({ title, rows }: Part, index: number, paint: Paint, isVerbose: boolean): string[] {
  const short = isVerbose ? rows : shortened(rows);
  const about = widthOf(short, (row) => row.about);
  const what = widthOf(short, (row) => row.what);
  return [paint("bold", `${index + 1} ${title}`), ...short.flatMap((row) => rowLines(row, { about, what }, paint))];
}

/** Replaces dependencies and defaults by their counts. `--verbose`, `--out` and `--json` list them. */
function shortened(rows: readonly Row[]): Row[] {
  const packages = rows.filter(isDependency).length;
  const settings = rows.filter(isUnchangedDefault).length;
  return [
    ...rows.filter((row) => !isDependency(row) && !isUnchangedDefault(row)),
    ...(packages > 0 ? [counting(packages, "more package", ["is required", "are required"])] : []),
    ...(settings > 0 ? [counting(settings, "more setting", ["keeps its default", "keep their defaults"])] : []),
  ];
}

function isDependency(row: Row): boolean {
  return "comesAlong" in row && row.comesAlong === true;
}

function isUnchangedDefault(row: Row): boolean {
  return "isDefault" in row && row.isDefault === true;
}

function counting(count: number, thing: string, [one, many]: [string, string]): Row {
  return { sentence: `${counted(count, thing)} ${count === 1 ? one : many} (--verbose shows them)` };
}

function rowLines(row: Row, { about, what }: { about: number; what: number }, paint: Paint): string[] {
  if ("sentence" in row) return [`  ${row.sentence}`];
  const lead = about === 0 ? "" : `${row.about.padEnd(about)}  `;
  const change = `${paint("red", oneLine(row.is))} -> ${paint("green", oneLine(row.willBe))}`;
  const hint = row.hint === undefined ? "" : ` (${row.hint})`;
  const diff =
    row.diff === undefined
      ? []
      : row.diff
          .trimEnd()
          .split("\n")
          .map((line) => `      ${diffLine(line, paint)}`);
  return [`  ${lead}${row.what.padEnd(what)}  ${change}${hint}`, ...diff];
}

function diffLine(line: string, paint: Paint): string {
  if (line.startsWith("+")) return paint("green", line);
  return line.startsWith("-") ? paint("red", line) : line;
}

function oneLine(text: string): string {
  return text.replaceAll("\n", "\\n");
}

function widthOf(rows: readonly Row[], column: (row: ValueRow) => string): number {
  return Math.min(widest, Math.max(0, ...rows.map((row) => ("sentence" in row ? 0 : column(row).length))));
}
