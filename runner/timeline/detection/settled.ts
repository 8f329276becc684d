/** What was decided before. Indices of readings. */
export interface Settled {
  /** Confirmed changes: the first reading after each, and the last one before. Readings between the two are those of a range not narrowed yet. */
  changes: readonly { split: number; good: number }[];
  /** Where the machine drifted: a new level starts. */
  drifts: readonly number[];
  /** What fresh sessions did not confirm; noticed `Infinity`: never to be raised again. */
  rejected: readonly { split: number; noticed: number }[];
  /** Splits for which fresh sessions were taken, and nothing is decided: these are continued. */
  begun?: ReadonlySet<number>;
}

/** Readings of one level, from the first to before `to`. */
export interface Segment {
  from: number;
  to: number;
}

/** Segments between settled changes, the newest first. Readings inside a range that is not narrowed yet are of none. */
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

/** Readings before a drift that its own sessions moved, and around what was rejected several times. */
const near = 5;
const beforeDrift = 10;
/** So many further readings are waited for before a rejected split is raised again: doubled with each rejection. */
const patience = 5;
/** Splits near each other that are tried before their neighbours wait as well. */
const triesNearby = 2;

/** Returns whether a split must not be raised (again). @param newest index of the newest reading that would raise it. */
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

/** Times that a change noticed at a reading was rejected. */
export function triesAt(noticed: number, { rejected }: Settled): number {
  return rejected.filter((one) => one.noticed === noticed).length;
}
