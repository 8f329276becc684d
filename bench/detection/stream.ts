import type { Factor } from "../../runner/timeline/bridge.ts";
import type { Random } from "../random.ts";
import type { Noise } from "./noise.ts";

/** A series as it is measured. */
export interface Stream {
  /** Programs in the history. */
  points: number;
  /** Places at which changes begin, oldest first. */
  changes: readonly number[];
  /** Takes a session of the program at `place` while the program at `now` is the newest: ln seconds. */
  session: (index: number, now: number) => number;
  /** Noise that A/A pairs told before the first point, as a standard deviation of ln seconds, and how many pairs. */
  known?: { sigma: number; pairs: number };
}

/** A change that was reported: where it begins, and with how many points seen. */
export interface Alarm {
  split: number;
  at: number;
  /** Its size, where the detector tells it. */
  change?: Factor;
}

/** A detector gets one point after the other and may take sessions of its own. */
export type Detector = (stream: Stream) => { alarms: Alarm[]; sessions: number };

/** Points of a long series. */
export const manyPoints = 400;

/** Builds a stream of noise around levels that change where told. @param at changes by their place: ln seconds after - before. */
export function streamOf(points: number, at: ReadonlyMap<number, number>, noise: Noise): Stream {
  const levels: number[] = [];
  for (let index = 0; index < points; index++) levels.push((levels[index - 1] ?? 0) + (at.get(index) ?? 0));
  return { points, changes: [...at.keys()], session: (index, now) => noise(index, now, levels[index] ?? 0) };
}

const steps = 6;

/** Draws six isolated changes of one size, up or down. */
export function isolated(step: number, random: Random, points = manyPoints): Map<number, number> {
  const apart = points / (steps + 1);
  const indexes = Array.from({ length: steps }, (_, index) => Math.round(apart * (index + 1 + 0.6 * (random() - 0.5))));
  return new Map(indexes.map((index) => [index, (random() < 0.5 ? -1 : 1) * Math.log1p(step)]));
}
