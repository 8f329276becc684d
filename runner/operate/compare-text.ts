import type { Comparison } from "../timeline/compare.ts";
import { hasError, interval } from "../timeline/quantity.ts";
import type { Quantity } from "../timeline/quantity.ts";
import { changeText, counted, isSignificant } from "../report/numbers.ts";

/** What a comparison is printed to. */
export interface Paper {
  columns: number;
  colour: boolean;
}

/** Of standard output: colours on a terminal only. */
export function paperOf({ columns, isTTY }: { columns?: number; isTTY?: boolean }, environment: NodeJS.ProcessEnv): Paper {
  return { columns: columns || 80, colour: isTTY === true && !environment["NO_COLOR"] && environment["TERM"] !== "dumb" };
}

const gap = "  ";
const leastColumns = 60;
const longestName = 28;
const leastName = 8;
const leastPlot = 17;

/** A line a benchmark with its ratio as a change, and where that lies: a forest plot; then the mean, then what is not compared. */
export function comparisonText(title: string, comparison: Comparison, paper: Paper): string {
  const { compared, notCompared, mean } = comparison;
  const width = Math.max(paper.columns, leastColumns);
  const lines = [title];
  if (compared.length > 0) {
    const all = [
      ...compared.map((one) => ({ name: one.benchmark, ...one })),
      ...(mean ? [{ name: meanName(mean.of, compared.length), ratio: mean.ratio, isSame: false }] : []),
    ];
    const texts = columnOf(
      all.map(({ ratio, isSame }) => (isSame ? "same program" : ratioText(ratio))),
      "right",
    );
    const room = Math.max(leastName, Math.min(longestName, width - (texts[0]?.length ?? 0) - leastPlot - 2 * gap.length));
    const names = columnOf(all.map(({ name }) => shortened(printable(name), room)));
    const plotWidth = Math.max(leastPlot, width - (names[0]?.length ?? 0) - (texts[0]?.length ?? 0) - 2 * gap.length);
    const scale = scaleOf(
      all.map(({ ratio }) => ratio),
      plotWidth,
    );
    const rows = all.map(({ ratio }, index) => {
      const text = [names[index] ?? "", painted(texts[index] ?? "", colourOf(ratio), paper.colour)].join(gap);
      return `${text}${gap}${plot(ratio, scale, index === compared.length ? "◆" : "●")}`.trimEnd();
    });
    const indent = " ".repeat((names[0]?.length ?? 0) + (texts[0]?.length ?? 0) + 2 * gap.length);
    const meanRow = rows.slice(compared.length);
    lines.push(
      `${indent}${axis(scale)}`.trimEnd(),
      ...rows.slice(0, compared.length),
      ...meanRow.flatMap((row) => [rule(scale, indent), row]),
    );
  }
  return [...lines, ...notes(comparison).flatMap((note) => wrapped(note, width)), ...left(notCompared, width)].join("\n");
}

function meanName(of: number, all: number): string {
  return of === all ? `geometric mean of ${of}` : `geometric mean, ${of} of ${all}`;
}

/** What some lines need to be understood. */
function notes({ compared, mean }: Comparison): string[] {
  const overHops = compared.filter(({ hops }) => hops > 0).length;
  const partly = compared.filter(({ elsewhere }) => elsewhere > 0).length;
  const dropped = compared.filter(({ group }) => group === undefined).length;
  return [
    ...(dropped > 0 && (!mean || dropped < compared.length)
      ? [`${counted(dropped, "benchmark")} no longer in the suite: not in the mean`]
      : []),
    ...(partly > 0
      ? [`${counted(partly, "benchmark")} without those revisions of a range that were measured in another environment only`]
      : []),
    ...(overHops > 0 ? [`${counted(overHops, "benchmark")} over a switch: the error of the factor there is in the interval`] : []),
    ...(compared.some(({ ratio }) => !hasError(ratio)) ? ["± ?: how well that is known is not known"] : []),
    ...(compared.length === 0 ? ["nothing can be compared"] : []),
  ];
}

/** Names by reason, wrapped. */
function left(notCompared: Comparison["notCompared"], width: number): string[] {
  const reasons = new Map<string, string[]>();
  for (const { benchmark, reason } of notCompared) reasons.set(reason, [...(reasons.get(reason) ?? []), printable(benchmark)]);
  return [...reasons].flatMap(([reason, names]) => wrapped(`not compared, ${printable(reason)}: ${names.join(", ")}`, width));
}

/** `−2.1 % ± 0.3 %`. */
function ratioText(ratio: Quantity): string {
  return hasError(ratio) ? changeText(ratio) : changeText({ ...ratio, standardError: 0 }).replace(/ ± .*/, " ± ?");
}

/** Columns of a plot for ratios, on a logarithmic scale with 1 in the middle. */
interface Scale {
  width: number;
  /** ln ratio at the right end; at the left end it is the negative. */
  reach: number;
}

/** As wide as the values, and as nine of ten intervals: a very wide one is cut. */
function scaleOf(ratios: readonly Quantity[], width: number): Scale {
  const ends = ratios.map((ratio) => {
    const { low, high } = interval(ratio);
    return hasError(ratio) ? Math.max(Math.abs(Math.log(low)), Math.abs(Math.log(high))) : 0;
  });
  const usual = [...ends].sort((a, b) => a - b)[Math.ceil(0.9 * ends.length) - 1] ?? 0;
  const values = ratios.map(({ value }) => Math.abs(Math.log(value)));
  return { width: width % 2 === 0 ? width - 1 : width, reach: Math.max(0.001, usual, ...values) };
}

function plot(ratio: Quantity, scale: Scale, mark: string): string {
  const cells: string[] = Array.from({ length: scale.width }, (_, column) => (column === middle(scale) ? "│" : " "));
  if (hasError(ratio)) {
    const { low, high } = interval(ratio);
    const [from, to] = [columnAt(low, scale), columnAt(high, scale)];
    for (let column = Math.max(from, 0); column <= Math.min(to, scale.width - 1); column++)
      cells[column] = column === middle(scale) ? "┼" : "─";
    if (from < 0) cells[0] = "◂";
    if (to >= scale.width) cells[scale.width - 1] = "▸";
  }
  cells[columnAt(ratio.value, scale)] = mark;
  return cells.join("");
}

/** What the ends and the middle stand for. */
function axis(scale: Scale): string {
  const [low, high] = [-scale.reach, scale.reach].map(percentText);
  const half = middle(scale);
  return `${(low ?? "").padEnd(half)}0${(high ?? "").padStart(scale.width - half - 1)}`;
}

/** `−12 %`, with two digits, of ln ratio. */
function percentText(log: number): string {
  const percent = Number((100 * (Math.exp(log) - 1)).toPrecision(2));
  return `${percent < 0 ? "−" : "+"}${Math.abs(percent)} %`;
}

function rule(scale: Scale, indent: string): string {
  return `${indent}${"╌".repeat(middle(scale))}┼${"╌".repeat(scale.width - middle(scale) - 1)}`;
}

function middle({ width }: Scale): number {
  return (width - 1) / 2;
}

function columnAt(value: number, scale: Scale): number {
  const half = middle(scale);
  return Math.round(half + (Math.log(value) / scale.reach) * half);
}

const [green, red] = [32, 31];

/** Of a change that is one: faster is green. */
function colourOf(ratio: Quantity): number | undefined {
  if (!isSignificant(ratio)) return undefined;
  return ratio.value < 1 ? green : red;
}

function painted(text: string, code: number | undefined, colour: boolean): string {
  return colour && code !== undefined ? `\u001b[${code}m${text}\u001b[0m` : text;
}

/** All as wide as the widest. */
function columnOf(texts: readonly string[], side: "left" | "right" = "left"): string[] {
  const width = Math.max(...texts.map(({ length }) => length));
  return texts.map((text) => (side === "left" ? text.padEnd(width) : text.padStart(width)));
}

/** Names come from the suite, which is somebody else's code. */
function printable(text: string): string {
  return text.replace(/[^\u0020-\u007e±…µ−]/gu, "?");
}

function shortened(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}

function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(lines.length === 0 ? word : `  ${word}`);
  }
  return lines;
}
