import type uPlot from "uplot";
import type { Tracks } from "./tracks.ts";

/** From this many marks on their labels would lie upon each other. */
const mostLabels = 6;

/** What is drawn over a chart, by places in the history. */
export interface Marks {
  switches: { position: number; label: string }[];
  changes: { position: number; label: string }[];
}

/** Switches as labelled vertical lines, confirmed changes as triangles, failures as crosses at the bottom. */
export function marks(
  plot: uPlot,
  { marks: { switches, changes }, tracks }: { marks: Marks; tracks: Tracks },
  perSecond: number,
  colours: (name: string) => string,
): void {
  const { ctx, bbox } = plot;
  const pixel = devicePixelRatio;
  ctx.save();
  ctx.font = `${12 * pixel}px system-ui, sans-serif`;
  for (const [place, { position, label }] of switches.filter(isIn(plot)).entries()) {
    const x = Math.round(plot.valToPos(position - 0.5, "x", true));
    // Labels take turns in three rows, and turn to the left in the right half.
    const y = bbox.top - (5 + 16 * (Math.min(switches.length, 3) - 1 - (place % 3))) * pixel;
    const toLeft = x > bbox.left + bbox.width / 2;
    ctx.strokeStyle = colours("quiet");
    ctx.setLineDash([4 * pixel, 3 * pixel]);
    ctx.lineWidth = pixel;
    line(ctx, [x, y - 9 * pixel], [x, bbox.top + bbox.height]);
    ctx.fillStyle = colours("ink");
    ctx.textAlign = toLeft ? "right" : "left";
    const room = (toLeft ? x - bbox.left : bbox.left + bbox.width - x) - 6 * pixel;
    ctx.fillText(fitting(ctx, label, room), x + (toLeft ? -5 : 5) * pixel, y);
  }
  ctx.setLineDash([]);
  const seen = changes.filter(isIn(plot));
  ctx.textAlign = "center";
  for (const { position, label } of seen) {
    const value = valueAt(tracks, position);
    const x = plot.valToPos(position, "x", true);
    const y = value === undefined ? bbox.top + bbox.height / 2 : plot.valToPos(value * perSecond, "y", true);
    const faster = label.startsWith("−");
    ctx.fillStyle = colours(faster ? "faster" : "slower");
    triangle(ctx, x, y, faster ? 1 : -1, pixel);
    if (seen.length <= mostLabels) ctx.fillText(label, inside(ctx, label, x, bbox), y + (faster ? -23 : 32) * pixel);
  }
  ctx.strokeStyle = colours("bad");
  ctx.lineWidth = 1.6 * pixel;
  for (const { position } of tracks.failures.filter(isIn(plot))) {
    const [x, y, reach] = [plot.valToPos(position, "x", true), bbox.top + bbox.height - 8 * pixel, 3.5 * pixel];
    line(ctx, [x - reach, y - reach], [x + reach, y + reach]);
    line(ctx, [x - reach, y + reach], [x + reach, y - reach]);
  }
  ctx.restore();
}

function isIn({ scales }: uPlot): (mark: { position: number }) => boolean {
  const { min = -Infinity, max = Infinity } = scales["x"] ?? {};
  return ({ position }) => position >= min && position <= max;
}

/** The middle of a text at `x`, moved so that no end is outside. */
function inside(ctx: CanvasRenderingContext2D, text: string, x: number, { left, width }: uPlot.BBox): number {
  const half = ctx.measureText(text).width / 2;
  return Math.min(Math.max(x, left + half), left + width - half);
}

function line(ctx: CanvasRenderingContext2D, from: [number, number], to: [number, number]): void {
  ctx.beginPath();
  ctx.moveTo(...from);
  ctx.lineTo(...to);
  ctx.stroke();
}

/** Pointing the way the seconds go, away from the line. */
function triangle(ctx: CanvasRenderingContext2D, x: number, y: number, down: number, pixel: number): void {
  const [base, tip, half] = [y - down * 18 * pixel, y - down * 8 * pixel, 5.5 * pixel];
  ctx.beginPath();
  ctx.moveTo(x - half, base);
  ctx.lineTo(x + half, base);
  ctx.lineTo(x, tip);
  ctx.closePath();
  ctx.fill();
}

/** The text, cut where it does not fit. */
function fitting(ctx: CanvasRenderingContext2D, text: string, room: number): string {
  if (ctx.measureText(text).width <= room) return text;
  let cut = text;
  while (cut.length > 0 && ctx.measureText(`${cut}…`).width > room) cut = cut.slice(0, -1);
  return cut === "" ? "" : `${cut}…`;
}

function valueAt({ positions, tracks }: Tracks, position: number): number | undefined {
  const place = positions.findIndex((one) => one >= position);
  const values = tracks.map(({ values }) => values[place]);
  return values.find((value) => typeof value === "number");
}
