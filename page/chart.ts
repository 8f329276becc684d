import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { tickText, unitFor } from "../runner/text/measurements.ts";
import { axisWidth, eachDayOnce, labelledIndexes } from "./axis.ts";
import { marks, type Marks } from "./marks.ts";
import type { Tracks } from "./tracks.ts";

export interface ChartInput {
  /** `compiled` or `interpreted`: each has its own colours. */
  kind: string;
  tracks: Tracks;
  marks: Marks;
  /** First and last index of all charts that zoom together. */
  ends: [number, number];
  /** Returns the day of the revision at an index. */
  dayAt: (position: number) => string;
  /** Group of charts that share zoom and pointer. */
  together: uPlot.SyncPubSub;
  /** First and last index to show; undefined for all. */
  range: [number, number] | undefined;
  onPoint: (position: number) => void;
  onOpen: (position: number) => void;
  onZoom: (range: [number, number] | undefined) => void;
}

const height = 300;
/** Pixels of a day's label below the chart. */
const daySpace = 90;
/** Approximate width of everything left and right of the plot. */
const besideDays = 106;

/** Draws a chart in a box and follows the width of the box. */
export function drawChart(box: HTMLElement, input: ChartInput, signal: AbortSignal): uPlot {
  const { tracks, kind } = input;
  const colours = coloursOf(box);
  const all = tracks.tracks.flatMap(({ values }) => values).filter((value) => typeof value === "number");
  const unit = unitFor(all.reduce((most, value) => Math.max(most, value), 0));
  const scaled = (column: readonly (number | null | undefined)[]) =>
    column.map((value) => (typeof value === "number" ? value * unit.perSecond : value));
  const data = [tracks.positions, ...tracks.tracks.flatMap(({ low, high, values }) => [scaled(low), scaled(high), scaled(values)])];
  const ends: [number, number] = [input.ends[0] - 0.5, input.ends[1] + 0.5];
  const plot = new uPlot(
    {
      width: Math.max(box.clientWidth, 200),
      height,
      padding: [8 + 16 * Math.min(input.marks.transitions.length, 3), 36, 0, 0],
      legend: { show: false },
      cursor: {
        sync: { key: input.together.key, setSeries: false },
        drag: { x: true, y: false, dist: 6 },
        points: {
          size: 9,
          width: 2,
          stroke: (_, series) => colours(series % 3 === 0 ? kind : "none"),
          fill: (_, series) => colours(series % 3 === 0 ? "ground" : "none"),
        },
      },
      scales: {
        x: { time: false, range: (_, low, high) => clipped(low, high, ends) },
        y: { range: (_, low, high) => roomy(low, high) },
      },
      axes: [
        daysAxis(input.dayAt, colours),
        {
          ...axisIn(colours),
          size: (_, labels) => axisWidth(labels),
          // If all revisions failed, the axis has no values.
          values: (_, values, __, ___, step) => (all.length === 0 ? [] : values.map((value) => tickText(value, step, unit))),
        },
      ],
      series: [{}, ...seriesOf(tracks, kind, colours)],
      bands: bandsOf(tracks, kind, colours),
      hooks: {
        draw: [(plot) => marks(plot, input.marks, tracks, unit.perSecond, colours)],
        // The last point stays in the readout, so that its link can be reached.
        setCursor: [(plot) => reportPoint(plot, input)],
        setScale: [(plot, key) => key === "x" && plot.status === 1 && input.onZoom(rangeOf(plot, ends))],
      },
    },
    data as uPlot.AlignedData,
    box,
  );
  input.together.sub(plot);
  zoom(plot, input.range ?? input.ends);
  listen(plot, box, input, signal);
  return plot;
}

type Colours = (name: string) => string;

/** Returns three series for each track: both edges of its band, and its values. */
function seriesOf({ tracks }: Tracks, kind: string, colours: Colours): uPlot.Series[] {
  return tracks.flatMap(({ state }, index) => {
    const isOther = tracks.slice(0, index).filter((one) => one.state === "linked").length % 2 === 1;
    const colour = state === "linked" ? colours(isOther ? `${kind}-other` : kind) : colours("unlinked");
    const edge: uPlot.Series = { show: true, stroke: "transparent", width: 0, points: { show: false } };
    return [edge, edge, { stroke: colour, width: 1.6, points: { size: 5, fill: colour } } satisfies uPlot.Series];
  });
}

function bandsOf({ tracks }: Tracks, kind: string, colours: Colours): uPlot.Band[] {
  return tracks.map(({ state }, index): uPlot.Band => {
    const colour = state === "linked" ? colours(`${kind}-band`) : colours("unlinked-band");
    return { series: [3 * index + 2, 3 * index + 1], fill: colour };
  });
}

function axisIn(colours: Colours): uPlot.Axis {
  return {
    stroke: colours("quiet"),
    grid: { stroke: colours("grid"), width: 1 },
    ticks: { stroke: colours("grid"), width: 1, size: 4 },
    font: "12px system-ui, sans-serif",
  };
}

function daysAxis(dayAt: ChartInput["dayAt"], colours: Colours): uPlot.Axis {
  return {
    ...axisIn(colours),
    grid: { show: false },
    size: 34,
    space: daySpace,
    splits: (plot, _, low, high, step) =>
      labelledIndexes({ low, high, step, least: (daySpace * (high - low)) / Math.max(plot.width - besideDays, daySpace) }),
    incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000],
    values: (_, indexes) => eachDayOnce(indexes.map(dayAt)),
  };
}

/** Zooms to a range of indexes. */
export function zoom(plot: uPlot, [first, last]: [number, number]): void {
  plot.setScale("x", { min: first - 0.5, max: last + 0.5 });
}

function listen(plot: uPlot, box: HTMLElement, input: ChartInput, signal: AbortSignal): void {
  let pressed: [number, number] | undefined;
  plot.over.addEventListener("pointerdown", ({ clientX, clientY }) => (pressed = [clientX, clientY]), { signal });
  plot.over.addEventListener(
    "pointerup",
    ({ clientX, clientY, button, pointerType }) => {
      const [x, y] = pressed ?? [Infinity, Infinity];
      pressed = undefined;
      const position = pointedAt(plot, input);
      // The end of a drag zooms and must not open. On touch screens a tap only points; the readout has a link to open.
      if (button === 0 && pointerType !== "touch" && position !== undefined && Math.hypot(clientX - x, clientY - y) < 4)
        input.onOpen(position);
    },
    { signal },
  );
  const watch = new ResizeObserver(() => plot.setSize({ width: Math.max(box.clientWidth, 200), height }));
  watch.observe(box);
  signal.addEventListener("abort", () => {
    watch.disconnect();
    input.together.unsub(plot);
    plot.destroy();
  });
}

function reportPoint(plot: uPlot, input: ChartInput): void {
  const position = pointedAt(plot, input);
  if (position !== undefined) input.onPoint(position);
}

function pointedAt({ cursor }: uPlot, { tracks }: ChartInput): number | undefined {
  return typeof cursor.idx === "number" ? tracks.positions[cursor.idx] : undefined;
}

function rangeOf({ scales }: uPlot, ends: [number, number]): [number, number] | undefined {
  const [low, high] = [scales["x"]?.min ?? ends[0], scales["x"]?.max ?? ends[1]];
  return low <= ends[0] && high >= ends[1] ? undefined : [Math.ceil(low), Math.floor(high)];
}

function clipped(low: number, high: number, [first, last]: [number, number]): [number, number] {
  return [Math.max(first, low ?? first), Math.min(last, high ?? last)];
}

/** Returns a range with margins that spans at least 2 %, so that noise looks small. */
function roomy(low: number | null, high: number | null): [number, number] {
  if (low === null || high === null) return [0, 1];
  const missing = Math.max(0, 0.02 * high - (high - low)) / 2;
  const margin = 0.06 * (high - low) + missing;
  return [low - margin, high + margin];
}

/** Returns a function that reads the colours of the present scheme by name. */
function coloursOf(box: HTMLElement): Colours {
  const style = getComputedStyle(box);
  return (name) => style.getPropertyValue(`--${name}`).trim() || "transparent";
}
