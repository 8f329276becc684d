import { levelBefore, zOf, type Level, type Reading } from "./level.ts";

/** From where on values look changed. */
export interface Onset {
  /** Index of the first reading after the change. */
  split: number;
  level: Level;
  /** ln seconds from there on - ln seconds before. */
  change: number;
}

/** How far before the point that was noticed a change may have begun. */
const reach = 10;
/** Readings that a level takes at least. */
export const leastLevel = 3;
/** No change is smaller. */
const leastChange = 0.003;

/**
 * Where a change began that is noticed at one point: few points of a small change stand out by themselves, so the one that does need not be
 * the first. Of the last ten points, the one from which on the mean differs most from the level before, in z; each value counts
 * for no more than the change noticed and 2 sigma.
 */
export function onset(readings: readonly Reading[], from: number, noticed: Onset, sigma: number): Onset {
  const direction = Math.sign(noticed.change);
  const most = 1.5 * Math.abs(noticed.change) + 2 * sigma;
  let best = noticed;
  let bestZ = direction * zOf(noticed.change, { sigma, count: 1, level: noticed.level });
  for (let split = noticed.split - 1; split >= Math.max(from + leastLevel, noticed.split - reach); split--) {
    const level = levelBefore(readings, from, split);
    if (!level) continue;
    const run = readings.slice(split, noticed.split + 1);
    const moves = run.map(({ value }) => Math.min(Math.max(direction * (value - level.value), -2 * sigma), most));
    const change = (direction * moves.reduce((sum, move) => sum + move, 0)) / moves.length;
    const z = direction * zOf(change, { sigma, count: run.length, level });
    if (z <= bestZ || direction * change <= leastChange) continue;
    best = { split, level, change };
    bestZ = z;
  }
  return best;
}
