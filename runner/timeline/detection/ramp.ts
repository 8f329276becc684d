import { weightOf, type Reading } from "./level.ts";
import { plausible, winsorised } from "./scan.ts";
import type { Segment } from "./settled.ts";

/** Number of readings on either side of a change that are compared with a ramp. */
const reach = 30;
/** Least length of a ramp in readings. Shorter ramps hardly differ from a step. */
const leastRun = 12;
/** Step between tried ends of a ramp, in readings. */
const grid = 2;
/** Winsorising limit of readings, in sigma from their neighbours. */
const clip = 2;
/** Largest variance around a fitting ramp, in units of sigma^2. */
const fitting = 1.5;

/** Best fits of level, ramp and level, and of one step, to some readings. */
interface Shape {
  /** The ramp fits within the noise, no worse than two steps, and better than one step by more than noise explains. */
  isRamp: boolean;
  /** The ramp fits within the noise, so the readings show nothing else. */
  fits: boolean;
  /** Index of the first reading after the best single step. */
  split: number;
}

/**
 * Compares readings of a segment with a ramp, one step and two steps. All fits are by least squares, each reading counted by its
 * sessions.
 */
export function shapeOf(readings: readonly Reading[], { from, to }: Segment, sigma: number): Shape {
  const seen = readings.slice(from, to);
  const values = winsorised(
    seen.map(({ value }) => value),
    clip * sigma,
  );
  const sums = sumsOf(values, seen.map(weightOf));
  const variance = sigma ** 2;
  const [ramp, { one, two, split }] = [rampResidual(sums), stepResiduals(sums)];
  const fits = ramp <= fitting * sums.total.w * variance;
  const isRamp = fits && one - ramp > plausible * variance && ramp - two <= plausible * variance;
  return { isRamp, fits, split: from + split };
}

/**
 * Returns whether values around a suspected change creep. If the later readings show more than a ramp, such as another step, only those up to
 * the reading that raised the change are compared. No single revision causes a ramp.
 */
export function isRamp(readings: readonly Reading[], segment: Segment, { split, noticed }: Raised, sigma: number): boolean {
  const from = Math.max(segment.from, split - reach);
  const ends = new Set([split + reach, split + reach / 2, noticed + 1].map((end) => Math.min(segment.to, end)));
  for (const to of ends) {
    const shape = shapeOf(readings, { from, to }, sigma);
    if (shape.fits) return shape.isRamp;
  }
  return false;
}

/** Indexes of the first reading of a suspected change, and of the reading that raised it. */
interface Raised {
  split: number;
  noticed: number;
}

/** Sums over the readings before each index, of weights w, and of w times index i and value v. */
type Sums = Record<"w" | "wi" | "wii" | "wv" | "wiv", number[]> & { count: number; total: { w: number; v: number; vv: number } };

function sumsOf(values: readonly number[], weights: readonly number[]): Sums {
  const sums: Sums = { w: [0], wi: [0], wii: [0], wv: [0], wiv: [0], count: values.length, total: { w: 0, v: 0, vv: 0 } };
  const { total } = sums;
  const middle = values[0] ?? 0;
  for (const [index, value] of values.entries()) {
    const [weight, v] = [weights[index] ?? 1, value - middle];
    sums.wi.push(at(sums.wi, index) + weight * index);
    sums.wii.push(at(sums.wii, index) + weight * index ** 2);
    sums.wiv.push(at(sums.wiv, index) + weight * index * v);
    sums.w.push((total.w += weight));
    sums.wv.push((total.v += weight * v));
    total.vv += weight * v ** 2;
  }
  return sums;
}

/** Returns the least sums of squares around one step and around two, and the position of the one. */
function stepResiduals({ w, wv, count, total }: Sums): { one: number; two: number; split: number } {
  const explained = (start: number, end: number): number => (at(wv, end) - at(wv, start)) ** 2 / (at(w, end) - at(w, start));
  let [one, two, split] = [0, 0, 0];
  for (let first = 1; first < count; first++) {
    const before = explained(0, first);
    const both = before + explained(first, count);
    if (both > one) [one, split] = [both, first];
    for (let second = first + 1; second < count; second++) {
      two = Math.max(two, before + explained(first, second) + explained(second, count));
    }
  }
  return { one: total.vv - one, two: total.vv - Math.max(one, two), split };
}

/** Returns the least sum of squares around a ramp that begins and ends at every second reading: a regression on x, which rises from 0 to 1. */
function rampResidual({ w, wi, wii, wv, wiv, count, total }: Sums): number {
  const flat = total.vv - total.v ** 2 / total.w;
  let explained = 0;
  for (let begin = 0; begin < count; begin += grid) {
    for (let end = begin + leastRun; end < count; end += grid) {
      const run = end - begin;
      const between = (sums: number[]): number => at(sums, end) - at(sums, begin);
      const right = total.w - at(w, end);
      const x = (between(wi) - begin * between(w)) / run + right;
      const xx = (between(wii) - 2 * begin * between(wi) + begin ** 2 * between(w)) / run ** 2 + right;
      const xv = (between(wiv) - begin * between(wv)) / run + total.v - at(wv, end);
      const spread = xx - x ** 2 / total.w;
      if (spread > 0) explained = Math.max(explained, (xv - (x * total.v) / total.w) ** 2 / spread);
    }
  }
  return flat - explained;
}

function at(sums: readonly number[], index: number): number {
  return sums[index] ?? 0;
}
