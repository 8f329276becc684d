import { levelBefore, weightOf, zOf, type Level, type Reading } from "./level.ts";
import { plausible } from "./scan.ts";

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
/** No change is smaller. */
const leastChange = 0.003;

/** A stretch of readings within which a change is looked for, and which of its readings a change may begin at. */
export interface Stretch {
  readings: readonly Reading[];
  /** Index of its first reading. */
  from: number;
  /** Points that a level takes at least. */
  leastLevel: number;
  mayBegin: (split: number) => boolean;
}

/**
 * Where a change began that is noticed at one point: few points of a small change stand out by themselves, so the one that does need not be
 * the first. Of the last ten points, the one from which on the mean differs most from the level before, in z; each value counts
 * for no more than the change noticed and 2 sigma. Where none may begin there, the best of
 * those that are about as likely; undefined without any.
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
