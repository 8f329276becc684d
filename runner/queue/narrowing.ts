import type { Decision } from "../model.ts";
import { noiseAt, type Candidate } from "../timeline/detection/candidate.ts";
import { levelBefore, type KnownNoise } from "../timeline/detection/level.ts";
import { indexesOf, settledIn, type Seen } from "../timeline/detection/readings.ts";
import type { Settled } from "../timeline/detection/settled.ts";
import { newestRevision } from "../timeline/points.ts";

/** Newest revision of the last program before a change, and oldest revision of the first program after it. */
export interface Range {
  lastGood: string;
  firstBad: string;
}

/** A confirmed change in a range of several revisions, none of which can still be measured. */
export interface Narrowed {
  decision: Decision;
  range: Range;
}

/** A change at the boundary that separates the values best, to be confirmed by pairs of the two programs there. */
export interface Boundary {
  decision: Decision;
  candidate: Candidate;
}

/** Largest number of boundaries that are tried within one range. */
const mostTries = 3;

/**
 * Returns the likely range of a confirmed change by later values: the boundary with the least squared distance of values to the levels before
 * and after. Boundaries that fresh pairs rejected are excluded; undefined after three of them.
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

/** Returns the candidate at the boundary that a range was narrowed to. Pairs there give its size. */
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
