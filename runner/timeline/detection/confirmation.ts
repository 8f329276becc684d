import type { Factor } from "../bridge.ts";
import { median } from "../stats.ts";
import type { Candidate } from "./candidate.ts";
import { zOf } from "./level.ts";

/** A session taken to confirm a change: of the first program after it, of the last one before, or of one well before. */
export interface Fresh {
  side: "after" | "before" | "anchor";
  /** ln seconds. */
  value: number;
}

/** What fresh sessions say of a suspected change. */
export type Confirmation =
  /** One more session is asked for, of that side; `taken` were. */
  | { status: "open"; next: Fresh["side"]; taken: number }
  /** `drifted`: neither program differs from the other, both differ from the level before: it is the machine. */
  | { status: "confirmed" | "rejected" | "drifted"; change: Factor };

const mostPairs = 8;
/** z that a difference exceeds after the last pair, and how fast it falls to that. */
export const bound = { z: 2.35, shape: 0.15 };
/**
 * Pairs after which a change can be confirmed, and the z it takes then: bounds of Wang & Tsiatis (1987), 2.35 (pairs / 8)^(shape - 1/2), which
 * are those of O'Brien & Fleming at a shape of 0 and of Pocock at 1/2. Unchanged programs exceed them at any of the three looks in
 * 1.1 % of cases on one side. A shape between confirms what is large with fewer pairs.
 */
const bounds: ReadonlyMap<number, number> = new Map(
  [3, 5, mostPairs].map((pairs) => [pairs, bound.z * (pairs / mostPairs) ** (bound.shape - 0.5)]),
);
/** z below which it ends without a change, by pairs: less than one in five of those that end so would have been confirmed after eight. */
const futile: ReadonlyMap<number, number> = new Map([
  [1, -0.5],
  [2, -0.1],
  [3, 0.25],
  [4, 0.6],
  [5, 1],
  [6, 1.3],
  [7, 1.7],
]);
/** Standard errors that a difference may fall short of half the suspected change. */
const tolerated = 1.5;
/** Sessions of the anchor that decide where they agree; where they do not, one more does. */
const anchors = 2;
const mostAnchors = 3;
/** Pairs that tell a drift: of one pair, a session that stood out would move the wrong side. */
const leastDriftPairs = 3;
/** Sessions that a confirmation takes at most. */
export const mostSessions = 2 * mostPairs + mostAnchors;

const first = { z: 0.67, change: 0.003 };
const leastChange = 0.005;
const drift = { z: 2.5, change: 0.005 };
/** Variance of the median of all differences of two sides over that of the difference of their means, for noise with heavy tails. */
const inefficiency = 1.15;

/**
 * Whether a change is real, by fresh sessions of both programs alone: the readings that raised it were chosen for being extreme, and a
 * machine that drifts moves both. First one session after the change: it must differ from the level before on the same side by more
 * than .3 %, by z > .67, and by about half of what was suspected. Then pairs, until their difference exceeds the bound and
 * .5 %, or can no longer be expected to. Noise is the larger of what was known and what the fresh sessions show.
 *
 * Where three or more pairs agree and both sides differ from the level, sessions of the anchor tell the machine's drift, which moved it too,
 * from a change further back, which did not: two of them, and a third where they do not agree.
 */
export function confirmation(suspect: Candidate, fresh: readonly Fresh[]): Confirmation {
  const [after, before] = [valuesOf(fresh, "after"), valuesOf(fresh, "before")];
  const open = (next: Fresh["side"]): Confirmation => ({ status: "open", next, taken: fresh.length });
  const [one] = after;
  if (one === undefined) return open("after");
  if (!isSeenAgain(suspect, Math.sign(suspect.change) * (one - suspect.level.value))) {
    const { sigma, level } = suspect;
    const standardError = Math.sqrt(sigma ** 2 * (1 + Math.PI / (2 * level.points)) + level.linkVariance);
    return { status: "rejected", change: { phi: one - level.value, standardError, degreesOfFreedom: level.points } };
  }
  const pairs = Math.min(after.length, before.length, mostPairs);
  for (let count = 1; count <= pairs; count++) {
    const sides = { after: after.slice(0, count), before: before.slice(0, count) };
    const look = lookAt(suspect, sides);
    if (look.verdict === "changed") return { status: "confirmed", change: look.change };
    if (look.verdict === "open") continue;
    const shift = shiftOf(suspect, sides);
    if (shift === undefined || suspect.found === "bisection") return { status: "rejected", change: look.change };
    if (count < leastDriftPairs) continue;
    const isMoved = suspect.anchor === undefined || isAnchorMoved(suspect, shift, valuesOf(fresh, "anchor"));
    if (isMoved === undefined) return open("anchor");
    return { status: isMoved ? "drifted" : "rejected", change: look.change };
  }
  if (after.length !== before.length) return open(after.length < before.length ? "after" : "before");
  // One side first, then the other: a machine that drifts steadily favours none.
  return open(pairs % 2 === 0 ? "after" : "before");
}

/** Returns whether most sessions of the anchor moved as the two programs did; undefined as long as one more is to tell. */
function isAnchorMoved({ level }: Candidate, shift: number, anchor: readonly number[]): boolean | undefined {
  const moved = anchor.filter((value) => (value - level.value) / shift > 0.5).length;
  if (anchor.length < anchors || (anchor.length < mostAnchors && 2 * moved === anchor.length)) return undefined;
  return 2 * moved > anchor.length;
}

function isSeenAgain({ sigma, level, change: suspected }: Candidate, change: number): boolean {
  return change > first.change && zOf(change, { sigma, count: 1, level }) > first.z && change > Math.abs(suspected) / 2 - tolerated * sigma;
}

interface Sides {
  after: readonly number[];
  before: readonly number[];
}

function lookAt(suspect: Candidate, { after, before }: Sides): { verdict: "changed" | "agree" | "open"; change: Factor } {
  const count = after.length;
  const phi = median(after.flatMap((value) => before.map((other) => value - other)));
  const sigma = Math.max(suspect.sigma, spread([after, before]));
  const standardError = sigma * Math.sqrt((2 * inefficiency) / count);
  const change = { phi, standardError, degreesOfFreedom: 2 * count - 2 + suspect.level.points };
  const difference = Math.sign(suspect.change) * phi;
  const z = difference / standardError;
  const knownError = suspect.sigma * Math.sqrt((2 * inefficiency) / count);
  if (z > (bounds.get(count) ?? Infinity) && difference > leastChange) return { verdict: "changed", change };
  const isFutile =
    count === mostPairs ||
    difference / knownError < (futile.get(count) ?? -Infinity) ||
    difference < Math.abs(suspect.change) / 2 - tolerated * standardError;
  return { verdict: isFutile ? "agree" : "open", change };
}

/**
 * Quantile of the differences of sessions of one program that tells their noise. With few pairs, sessions of a bimodal benchmark that happen to
 * be of one group on most of one side must show; with all of them, a few in the other group must not hide a change.
 */
const few = { share: 0.75, ofNormal: 1.1503 };
const all = { share: 0.65, ofNormal: 0.9346 };

/** Deviation that the sessions of each side show, of ln seconds: by what two of one program differ by. */
function spread(sides: readonly (readonly number[])[]): number {
  const differences = sides.flatMap((values) =>
    values.flatMap((value, index) => values.slice(index + 1).map((other) => Math.abs(value - other))),
  );
  const sorted = differences.sort((a, b) => a - b);
  const { share, ofNormal } = sides.every(({ length }) => length >= mostPairs) ? all : few;
  return (sorted[Math.ceil(share * sorted.length) - 1] ?? 0) / (ofNormal * Math.SQRT2);
}

/** What both programs differ from the level by, where both do in the direction that was suspected: ln seconds. */
function shiftOf({ sigma, level, change }: Candidate, { after, before }: Sides): number | undefined {
  const shifts = [after, before].map((values) => median(values) - level.value);
  const isMoved = shifts.every((shift) => {
    const towards = Math.sign(change) * shift;
    return towards > drift.change && zOf(towards, { sigma, count: after.length, level }) > drift.z;
  });
  return isMoved ? median(shifts) : undefined;
}

function valuesOf(fresh: readonly Fresh[], side: Fresh["side"]): number[] {
  return fresh.flatMap((one) => (one.side === side ? [one.value] : []));
}
