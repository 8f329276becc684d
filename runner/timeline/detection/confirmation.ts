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

/** Result of fresh sessions for a suspected change. */
export type Confirmation =
  /** Another session of the side `next` is needed; `taken` were taken. */
  | { status: "open"; next: Fresh["side"]; taken: number }
  /** `drifted`: the programs do not differ, but both differ from the level before, so the machine changed. */
  | { status: "confirmed" | "rejected" | "drifted"; change: Factor };

const mostPairs = 8;
/** z that a difference must exceed after the last pair, and the shape of the bound before. */
export const bound = { z: 2.35, shape: 0.15 };
/**
 * Numbers of pairs after which a change can be confirmed, and the required z: bounds of Wang & Tsiatis (1987), 2.35 (pairs / 8)^(shape - 1/2).
 * Shape 0 gives the bounds of O'Brien & Fleming, 1/2 those of Pocock. Unchanged programs exceed them at any of the three looks in 1.1 % of
 * cases on one side. A shape between these confirms large changes with fewer pairs.
 */
const bounds: ReadonlyMap<number, number> = new Map(
  [3, 5, mostPairs].map((pairs) => [pairs, bound.z * (pairs / mostPairs) ** (bound.shape - 0.5)]),
);
/** z below which a confirmation ends without a change, by pairs. Less than one in five of those would have been confirmed after eight pairs. */
const futile: ReadonlyMap<number, number> = new Map([
  [1, -0.5],
  [2, -0.1],
  [3, 0.25],
  [4, 0.6],
  [5, 1],
  [6, 1.3],
  [7, 1.7],
]);
/** Standard errors by which a difference may be smaller than half the suspected change. */
const tolerated = 1.5;
/** Sessions of the anchor that decide if they agree; otherwise one more decides. */
const anchors = 2;
const mostAnchors = 3;
/** Pairs that a drift needs. With a single pair, one outlier would shift the wrong side. */
const leastDriftPairs = 3;
/** Largest number of sessions of a confirmation. */
export const mostSessions = 2 * mostPairs + mostAnchors;

const first = { z: 0.67, change: 0.003 };
const leastChange = 0.005;
const drift = { z: 2.5, change: 0.005 };
/** Ratio of the variance of the median of all differences to that of the difference of means, for noise with heavy tails. */
const inefficiency = 1.15;

/**
 * Judges a suspected change by fresh sessions of both programs only. The readings that raised it were selected for being extreme, and a drift of
 * the machine shifts both programs. The first session is after the change. It must differ from the level before in the same direction by more
 * than .3 %, by z > .67, and by about half of the suspected change. Then pairs are taken until their difference exceeds the bound and .5 %, or is
 * unlikely to. The noise is the larger of the known one and that of the fresh sessions.
 *
 * If three or more pairs agree and both sides differ from the level, sessions of the anchor distinguish two causes. A drift of the machine also
 * shifts the anchor; an earlier change does not. Two sessions are taken, and a third if they disagree.
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
  // The first side alternates, so that a steady drift of the machine favours neither.
  return open(pairs % 2 === 0 ? "after" : "before");
}

/** Returns whether most sessions of the anchor shifted like the two programs; undefined while another session is needed. */
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
 * Returns the quantile of the differences between sessions of one program that estimates their noise. With few pairs it is high, so that a
 * bimodal benchmark with most sessions of one side in one group shows its noise. With all pairs it is lower, so that a few sessions in the
 * other group do not hide a change.
 */
const few = { share: 0.75, ofNormal: 1.1503 };
const all = { share: 0.65, ofNormal: 0.9346 };

/** Returns the standard deviation of ln seconds within each side, estimated from differences of sessions of one program. */
function spread(sides: readonly (readonly number[])[]): number {
  const differences = sides.flatMap((values) =>
    values.flatMap((value, index) => values.slice(index + 1).map((other) => Math.abs(value - other))),
  );
  const sorted = differences.sort((a, b) => a - b);
  const { share, ofNormal } = sides.every(({ length }) => length >= mostPairs) ? all : few;
  return (sorted[Math.ceil(share * sorted.length) - 1] ?? 0) / (ofNormal * Math.SQRT2);
}

/** Returns the difference of both programs from the level, ln seconds, if both differ in the suspected direction. */
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
