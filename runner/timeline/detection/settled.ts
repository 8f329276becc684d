/** Earlier decisions, as indexes of readings. */
export interface Settled {
  /** Confirmed changes: the first reading after each, and the last one before. Readings between them belong to a range that is not narrowed yet. */
  changes: readonly { split: number; good: number }[];
  /** Drifts of the machine: first readings of new levels. */
  drifts: readonly number[];
  /** Changes that fresh sessions did not confirm. `noticed` Infinity: never raised again. */
  rejected: readonly { split: number; noticed: number }[];
  /** Splits with fresh sessions but without a decision. They are continued. */
  begun?: ReadonlySet<number>;
}

/** Readings of one level, from `from` up to, but not including, `to`. */
export interface Segment {
  from: number;
  to: number;
}

/** Returns segments between settled changes, the newest first. Readings inside a range that is not narrowed yet belong to none. */
export function segmentsOf(count: number, { changes, drifts }: Settled): Segment[] {
  const boundaries = [...changes, ...drifts.map((split) => ({ split, good: split - 1 }))].sort((a, b) => a.split - b.split);
  const found: Segment[] = [];
  let from = 0;
  for (const { split, good } of boundaries) {
    if (good + 1 > from) found.push({ from, to: good + 1 });
    from = Math.max(from, split);
  }
  if (count > from) found.push({ from, to: count });
  return found.reverse();
}

/** Number of readings before a drift that its own sessions affect, and around a split that was rejected several times. */
const near = 5;
const beforeDrift = 10;
/** Further readings before a rejected split is raised again. Each rejection doubles the number. */
const patience = 5;
/** Number of rejected splits near each other before their neighbours also wait. */
const triesNearby = 2;

/** Returns whether a split must not be raised, or not again. @param newest index of the newest reading that would raise it. */
export function isBlocked(split: number, newest: number, { drifts, rejected }: Settled): boolean {
  if (drifts.some((drift) => split <= drift && split > drift - beforeDrift)) return true;
  const nearby = rejected.filter((one) => Math.abs(one.split - split) <= near);
  const same = nearby.filter((one) => one.split === split);
  if (same.some(({ noticed }) => noticed === Infinity)) return true;
  const waits = (tries: readonly { noticed: number }[], points: number): boolean =>
    newest - Math.max(...tries.map(({ noticed }) => (noticed === Infinity ? -Infinity : noticed))) < points;
  if (same.length > 0 && waits(same, patience * 2 ** (same.length - 1))) return true;
  return nearby.length >= triesNearby && waits(nearby, patience);
}

/** Returns the number of rejections of a change noticed at a reading. */
export function triesAt(noticed: number, { rejected }: Settled): number {
  return rejected.filter((one) => one.noticed === noticed).length;
}
