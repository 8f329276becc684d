import type { Interval } from "../timeline/quantity.ts";
import { median } from "../timeline/stats.ts";
import { headOf } from "./chart-head.ts";
import { shortened, xmlText } from "../text/escape.ts";
import { tickText, unitFor } from "../text/measurements.ts";
import type { LinkState } from "./transitions.ts";

/** A chart of a benchmark's timeline, as data. Values are seconds. */
export interface Chart {
  title: string;
  /** One column per point, oldest first. Every panel has a cell for each. */
  columns: ChartColumn[];
  /** Panels from top to bottom, each with its own scale and unit. */
  panels: ChartPanel[];
  /** Vertical lines, each before the column with that index. */
  transitions: { column: number; label: string }[];
}

interface ChartColumn {
  /** Label on the axis: the day of the revision. */
  label: string;
  /** State of the link. Unlinked values cannot be compared with present ones and are drawn in grey. */
  link: LinkState;
}

export interface ChartPanel {
  title: string;
  colour: "blue" | "orange";
  cells: ChartCell[];
  /** Columns at which a confirmed change begins. */
  changes: { column: number; direction: "slower" | "faster" }[];
  /** Columns before which the machine drifted. */
  drifts: number[];
}

/** A value with its 95 % interval, if known, a failure, or nothing. */
export type ChartCell = { value: number; interval?: Interval } | "failed" | undefined;

type MeasuredCell = Exclude<ChartCell, "failed" | undefined>;

const width = 880;
const left = 86;
const right = 22;
const plotWidth = width - left - right;
const axisHeight = 34;
const panelGap = 34;
/** Rows of labels above the plot. Further labels share them. */
const mostLabelRows = 6;
/** Largest number of columns with a dot and a whisker for each point. */
const dotsUpTo = 80;

/** Renders a chart as SVG for light and dark schemes. The same chart gives the same bytes. */
export function renderChart(chart: Chart): string {
  const panelHeight = chart.panels.length > 1 ? 170 : 240;
  const labelRows = Math.min(chart.transitions.length, mostLabelRows);
  const head = headOf(chart.title, legend(chart), { width, right });
  const top = head.height + labelRows * 16;
  const bottom = top + chart.panels.length * panelHeight + (chart.panels.length - 1) * panelGap;
  const height = bottom + axisHeight;
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${xmlText(chart.title)}">`,
    `<style>${style}</style>`,
    `<rect class="ground" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="6"/>`,
    ...head.parts,
    ...chart.panels.map((panel, index) => renderPanel(chart, panel, top + index * (panelHeight + panelGap), panelHeight)),
    ...chart.transitions.map((one, index) => renderTransition(chart, one, index, { head: head.height, bottom })),
    ...timeAxis(chart.columns, bottom),
    "</svg>",
  ];
  return `${parts.filter((part) => part !== "").join("\n")}\n`;
}

function legend(chart: Chart): string {
  const has = (wanted: (cell: ChartCell, column: ChartColumn | undefined) => boolean) =>
    chart.panels.some((panel) => panel.cells.some((cell, index) => wanted(cell, chart.columns[index])));
  const entries = [
    "band: 95 % interval",
    ...(["not yet linked", "broken", "other version"] as const).flatMap((link) =>
      has((cell, column) => isMeasured(cell) && column?.link === link) ? [`grey: ${link}`] : [],
    ),
    ...(has((cell) => isMeasured(cell) && !cell.interval) ? ["no band: error not known"] : []),
    ...(has((cell) => cell === "failed") ? ["×: failed"] : []),
    ...(chart.panels.some(({ changes }) => changes.length > 0) ? ["▲ ▼: confirmed slower, faster"] : []),
    ...(chart.panels.some(({ drifts }) => drifts.length > 0) ? ["≈: drift of the machine"] : []),
  ];
  return entries.join("   ·   ");
}

function renderPanel(chart: Chart, panel: ChartPanel, top: number, height: number): string {
  const scale = panelScale(panel, top, height);
  const x = (column: number) => columnX(column + 0.5, chart.columns.length);
  const clip = `clip-${top}`;
  return [
    `<clipPath id="${clip}"><rect x="${left}" y="${top}" width="${plotWidth}" height="${height}"/></clipPath>`,
    `<text class="panel" x="${left}" y="${top - 8}">${xmlText(panel.title)}</text>`,
    ...scale.ticks.map(
      ({ y, label }) =>
        `<path class="grid" d="M${left} ${fixed(y)}H${left + plotWidth}"/><text class="tick" x="${left - 8}" y="${fixed(y + 4)}" text-anchor="end">${label}</text>`,
    ),
    `<g class="${panel.colour}" clip-path="url(#${clip})">`,
    ...runs(chart, panel).map((run) => renderRun(run, x, scale.y, chart.columns.length <= dotsUpTo)),
    "</g>",
    ...panel.changes.flatMap(({ column, direction }) => {
      const cell = panel.cells[column];
      return isMeasured(cell) ? [changeMark(x(column), Math.max(scale.y(cell.value), top), direction)] : [];
    }),
    ...panel.drifts.map((column) => driftMark(x(column - 0.5), top, height)),
    ...panel.cells.flatMap((cell, column) => (cell === "failed" ? [failureMark(x(column), top + height - 8)] : [])),
  ].join("\n");
}

interface Run {
  linked: boolean;
  cells: { column: number; cell: MeasuredCell }[];
}

/** Returns the runs of cells that one line connects: measured, without a failure or an unlinked transition between them. */
function runs(chart: Chart, panel: ChartPanel): Run[] {
  const transitions = new Set(chart.transitions.map(({ column }) => column));
  const isLinked = (column: number) => (chart.columns[column]?.link ?? "linked") === "linked";
  const found: Run[] = [];
  let open: Run | undefined;
  panel.cells.forEach((cell, column) => {
    if (cell === "failed" || (transitions.has(column) && !(isLinked(column) && isLinked(column - 1)))) open = undefined;
    if (!isMeasured(cell)) return;
    if (!open) {
      open = { linked: isLinked(column), cells: [] };
      found.push(open);
    }
    open.cells.push({ column, cell });
  });
  return found;
}

function renderRun(run: Run, x: (column: number) => number, y: (seconds: number) => number, dots: boolean): string {
  const place = (column: number, seconds: number) => `${fixed(x(column))} ${fixed(y(seconds))}`;
  const middle = run.cells.map(({ column, cell }) => place(column, cell.value));
  const bands = stretches(run.cells).map((known) => {
    const upper = known.map(({ column, high }) => place(column, high));
    const lower = known.map(({ column, low }) => place(column, low)).reverse();
    return `<path class="band" d="M${[...upper, ...lower].join("L")}Z"/>`;
  });
  const line = middle.length > 1 ? `<path class="line" d="M${middle.join("L")}"/>` : "";
  const alone = dots || middle.length === 1;
  const marks = alone
    ? run.cells.map(
        ({ column, cell }) =>
          `${whisker(cell, (seconds) => place(column, seconds))}<circle class="dot" cx="${fixed(x(column))}" cy="${fixed(y(cell.value))}" r="3"/>`,
      )
    : [];
  return `<g${run.linked ? "" : ' class="unlinked"'}>${bands.join("")}${line}${marks.join("")}</g>`;
}

function whisker({ interval }: MeasuredCell, place: (seconds: number) => string): string {
  return interval ? `<path class="whisker" d="M${place(interval.low)}L${place(interval.high)}"/>` : "";
}

/** Returns the stretches of a band: at least two neighbouring cells with known intervals. */
function stretches(cells: Run["cells"]): (Interval & { column: number })[][] {
  const found: (Interval & { column: number })[][] = [[]];
  for (const { column, cell } of cells) {
    if (cell.interval) found.at(-1)?.push({ column, ...cell.interval });
    else found.push([]);
  }
  return found.filter((stretch) => stretch.length > 1);
}

/** Returns a triangle above the value that points up if seconds increased. */
function changeMark(x: number, y: number, direction: "slower" | "faster"): string {
  const [tip, base] = direction === "slower" ? [y - 20, y - 11] : [y - 11, y - 20];
  return `<path class="change" d="M${fixed(x)} ${fixed(tip)}L${fixed(x - 5)} ${fixed(base)}H${fixed(x + 5)}Z"/>`;
}

/** Returns a dotted line before the value, with its sign above. */
function driftMark(x: number, top: number, height: number): string {
  return `<path class="drift" d="M${fixed(x)} ${top + 14}V${top + height}"/><text class="tick" x="${fixed(x)}" y="${top + 10}" text-anchor="middle">≈</text>`;
}

function failureMark(x: number, y: number): string {
  return `<path class="failed" d="M${fixed(x - 3.5)} ${fixed(y - 3.5)}l7 7m0 -7l-7 7"/>`;
}

function renderTransition(
  chart: Chart,
  { column, label }: { column: number; label: string },
  index: number,
  { head, bottom }: { head: number; bottom: number },
): string {
  const x = columnX(column, chart.columns.length);
  // Labels alternate between rows, and extend to the left in the right half, so that labels of near lines do not overlap.
  const y = head - 8 + (index % mostLabelRows) * 16;
  const toLeft = x > left + plotWidth / 2;
  const shown = shortened(label, longestLabel);
  const whole = shown === label ? "" : `<title>${xmlText(label)}</title>`;
  const text = `<text class="transition-label" x="${fixed(toLeft ? x - 5 : x + 5)}" y="${y}"${toLeft ? ' text-anchor="end"' : ""}>${whole}${xmlText(shown)}</text>`;
  return `<path class="transition" d="M${fixed(x)} ${y - 10}V${bottom}"/>${text}`;
}

/** Characters of a transition's label that fit into half the width. The tooltip shows the whole label. */
const longestLabel = 60;

/** Returns at most six days below the chart, at evenly spread columns including the last one. No day is repeated. */
function timeAxis(columns: readonly ChartColumn[], bottom: number): string[] {
  const count = Math.min(columns.length, 6);
  const chosen = Array.from({ length: count }, (_, index) => Math.round((index * (columns.length - 1)) / Math.max(count - 1, 1)));
  const days = chosen.map((column) => columns[column]?.label ?? "");
  const labels = chosen.flatMap((column, index) => {
    const label = days[index] ?? "";
    const isLast = index === chosen.length - 1;
    if (!isLast && (label === days[index - 1] || label === days.at(-1))) return [];
    const x = columnX(column + 0.5, columns.length);
    // A label of ten digits needs about 36 units on each side of its tick.
    const shown = Math.min(Math.max(x, left + 36), width - 8 - 36);
    return [
      `<path class="axis" d="M${fixed(x)} ${bottom}v5"/><text class="tick" x="${fixed(shown)}" y="${bottom + 20}" text-anchor="middle">${xmlText(label)}</text>`,
    ];
  });
  return [`<path class="axis" d="M${left} ${bottom}H${left + plotWidth}"/>`, ...labels];
}

interface Scale {
  y: (seconds: number) => number;
  ticks: { y: number; label: string }[];
}

/** Returns a linear scale from below the smallest to above the largest value. It spans at least 2 %, so that noise looks small. */
function panelScale(panel: ChartPanel, top: number, height: number): Scale {
  const cells = panel.cells.filter(isMeasured);
  const smallest = Math.min(...cells.map((cell) => cell.value));
  const largest = Math.max(...cells.map((cell) => cell.value));
  // Intervals widen the scale, but a very wide interval is clipped, so that it does not flatten the others.
  const room = Math.max(largest - smallest, 2 * median(cells.map((cell) => (cell.interval?.high ?? cell.value) - cell.value)));
  const lowest = Math.max(Math.min(...cells.map((cell) => cell.interval?.low ?? cell.value)), smallest - room);
  const highest = Math.min(Math.max(...cells.map((cell) => cell.interval?.high ?? cell.value)), largest + room);
  const missing = Math.max(0, 0.02 * largest - (highest - lowest)) / 2;
  const margin = 0.06 * (highest - lowest) + missing;
  const unit = unitFor(highest + margin);
  const low = (lowest - margin) * unit.perSecond;
  const high = (highest + margin) * unit.perSecond;
  const y = (value: number) => top + height - ((value - low) / (high - low)) * height;
  const step = niceStep((high - low) / 7);
  const first = Math.ceil(low / step);
  const count = Math.floor(high / step) - first + 1;
  return {
    y: (seconds) => y(seconds * unit.perSecond),
    ticks: Array.from({ length: count }, (_, index) => {
      const value = (first + index) * step;
      return { y: y(value), label: tickText(value, step, unit) };
    }),
  };
}

/** Returns the smallest of 1, 2 or 5 times a power of ten that is not below `least`. */
function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return power * ([1, 2, 5].find((factor) => factor * power >= least) ?? 10);
}

function isMeasured(cell: ChartCell): cell is MeasuredCell {
  return cell !== undefined && cell !== "failed";
}

/** `place` counts columns from the left edge of the plot; a column's middle is at .5. */
function columnX(index: number, columns: number): number {
  return left + (index / columns) * plotWidth;
}

/** Formats with one decimal: more is not visible, and all platforms give the same text. */
function fixed(value: number): string {
  return value.toFixed(1);
}

/** Two colours that colour-blind readers can distinguish. The chart has its own background, because the page may use the other scheme. */
const style = [
  "svg{--ground:#fff;--edge:#d1d9e0;--ink:#1f2328;--soft:#59636e;--grid:#e4e8ec;--blue:#0969da;--orange:#bc4c00;--grey:#8c959f;--bad:#b3123d}",
  "@media(prefers-color-scheme:dark){svg{--ground:#0d1117;--edge:#3d444d;--ink:#f0f6fc;--soft:#9198a1;--grid:#262c36;--blue:#4da3ff;--orange:#f0883e;--grey:#6e7681;--bad:#ff7b9c}}",
  "text{font-family:-apple-system,'Segoe UI','Noto Sans','DejaVu Sans',Helvetica,Arial,sans-serif;font-size:12px;fill:var(--soft)}",
  ".ground{fill:var(--ground);stroke:var(--edge)}",
  ".title{font-size:15px;font-weight:600;fill:var(--ink)}",
  ".panel{font-weight:600}",
  ".grid{stroke:var(--grid);fill:none}",
  ".axis{stroke:var(--soft);fill:none}",
  ".blue{color:var(--blue)}.orange{color:var(--orange)}.unlinked{color:var(--grey)}",
  ".band{fill:currentColor;opacity:.22}",
  ".line{fill:none;stroke:currentColor;stroke-width:1.8;stroke-linejoin:round}",
  ".whisker{stroke:currentColor;stroke-width:1.4;opacity:.6}",
  ".dot{fill:currentColor}",
  ".failed{fill:none;stroke:var(--bad);stroke-width:1.8}",
  ".change{fill:var(--ink);stroke:var(--ground)}",
  ".drift{stroke:var(--soft);stroke-dasharray:1 4;fill:none}",
  ".transition{stroke:var(--soft);stroke-dasharray:4 3;fill:none}",
  ".transition-label{fill:var(--ink)}",
].join("");
