import uPlot from "uplot";
import type { PageSeries } from "../runner/report/page/data.ts";
import { drawChart, zoom, type ChartInput } from "./chart.ts";
import type { Loaded } from "./loaded.ts";
import { el } from "./dom.ts";
import { readout } from "./readout.ts";
import { commitAddress, dayText } from "./revisions.ts";
import { keep, routeOf } from "./route.ts";
import { tracksOf, type Mode, type Tracks } from "./tracks.ts";

/** Newest points that the keys for parts of the history show. */
const lately = 100;

/** The charts of a benchmark, one a variant, that zoom and point together, with what is pointed at in words. */
export function chartsOf(place: HTMLElement, loaded: Loaded, mode: Mode, signal: AbortSignal): uPlot[] {
  const { content, history, points, index } = loaded;
  const together = uPlot.sync(`benchmark ${content.name}`);
  const told = readout(loaded, mode);
  const panels = content.series.flatMap((series, which) => {
    const tracks = tracksOf(points[which] ?? [], mode);
    return tracks.positions.length > 0 ? [{ series, tracks, box: el("div", { class: "chart" }) }] : [];
  });
  const positions = [...new Set(panels.flatMap(({ tracks }) => tracks.positions))].sort((a, b) => a - b);
  const all = ends(positions) ?? [0, 0];
  const state: { at: number | undefined; plots: uPlot[] } = { at: undefined, plots: [] };
  const show = (range: [number, number] | undefined): void => {
    for (const one of state.plots) zoom(one, range ?? all);
  };
  const open = (position: number): void => {
    const revision = history.at(position);
    const address = revision && commitAddress(index, revision);
    if (address !== undefined && /^https?:\/\//.test(address)) window.open(address, "_blank", "noopener,noreferrer");
  };
  const point = (position: number): void => {
    state.at = position;
    told.show(position);
  };
  const step = (by: number): void => {
    const here = state.at === undefined ? positions.length : positions.indexOf(state.at);
    const next = positions[Math.min(Math.max(here + by, 0), positions.length - 1)];
    if (next === undefined) return;
    point(next);
    for (const [which, plot] of state.plots.entries()) {
      const values = panels[which]?.tracks.positions ?? [];
      if (values.includes(next)) plot.setCursor({ left: plot.valToPos(next, "x"), top: plot.cursor.top ?? 0 }, false);
    }
  };
  const keys: Record<string, () => void> = {
    ArrowLeft: () => step(-1),
    ArrowRight: () => step(1),
    PageUp: () => step(-20),
    PageDown: () => step(20),
    Home: () => step(-positions.length),
    End: () => step(positions.length),
    Enter: () => state.at !== undefined && open(state.at),
    Escape: () => show(undefined),
    "+": () => show(around(positions, state.at, state.plots[0], 0.5)),
    "-": () => show(around(positions, state.at, state.plots[0], 2)),
  };
  const buttons = [
    button("All", () => show(undefined)),
    button(`Newest ${lately}`, () => show(ends(positions.slice(-lately)))),
    button("+", () => keys["+"]?.(), "Zoom in"),
    button("−", () => keys["-"]?.(), "Zoom out"),
  ];
  place.replaceChildren(
    el(
      "div",
      { class: "zoom" },
      ...buttons,
      el("span", { class: "quiet hint" }, "Drag to zoom, click to open the commit; with keys: ← → Enter + − Esc."),
    ),
    told.element,
    ...panels.map(({ series, box }) => {
      const label = `Timeline of ${content.name}, ${series.variant}: ${series.segments.length} environments or forms. Arrow keys go from point to point.`;
      const focusable = el(
        "div",
        { class: "panel", tabindex: 0, role: "application", "aria-label": label },
        el("h3", {}, series.variant),
        box,
      );
      focusable.addEventListener("keydown", (event) => {
        const act = keys[event.key];
        if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
        event.preventDefault();
        act();
      });
      return focusable;
    }),
    el("p", { class: "quiet hint" }, keyText(panels)),
  );
  const range = rangeIn(loaded);
  const more: Omit<ChartInput, "kind" | "tracks" | "marks"> = {
    ends: all,
    dayAt: (position) => dayText(history.at(position)?.committed ?? 0),
    together,
    range,
    onPoint: point,
    onOpen: open,
    onZoom: (range) => keepRange(loaded, range),
  };
  state.plots = panels.map(({ series, tracks, box }) => drawChart(box, { ...more, kind: series.variant, tracks, marks: series }, signal));
  return state.plots;
}

/** What the signs of these charts mean; only of those that are there. */
function keyText(panels: readonly { series: PageSeries; tracks: Tracks }[]): string {
  const has = (wanted: (panel: { series: PageSeries; tracks: Tracks }) => boolean, text: string) => (panels.some(wanted) ? [text] : []);
  return `${[
    ...has(({ tracks }) => tracks.tracks.some(({ low }) => low.some((one) => typeof one === "number")), "band: 95 % interval"),
    ...has(({ series }) => series.switches.length > 0, "dashed: a switch"),
    ...has(({ series }) => series.changes.length > 0, "▲▼: confirmed change"),
    ...has(({ series }) => series.drifts.length > 0, "≈ dotted: drift of the machine"),
    ...has(({ tracks }) => tracks.failures.length > 0, "×: failed"),
    ...has(({ tracks }) => tracks.tracks.some(({ state }) => state !== "linked"), "grey: cannot be compared with today's"),
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

/** As much of the history as is shown, times `factor`, with what is pointed at in the middle. */
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

/** What the address says of the part that is shown: by revisions, so that it means the same tomorrow. */
function rangeIn({ history }: Loaded): [number, number] | undefined {
  const { settings } = routeOf(location.hash);
  const [from, to] = [history.find(settings.get("from") ?? ""), history.find(settings.get("to") ?? "")];
  return from === undefined || to === undefined || from > to ? undefined : [from, to];
}

function keepRange({ history }: Loaded, range: [number, number] | undefined): void {
  keep({ from: range && history.key(range[0]), to: range && history.key(range[1]) });
}
