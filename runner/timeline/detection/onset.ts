import { levelBefore, weightOf, zOf, type Level, type Reading } from "./level.ts";
import { plausible } from "./scan.ts";

/** Position from which on values look changed. */
export interface Onset {
  /** Index of the first reading after the change. */
  split: number;
  level: Level;
  /** ln seconds from there on - ln seconds before. */
  change: number;
}

/** Largest distance, in points, from the beginning of a change to the point at which it was noticed. */
const reach = 10;
/** Least change, ln seconds. */
const leastChange = 0.003;

/** Stretch of readings that is searched for a change, and the readings at which a change may begin. */
export interface Stretch {
  readings: readonly Reading[];
  /** Index of its first reading. */
  from: number;
  /** Least number of points of a level. */
  leastLevel: number;
  mayBegin: (split: number) => boolean;
}

/**
 * Returns the beginning of a change that was noticed at one point. Few points of a small change are noticeable alone, so the noticed one need
 * not be the first. The result is the point among the last ten from which on the mean differs most from the level before, in z. Each
 * value is limited to the noticed change plus 2 sigma. If no change may begin there, it is the best of the points that are about as likely;
 * undefined without any.
 */
export function onset({ readings, from, leastLevel, mayBegin }: Stretch, noticed: Onset, sigma: number): Onset | undefined {
  const direction = Math.sign(noticed.change);
  const most = 1.5 * Math.abs(noticed.change) + 2 * sigma;
  const found: { onset: Onset; z: number }[] = [];
  for (let split = noticed.split; split > Math.max(from, noticed.split - reach); split--) {
    const level = levelBefore(readings, from, split);
    if (!level || level.points < leastLevel) break;
    const run = readings.slice(split, noticed.split + 1);
    const count = run.reduce((sum, one) => sum + weightOf(one), 0);
    const moves = run.map((one) => weightOf(one) * Math.min(Math.max(direction * (one.value - level.value), -2 * sigma), most));
    const change = (direction * moves.reduce((sum, move) => sum + move, 0)) / count;
    const z = direction * zOf(change, { sigma, count, level });
    if (z > 0 && direction * change > leastChange) found.push({ onset: { split, level, change }, z });
  }
  const bestZ = Math.max(...found.map(({ z }) => z));
  return found
    .filter(({ onset: { split }, z }) => mayBegin(split) && z ** 2 >= bestZ ** 2 - plausible)
    .reduce<(typeof found)[number] | undefined>((best, one) => (best && best.z >= one.z ? best : one), undefined)?.onset;
}
