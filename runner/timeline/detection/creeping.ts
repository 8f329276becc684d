import type { Factor } from "../bridge.ts";
import { median } from "../stats.ts";
import type { Candidate } from "./candidate.ts";
import { bound, confirmation, type Confirmation, type Fresh } from "./confirmation.ts";
import type { Reading } from "./level.ts";
import { shapeOf } from "./ramp.ts";

/** Distance of the two programs of a pair, in programs. */
export const distance = { least: 20, most: 30 };

/** Two programs far apart, and the known changes between them. */
export interface CreepingInput {
  readings: readonly Reading[];
  /** Indices of their readings. */
  older: number;
  newer: number;
  /** Confirmed changes of the series: the first reading after each, and its size in ln seconds. */
  changes: readonly { split: number; change: Factor | undefined }[];
  /** Noise from session to session, of ln seconds. */
  sigma: number;
}

/** A pair of programs that may differ by more than the confirmed changes between them. */
export interface CreepingPair {
  /** Candidate to be confirmed by pairs. Its change is the part that no confirmed change explains. */
  candidate: Candidate;
  /** Sum of the confirmed changes between the two: ln seconds, and its standard error. */
  explained: Pick<Factor, "phi" | "standardError">;
  /** The readings make a difference likely enough to take sessions. */
  isSuspected: boolean;
}

/** Number of readings that estimate a program's level: the newest ones, and those around the older one. */
const newest = 10;
const around = 5;
/** Number of readings after which a step would have been confirmed. */
const settling = 20;
const suspected = { z: 2, change: 0.003 };

/** Compares the readings of two programs without confirmed changes. Undefined if a confirmed change has no size. */
export function creepingPair({ readings, older, newer, changes, sigma }: CreepingInput): CreepingPair | undefined {
  const between = changes.flatMap(({ split, change }) => (split > older && split <= newer && change ? [{ split, change }] : []));
  if (between.length < changes.filter(({ split }) => split > older && split <= newer).length) return undefined;
  const phi = between.reduce((sum, { change }) => sum + change.phi, 0);
  const standardError = Math.sqrt(between.reduce((sum, { change }) => sum + change.standardError ** 2, 0));
  const levelled = readings.map((reading, index) => ({
    ...reading,
    value: between.reduce((left, { split, change }) => (split <= index ? left - change.phi : left), reading.value),
  }));
  const known = (from: number, to: number): number[] =>
    levelled.slice(from, to).flatMap(({ value, linkError }) => (linkError === 0 ? [value] : []));
  const from = Math.max(0, older - around, ...changes.flatMap(({ split }) => (split <= older ? [split] : [])));
  const [then, now] = [known(from, older + around + 1), known(newer - newest + 1, newer + 1)];
  if (then.length === 0 || now.length === 0) return undefined;
  const shape = shapeOf(levelled, { from, to: newer + 1 }, sigma);
  const change = median(now) - median(then);
  const error = Math.sqrt(sigma ** 2 * (Math.PI / 2) * (1 / then.length + 1 / now.length) + standardError ** 2);
  return {
    candidate: {
      split: newer,
      level: { value: median(then) + phi, points: then.length, linkVariance: standardError ** 2 },
      change,
      found: "scan",
      noticed: newer,
      sigma,
      anchor: undefined,
    },
    explained: { phi, standardError },
    isSuspected:
      Math.abs(change) > suspected.change && Math.abs(change) / error > suspected.z && (shape.isRamp || newer - shape.split >= settling),
  };
}

/**
 * Decides by pairs of the two programs, as for any suspected change. `confirmed`: they differ by more than the confirmed changes between them
 * and the errors of these. The change of the result is that remainder.
 */
export function creeping({ candidate, explained }: CreepingPair, fresh: readonly Fresh[]): Confirmation {
  const state = confirmation(
    candidate,
    fresh.map((one) => (one.side === "before" ? { ...one, value: one.value + explained.phi } : one)),
  );
  if (state.status === "open") return state;
  const change = { ...state.change, standardError: Math.hypot(state.change.standardError, explained.standardError) };
  const isConfirmed = state.status === "confirmed" && isDifferent(change);
  return { status: isConfirmed ? "confirmed" : "rejected", change };
}

const leastChange = 0.005;

/** Returns whether a difference is larger than its error and than .5 %. */
export function isDifferent({ phi, standardError }: Pick<Factor, "phi" | "standardError">): boolean {
  return Math.abs(phi) > leastChange && Math.abs(phi) > bound.z * standardError;
}
