import type { Decision } from "../model.ts";
import { noiseAt, type Candidate } from "../timeline/detection/candidate.ts";
import { levelBefore, type KnownNoise } from "../timeline/detection/level.ts";
import { indexesOf, settledIn, type Seen } from "../timeline/detection/readings.ts";
import type { Settled } from "../timeline/detection/settled.ts";
import { newestRevision } from "../timeline/points.ts";

/** Newest revision of the last program before a change, oldest of the first one after it. */
export interface Range {
  lastGood: string;
  firstBad: string;
}

/** A confirmed change of one of several revisions, of which none is left to be measured that could tell more. */
export interface Narrowed {
  decision: Decision;
  range: Range;
}

/** A change right where values part, to be confirmed by pairs of the two programs there. */
export interface Boundary {
  decision: Decision;
  candidate: Candidate;
}

/** Boundaries within one range that are tried. */
const mostTries = 3;

/**
 * Returns where a confirmed change of several revisions lies by what was measured since: between the two programs that part the values
 * best, each closer to its own level. Boundaries that fresh pairs rejected are left out; undefined where three were.
 */
export function rangeOf({ firstBad, lastGood }: Decision, seen: readonly Seen[], decisions: readonly Decision[]): Range | undefined {
  const indexes = indexesOf(seen);
  const [good, bad] = [indexes.get(lastGood), indexes.get(firstBad)];
  if (good === undefined || bad === undefined || good >= bad) return undefined;
  const { changes, rejected } = settledIn(seen, decisions);
  const tried = new Set(rejected.flatMap(({ split }) => (split > good && split <= bad ? [split] : [])));
  if (tried.size >= mostTries) return undefined;
  const from = Math.max(0, ...changes.flatMap(({ split }) => (split <= good ? [split] : [])));
  const readings = seen.map(({ reading }) => reading);
  const before = levelBefore(readings, from, good + 1);
  const after = readings[bad]?.value;
  if (!before || after === undefined) return undefined;
  const cost = (cut: number): number =>
    readings
      .slice(good + 1, bad)
      .reduce((sum, { value }, index) => sum + (value - (good + 1 + index < cut ? before.value : after)) ** 2, 0);
  let best: number | undefined;
  for (let cut = bad; cut > good; cut--) if (!tried.has(cut) && (best === undefined || cost(cut) < cost(best))) best = cut;
  const [left, right] = best === undefined ? [] : [seen[best - 1], seen[best]];
  return left && right && { lastGood: newestRevision(left.entry.point).id, firstBad: right.entry.point.revisions[0].id };
}

/** Returns the candidate right at the boundary that a range was narrowed to: its size comes from pairs there. */
export function boundaryIn(
  { decision, range }: Narrowed,
  seen: readonly Seen[],
  { changes }: Settled,
  known: KnownNoise | undefined,
): Boundary | undefined {
  const indexes = indexesOf(seen);
  const [split, end] = [indexes.get(range.firstBad), indexes.get(decision.firstBad)];
  if (split === undefined || end === undefined) return undefined;
  const readings = seen.map(({ reading }) => reading);
  const from = Math.max(0, ...changes.flatMap((change) => (change.split < split ? [change.split] : [])));
  const level = levelBefore(readings, from, split);
  const sigma = noiseAt(readings, split, known);
  const after = readings[split];
  if (!level || sigma === undefined || !after) return undefined;
  const candidate: Candidate = {
    split,
    level,
    change: after.value - level.value,
    found: "bisection",
    noticed: split,
    sigma,
    anchor: undefined,
  };
  return { decision, candidate };
}
