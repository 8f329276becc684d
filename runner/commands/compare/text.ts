import { meanText } from "../../report/common-mode.ts";
import { changeText, isSignificant } from "../../text/measurements.ts";
import { counted } from "../../text/quantities.ts";
import { scaleOf as factorOf } from "../../timeline/bridge.ts";
import type { Compared, Comparison } from "../../timeline/compared.ts";
import { chained } from "../../timeline/chained.ts";
import { hasError, interval } from "../../timeline/quantity.ts";
import type { Quantity } from "../../timeline/quantity.ts";
import { painted, printable, showsColour, sizeOf, type Output, type Style } from "../../text/terminal.ts";

/** Output medium of a comparison. */
export interface Paper {
  /** Width of a terminal; undefined otherwise, with lines of any length. */
  columns: number | undefined;
  colour: boolean;
}

/** Returns the medium of standard output: with colours and a width only on a terminal. */
export function paperOf(output: Output, environment: NodeJS.ProcessEnv): Paper {
  return { columns: output.isTTY === true ? sizeOf(output).columns : undefined, colour: showsColour(output, environment) };
}

const gap = "  ";
const leastName = 8;
const leastPlot = 17;
/** Width of a plot without a limit. */
const usualPlot = 39;

/** Returns a line per benchmark with its change and a forest plot, then the mean, then the benchmarks that are not compared. */
export function comparisonText(title: string, comparison: Comparison, paper: Paper): string {
  const { compared, notCompared, mean } = comparison;
  const width = paper.columns ?? Infinity;
  const rows: Row[] = compared.map((one) => ({
    name: printable(one.benchmark),
    ratio: one.ratio,
    text: one.isSame ? one.verdict : ratioText(one.ratio),
    verdict: verdictText(one),
    colour: colourOf(one),
    mark: "●",
  }));
  if (mean) {
    const name = mean.of === compared.length ? `geometric mean of ${mean.of}` : `geometric mean, ${mean.of} of ${compared.length}`;
    rows.push({ name, ratio: mean.ratio, text: ratioText(mean.ratio), verdict: "", colour: undefined, mark: "◆" });
  }
  return [
    title,
    ...table(rows, width, paper.colour),
    ...notes(comparison).flatMap((note) => wrapped(note, width)),
    ...notComparedLines(notCompared, width),
  ].join("\n");
}

interface Row {
  name: string;
  ratio: Quantity;
  text: string;
  verdict: string;
  colour: Style | undefined;
  mark: string;
}

/** Returns the verdict; empty if no change is shown. */
function verdictText({ verdict, isSame }: Compared): string {
  return isSame || verdict === "no change shown" ? "" : verdict;
}

/** Returns the rows below an axis, the last one below a rule. A name without room gets a line of its own. */
function table(rows: readonly Row[], width: number, colour: boolean): string[] {
  if (rows.length === 0) return [];
  const texts = columnOf(
    rows.map(({ text }) => text),
    "right",
  );
  const verdicts = columnOf(rows.map(({ verdict }) => verdict));
  const numbers = rows.map((row, index) => {
    const verdict = verdicts[index] ? `${gap}${painted(verdicts[index], row.colour, colour)}` : "";
    // The ratio is that of all sessions of both sides; the verdict is that of confirmed changes.
    return `${texts[index]}${verdict}`;
  });
  const numbersWidth = (texts[0]?.length ?? 0) + (verdicts[0] ? gap.length + verdicts[0].length : 0);
  const besidePlot = width - numbersWidth - leastPlot - 2 * gap.length;
  const room = besidePlot >= leastName ? besidePlot : width - numbersWidth - gap.length;
  const fitting = rows.map(({ name }) => name).filter(({ length }) => length <= room);
  const nameWidth = Math.max(leastName, ...fitting.map(({ length }) => length));
  const indent = " ".repeat(nameWidth + gap.length + numbersWidth + gap.length);
  const plotWidth = width === Infinity ? usualPlot : width - indent.length;
  const scale =
    plotWidth >= leastPlot
      ? scaleOf(
          rows.map(({ ratio }) => ratio),
          plotWidth,
        )
      : undefined;
  const lines = rows.flatMap(({ name, ratio, mark }, index) => {
    const isOwn = name.length > room;
    const plotted = scale ? `${gap}${plot(ratio, scale, mark)}` : "";
    return [...(isOwn ? [name] : []), `${(isOwn ? "" : name).padEnd(nameWidth)}${gap}${numbers[index]}${plotted}`.trimEnd()];
  });
  if (!scale) return lines;
  const last = rows.at(-1);
  const ofLast = last && last.name.length > room ? 2 : 1;
  return [`${indent}${axis(scale)}`.trimEnd(), ...lines.slice(0, -ofLast), rule(scale, indent), ...lines.slice(-ofLast)];
}

/** Returns notes that explain some lines. */
function notes({ compared, mean }: Comparison): string[] {
  const overScalingFactors = compared.filter(({ scalingFactors }) => scalingFactors > 0).length;
  const partly = compared.filter(({ elsewhere }) => elsewhere > 0).length;
  const dropped = compared.filter(({ group }) => group === undefined).length;
  const differing = compared.filter(({ verdict }) => verdict === "differs").length;
  const unjudged = compared.filter(({ verdict, ratio }) => verdict === "not judged" && hasError(ratio)).length;
  const byChance = compared.filter(({ verdict, ratio }) => verdict === "no change shown" && isSignificant(ratio)).length;
  return [
    ...(dropped > 0 && (!mean || dropped < compared.length)
      ? [`${counted(dropped, "benchmark")} no longer in the suite: not in the mean`]
      : []),
    ...compared.flatMap(confirmedNote),
    ...(differing > 0 ? ["differs: by more than chance makes any of these benchmarks differ; fresh sessions have not confirmed it"] : []),
    ...(byChance > 0
      ? [`${byChance} of ${counted(compared.length, "interval")} exclude 0 %: one in twenty does by chance, so that alone shows no change`]
      : []),
    ...(unjudged > 0
      ? [
          `not judged: the noise from session to session is not known yet; ${counted(unjudged, "interval")} with the noise within sessions only`,
        ]
      : []),
    ...(partly > 0 ? [`${counted(partly, "benchmark")} without revisions of a range that were only measured in another environment`] : []),
    ...(overScalingFactors > 0
      ? [`${counted(overScalingFactors, "benchmark")} across a transition: the interval includes the error of the factor`]
      : []),
    ...(mean && mean.of > 1 ? [meanText(mean.common, unjudged === 0)] : []),
    ...(compared.some(({ ratio }) => !hasError(ratio)) ? ["± ?: the error is not known"] : []),
    ...(compared.length === 0 ? ["nothing can be compared"] : []),
  ];
}

/** Returns `confirmed: sort +5.1 % ± 0.3 % at 0123456789ab`, with all changes of a benchmark. */
function confirmedNote({ benchmark, changes, isSame }: Compared): string[] {
  if (changes.length === 0 || isSame) return [];
  const each = changes.map(({ firstBad, skipped, direction, change }) => {
    const range = skipped > 0 ? ` or one of ${counted(skipped, "revision")} before it` : "";
    return `${change ? changeText(factorOf(change)) : direction} at ${firstBad.slice(0, 12)}${range}`;
  });
  return [`confirmed: ${printable(benchmark)} ${each.join(", ")}`];
}

/** Returns the names by reason, wrapped. */
function notComparedLines(notCompared: Comparison["notCompared"], width: number): string[] {
  const reasons = new Map<string, string[]>();
  for (const { benchmark, reason } of notCompared) reasons.set(reason, [...(reasons.get(reason) ?? []), printable(benchmark)]);
  return [...reasons].flatMap(([reason, names]) => wrapped(`not compared, ${printable(reason)}: ${names.join(", ")}`, width));
}

/** Returns `−2.1 % ± 0.3 %`. */
function ratioText(ratio: Quantity): string {
  return hasError(ratio) ? changeText(ratio) : changeText({ ...ratio, standardError: 0 }).replace(/ ± .*/, " ± ?");
}

/** Columns of a plot for ratios, on a logarithmic scale with 1 in the middle. */
interface Scale {
  width: number;
  /** ln ratio at the right end; at the left end it is the negative. */
  reach: number;
}

/** Returns a scale for all values and nine of ten intervals. Wider intervals are cut. */
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

/** Returns the labels of the ends and the middle. */
function axis(scale: Scale): string {
  const [low, high] = [-scale.reach, scale.reach].map(percentText);
  const half = middle(scale);
  return `${(low ?? "").padEnd(half)}0${(high ?? "").padStart(scale.width - half - 1)}`;
}

/** Returns `−12 %`, with two digits, for a ln ratio. */
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

/** Returns the colour of a confirmed change whose direction the ratio shares: green for faster, red for slower. */
function colourOf({ verdict, ratio, changes }: Compared): Style | undefined {
  const direction = ratio.value < 1 ? "faster" : "slower";
  if (verdict !== "confirmed" || chained(changes).direction !== direction) return undefined;
  return direction === "faster" ? "green" : "red";
}

/** Returns texts padded to the width of the widest. */
function columnOf(texts: readonly string[], side: "left" | "right" = "left"): string[] {
  const width = Math.max(...texts.map(({ length }) => length));
  return texts.map((text) => (side === "left" ? text.padEnd(width) : text.padStart(width)));
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
