import uPlot from "uplot";
import type { PageSeries } from "../runner/report/page/data.ts";
import { drawChart, zoom, type ChartInput } from "./chart.ts";
import type { Loaded } from "./loaded.ts";
import { el } from "./dom.ts";
import { readout } from "./readout.ts";
import { commitAddress, dayText } from "./revisions.ts";
import { keep, routeOf } from "./route.ts";
import { tracksOf, type Mode, type Tracks } from "./tracks.ts";

/** Points that the button for the newest ones shows. */
const newest = 100;

/** Series of a chart, its drawn tracks, and its element on the page. */
interface Panel {
  series: PageSeries;
  tracks: Tracks;
  box: HTMLElement;
}

/** Renders the charts of a benchmark, one per variant, with a shared zoom, a shared pointer and a readout. */
export function chartsOf(container: HTMLElement, loaded: Loaded, mode: Mode, signal: AbortSignal): uPlot[] {
  const panels = loaded.content.series.flatMap((series, which): Panel[] => {
    const tracks = tracksOf(loaded.points[which] ?? [], mode);
    return tracks.positions.length > 0 ? [{ series, tracks, box: el("div", { class: "chart" }) }] : [];
  });
  const shown = readout(loaded, mode);
  const pointer = new Pointer(loaded, panels, shown.show);
  const keys = keysOf(pointer);
  container.replaceChildren(
    toolbar(pointer, keys),
    shown.element,
    ...panels.map((panel) => panelElement(loaded.content.name, panel, keys)),
    el("p", { class: "quiet hint" }, keyText(panels)),
  );
  const more: Omit<ChartInput, "kind" | "tracks" | "marks"> = {
    ends: pointer.all,
    dayAt: (position) => dayText(loaded.history.at(position)?.committed ?? 0),
    together: uPlot.sync(`benchmark ${loaded.content.name}`),
    range: rangeIn(loaded),
    onPoint: (position) => pointer.point(position),
    onOpen: (position) => pointer.open(position),
    onZoom: (range) => keepRange(loaded, range),
  };
  pointer.plots = panels.map(({ series, tracks, box }) => drawChart(box, { ...more, kind: series.variant, tracks, marks: series }, signal));
  return pointer.plots;
}

/** Shared pointer of a benchmark's charts, and the part of the history that they show. */
class Pointer {
  /** Indexes in the history that have a point, ascending. */
  readonly positions: readonly number[];
  /** First and last of these indexes. */
  readonly all: [number, number];
  plots: uPlot[] = [];
  readonly #loaded: Loaded;
  readonly #panels: readonly Panel[];
  readonly #tell: (position: number) => void;
  #at: number | undefined;

  constructor(loaded: Loaded, panels: readonly Panel[], tell: (position: number) => void) {
    this.positions = [...new Set(panels.flatMap(({ tracks }) => tracks.positions))].sort((a, b) => a - b);
    this.all = ends(this.positions) ?? [0, 0];
    this.#loaded = loaded;
    this.#panels = panels;
    this.#tell = tell;
  }

  /** Zooms all charts to a range, or to the whole history without one. */
  show(range: [number, number] | undefined): void {
    for (const one of this.plots) zoom(one, range ?? this.all);
  }

  /** Multiplies the shown length of the history by `factor`. */
  scale(factor: number): void {
    this.show(around(this.positions, this.#at, this.plots[0], factor));
  }

  /** Opens the commit at an index, or at the pointer. */
  open(position = this.#at): void {
    const { history, index } = this.#loaded;
    const revision = position === undefined ? undefined : history.at(position);
    const address = revision && commitAddress(index, revision);
    if (address !== undefined && /^https?:\/\//.test(address)) window.open(address, "_blank", "noopener,noreferrer");
  }

  point(position: number): void {
    this.#at = position;
    this.#tell(position);
  }

  /** Moves the pointer by a number of points; all charts follow. */
  step(by: number): void {
    const { positions } = this;
    const here = this.#at === undefined ? positions.length : positions.indexOf(this.#at);
    const next = positions[Math.min(Math.max(here + by, 0), positions.length - 1)];
    if (next === undefined) return;
    this.point(next);
    for (const [which, plot] of this.plots.entries()) {
      const values = this.#panels[which]?.tracks.positions ?? [];
      if (values.includes(next)) plot.setCursor({ left: plot.valToPos(next, "x"), top: plot.cursor.top ?? 0 }, false);
    }
  }
}

type Keys = Record<string, () => void>;

function keysOf(pointer: Pointer): Keys {
  return {
    ArrowLeft: () => pointer.step(-1),
    ArrowRight: () => pointer.step(1),
    PageUp: () => pointer.step(-20),
    PageDown: () => pointer.step(20),
    Home: () => pointer.step(-pointer.positions.length),
    End: () => pointer.step(pointer.positions.length),
    Enter: () => pointer.open(),
    Escape: () => pointer.show(undefined),
    "+": () => pointer.scale(0.5),
    "-": () => pointer.scale(2),
  };
}

function toolbar(pointer: Pointer, keys: Keys): HTMLElement {
  return el(
    "div",
    { class: "zoom" },
    button("All", () => pointer.show(undefined)),
    button(`Newest ${newest}`, () => pointer.show(ends(pointer.positions.slice(-newest)))),
    button("+", () => keys["+"]?.(), "Zoom in"),
    button("−", () => keys["-"]?.(), "Zoom out"),
    el("span", { class: "quiet hint" }, "Drag to zoom; click to open the commit. Keys: ← → Enter + − Esc."),
  );
}

/** Renders a chart with its heading, and handles keys. */
function panelElement(name: string, { series, box }: Panel, keys: Keys): HTMLElement {
  const label = `Timeline of ${name}, ${series.variant}: ${series.segments.length} environments or forms. Arrow keys move from point to point.`;
  const focusable = el("div", { class: "panel", tabindex: 0, role: "application", "aria-label": label }, el("h3", {}, series.variant), box);
  focusable.addEventListener("keydown", (event) => {
    const act = keys[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  });
  return focusable;
}

/** Returns the legend of the signs that occur in the charts. */
function keyText(panels: readonly { series: PageSeries; tracks: Tracks }[]): string {
  const has = (wanted: (panel: { series: PageSeries; tracks: Tracks }) => boolean, text: string) => (panels.some(wanted) ? [text] : []);
  return `${[
    ...has(({ tracks }) => tracks.tracks.some(({ low }) => low.some((one) => typeof one === "number")), "band: 95 % interval"),
    ...has(({ series }) => series.transitions.length > 0, "dashed: a transition"),
    ...has(({ series }) => series.changes.length > 0, "▲▼: confirmed change"),
    ...has(({ series }) => series.drifts.length > 0, "≈ dotted: drift of the machine"),
    ...has(({ tracks }) => tracks.failures.length > 0, "×: failed"),
    ...has(({ tracks }) => tracks.tracks.some(({ state }) => state !== "linked"), "grey: not comparable with present values"),
  ].join(" · ")}.`;
}

function button(text: string, act: () => void, label?: string): HTMLButtonElement {
  const made = el("button", { type: "button", "aria-label": label }, text);
  made.addEventListener("click", act);
  return made;
}

function ends(positions: readonly number[]): [number, number] | undefined {
  const [first, last] = [positions[0], positions.at(-1)];
  return first === undefined || last === undefined ? undefined : [first, last];
}

/** Returns the shown range with its length multiplied by `factor` and the pointer in the middle. */
function around(
  positions: readonly number[],
  at: number | undefined,
  plot: uPlot | undefined,
  factor: number,
): [number, number] | undefined {
  const all = ends(positions);
  if (!all || !plot) return undefined;
  const [low, high] = [plot.scales["x"]?.min ?? all[0], plot.scales["x"]?.max ?? all[1]];
  const half = Math.max(((high - low) / 2) * factor, 2);
  const middle = at ?? (low + high) / 2;
  const range: [number, number] = [Math.max(all[0], Math.round(middle - half)), Math.min(all[1], Math.round(middle + half))];
  return range[0] <= all[0] && range[1] >= all[1] ? undefined : range;
}

/** Returns the range of the address. It consists of revisions, so that the address keeps its meaning. */
function rangeIn({ history }: Loaded): [number, number] | undefined {
  const { settings } = routeOf(location.hash);
  const [from, to] = [history.find(settings.get("from") ?? ""), history.find(settings.get("to") ?? "")];
  return from === undefined || to === undefined || from > to ? undefined : [from, to];
}

function keepRange({ history }: Loaded, range: [number, number] | undefined): void {
  keep({ from: range && history.key(range[0]), to: range && history.key(range[1]) });
}
