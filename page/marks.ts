import type uPlot from "uplot";
import type { PageChange, PageSeries } from "../runner/report/page/data.ts";
import { Labels } from "./labels.ts";
import type { Tracks } from "./tracks.ts";

/** Marks over a chart, by indexes in the history. */
export type Marks = Pick<PageSeries, "transitions" | "changes" | "drifts">;

type Colours = (name: string) => string;

/** Draws transitions as labelled vertical lines, drifts as dotted ones, confirmed changes as triangles, failures as crosses at the bottom. */
export function marks(plot: uPlot, { transitions, changes, drifts }: Marks, tracks: Tracks, perSecond: number, colours: Colours): void {
  const { ctx } = plot;
  ctx.save();
  const labels = new Labels(ctx, colours("ground"));
  drawFailures(plot, tracks, colours);
  drawTransitions(plot, transitions, labels, colours);
  for (const drift of drifts.filter(isIn(plot))) drawDrift(plot, drift, colours);
  for (const change of changes.filter(isIn(plot))) drawChange(plot, change, tracks, perSecond, labels, colours);
  ctx.restore();
}

function drawTransitions(plot: uPlot, transitions: Marks["transitions"], labels: Labels, colours: Colours): void {
  const { ctx, bbox } = plot;
  const pixel = devicePixelRatio;
  for (const [index, { position, label }] of transitions.filter(isIn(plot)).entries()) {
    const x = Math.round(plot.valToPos(position - 0.5, "x", true));
    // Labels alternate between three rows, and extend to the side with more room.
    const y = bbox.top - (10 + 16 * (Math.min(transitions.length, 3) - 1 - (index % 3))) * pixel;
    ctx.strokeStyle = colours("quiet");
    ctx.lineWidth = pixel;
    ctx.setLineDash([4 * pixel, 3 * pixel]);
    line(ctx, [x, y - 6 * pixel], [x, bbox.top + bbox.height]);
    ctx.setLineDash([]);
    const toLeft = x > ctx.canvas.width / 2;
    const room = (toLeft ? x : ctx.canvas.width - x) - 7 * pixel;
    labels.drawFitting(label, x + (toLeft ? -5 : 5) * pixel, y, room, toLeft ? "right" : "left", colours("ink"));
  }
}

/** Draws a dotted line with the sign of a drift. */
function drawDrift(plot: uPlot, { position }: { position: number }, colours: Colours): void {
  const { ctx, bbox } = plot;
  const pixel = devicePixelRatio;
  const x = Math.round(plot.valToPos(position - 0.5, "x", true));
  ctx.strokeStyle = ctx.fillStyle = colours("quiet");
  ctx.lineWidth = pixel;
  ctx.setLineDash([pixel, 4 * pixel]);
  line(ctx, [x, bbox.top + 14 * pixel], [x, bbox.top + bbox.height]);
  ctx.setLineDash([]);
  ctx.textAlign = "center";
  ctx.fillText("≈", x, bbox.top + 10 * pixel);
}

/** Draws a triangle at the first revision after a change, and a bar over the earlier revisions that may be the cause. */
function drawChange(plot: uPlot, change: PageChange, tracks: Tracks, perSecond: number, labels: Labels, colours: Colours): void {
  const { ctx, bbox } = plot;
  const pixel = devicePixelRatio;
  const { position, since, direction, label, skipped } = change;
  const value = valueAt(tracks, position);
  const x = plot.valToPos(position, "x", true);
  const y = value === undefined ? bbox.top + bbox.height / 2 : plot.valToPos(value * perSecond, "y", true);
  // A faster value is below the former ones, so its mark is above it, where the line does not pass.
  const down = direction === "faster" ? 1 : -1;
  ctx.fillStyle = ctx.strokeStyle = colours(direction);
  triangle(ctx, x, y, down, pixel);
  if (since !== undefined) {
    const from = Math.max(plot.valToPos(since + 1, "x", true), bbox.left);
    ctx.lineWidth = 2 * pixel;
    line(ctx, [from, y - down * 18 * pixel], [x, y - down * 18 * pixel]);
    line(ctx, [from, y - down * 22 * pixel], [from, y - down * 14 * pixel]);
  }
  labels.drawNear(
    skipped === undefined ? label : `${label}, or one of ${skipped} before`,
    x,
    y - down * 27 * pixel,
    -down * 15 * pixel,
    bbox,
    colours(direction),
  );
}

function drawFailures(plot: uPlot, { failures }: Tracks, colours: Colours): void {
  const { ctx, bbox } = plot;
  const pixel = devicePixelRatio;
  ctx.strokeStyle = colours("bad");
  ctx.lineWidth = 1.6 * pixel;
  for (const { position } of failures.filter(isIn(plot))) {
    const [x, y, reach] = [plot.valToPos(position, "x", true), bbox.top + bbox.height - 8 * pixel, 3.5 * pixel];
    line(ctx, [x - reach, y - reach], [x + reach, y + reach]);
    line(ctx, [x - reach, y + reach], [x + reach, y - reach]);
  }
}

function isIn({ scales }: uPlot): (mark: { position: number }) => boolean {
  const { min = -Infinity, max = Infinity } = scales["x"] ?? {};
  return ({ position }) => position >= min && position <= max;
}

function line(ctx: CanvasRenderingContext2D, from: [number, number], to: [number, number]): void {
  ctx.beginPath();
  ctx.moveTo(...from);
  ctx.lineTo(...to);
  ctx.stroke();
}

/** Draws a triangle that points in the direction of the change, next to the line. */
function triangle(ctx: CanvasRenderingContext2D, x: number, y: number, down: number, pixel: number): void {
  const [base, tip, half] = [y - down * 18 * pixel, y - down * 8 * pixel, 5.5 * pixel];
  ctx.beginPath();
  ctx.moveTo(x - half, base);
  ctx.lineTo(x + half, base);
  ctx.lineTo(x, tip);
  ctx.closePath();
  ctx.fill();
}

function valueAt({ positions, tracks }: Tracks, position: number): number | undefined {
  const index = positions.findIndex((one) => one >= position);
  const values = tracks.map(({ values }) => values[index]);
  return values.find((value) => typeof value === "number");
}
