import type { Decision } from "../model.ts";
import { decisionsOf, standing } from "./detection/readings.ts";
import type { Series } from "./timeline.ts";

/** A confirmed change between two sides, in the direction from the first to the second. */
export type ConfirmedBetween = Pick<Decision, "firstBad" | "lastGood" | "skipped" | "direction" | "change">;

/** Indexes in the history. */
export interface Span {
  oldest: number;
  newest: number;
}

/** Decisions, and the indexes of revisions in the history by id. */
export interface Decided {
  decisions: readonly Decision[];
  positions: ReadonlyMap<string, number>;
}

/** Returns a series' confirmed changes entirely between two sides, oldest first. They are reversed if the first side is the later one. */
export function confirmedBetween(
  { decisions, positions }: Decided,
  benchmark: string,
  series: Series,
  a: Span,
  b: Span,
): ConfirmedBetween[] {
  const isTurned = b.newest < a.oldest;
  const [older, newer] = isTurned ? [b, a] : [a, b];
  const at = (id: string): number => positions.get(id) ?? NaN;
  return decisionsOf(standing(decisions), benchmark, series)
    .filter(({ outcome, firstBad, lastGood }) => outcome === "confirmed" && older.newest <= at(lastGood) && at(firstBad) <= newer.oldest)
    .sort((one, other) => at(one.firstBad) - at(other.firstBad))
    .map(({ firstBad, lastGood, skipped, direction, change }) => ({
      firstBad,
      lastGood,
      skipped,
      direction: isTurned ? turned[direction] : direction,
      ...(change && { change: { ...change, phi: isTurned ? -change.phi : change.phi } }),
    }));
}

const turned = { slower: "faster", faster: "slower" } as const;
