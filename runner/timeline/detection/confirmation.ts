import type { Factor } from "../bridge.ts";
import { medianInefficiency } from "../quantity.ts";
import { median } from "../stats.ts";
import type { Candidate } from "./candidate.ts";
import { zOf } from "./level.ts";

/** A session taken to confirm a change: of the first program after it, or of the last one before. */
export interface Fresh {
  side: "after" | "before";
  /** ln seconds. */
  value: number;
}

/** What fresh sessions say of a suspected change. */
export type Confirmation =
  /** One more session is asked for, of that side; `taken` were. */
  { status: "open"; next: Fresh["side"]; taken: number } | { status: "confirmed" | "rejected"; change: Factor };

/** Of the program after the change and its predecessor, after the first session. */
const pairs = 4;
/** Sessions that a confirmation takes at most. */
export const mostSessions = 1 + 2 * pairs;

const first = { z: { online: 1.64, scan: 0.67 }, change: 0.003 };
const last = { pairZ: 1, z: 2.5, change: 0.005 };

/**
 * Whether a change is real, by fresh sessions alone: the readings that raised it were chosen for being extreme. First one session after
 * the change: it must differ from the level before on the same side by more than .3 %, and by z > 1.64 where a single point raised it,
 * .67 where the scan did, for which many points stand. Then four pairs, interleaved with sessions of the predecessor, so that a machine
 * that drifts moves both: the medians of both sides must differ by z > 1, that of the new side from all that is known of the old by
 * z > 2.5 and more than .5 %. Degrees of freedom are the points of the level: about as many tell sigma.
 */
export function confirmation(suspect: Candidate, fresh: readonly Fresh[]): Confirmation {
  const after = valuesOf(fresh, "after");
  const before = valuesOf(fresh, "before");
  const open = (next: Fresh["side"]): Confirmation => ({ status: "open", next, taken: fresh.length });
  const [one] = after;
  if (one === undefined) return open("after");
  const direction = Math.sign(suspect.change);
  if (!isSeenAgain(suspect, direction * (one - suspect.level.value))) {
    const { sigma, level } = suspect;
    const standardError = Math.sqrt(sigma ** 2 * (1 + Math.PI / (2 * level.points)) + level.linkVariance);
    return { status: "rejected", change: { phi: one - level.value, standardError, degreesOfFreedom: level.points } };
  }
  if (before.length < pairs && before.length < after.length) return open("before");
  if (after.length <= pairs) return open("after");
  return judge(suspect, after, before);
}

function isSeenAgain({ sigma, level, found }: Candidate, change: number): boolean {
  return change > first.change && zOf(change, { sigma, count: 1, level }) > first.z[found];
}

function judge({ sigma, level, change: suspected }: Candidate, after: readonly number[], before: readonly number[]): Confirmation {
  const direction = Math.sign(suspected);
  const [now, neighbour] = [median(after), median(before)];
  const ofNow = sigma ** 2 * shrink(after.length);
  const ofNeighbour = sigma ** 2 * shrink(before.length);
  const ofLevel = (sigma ** 2 * Math.PI) / (2 * level.points) + level.linkVariance;
  // The old side is known twice: by its fresh sessions, and by the level.
  const ofOld = 1 / (1 / ofNeighbour + 1 / ofLevel);
  const old = ofOld * (neighbour / ofNeighbour + level.value / ofLevel);
  const standardError = Math.sqrt(ofNow + ofOld);
  const phi = now - old;
  const isReal =
    direction * (now - neighbour) > last.pairZ * Math.sqrt(ofNow + ofNeighbour) &&
    direction * phi > last.z * standardError &&
    direction * phi > last.change;
  return { status: isReal ? "confirmed" : "rejected", change: { phi, standardError, degreesOfFreedom: level.points } };
}

/** Variance of a median over that of one value. */
function shrink(count: number): number {
  return medianInefficiency(count) / count;
}

function valuesOf(fresh: readonly Fresh[], side: Fresh["side"]): number[] {
  return fresh.flatMap((one) => (one.side === side ? [one.value] : []));
}
