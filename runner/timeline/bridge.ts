import type { ScalingFactor } from "../model.ts";
import { apart, combinedError, interval } from "./quantity.ts";
import type { Quantity } from "./quantity.ts";
import { hodgesLehmann, mean } from "./stats.ts";

/** One bridge point: its pooled sessions on both sides, including the noise from session to session if known. */
export interface BridgePoint {
  /** Id of a revision of the point. */
  revision: string;
  /** Seconds before the transition. */
  old: Quantity;
  /** Seconds after it. */
  new: Quantity;
}

/** Factor from one context to another: ln seconds there - ln seconds here, with its error. */
export type Factor = NonNullable<ScalingFactor["factor"]>;

/** Half of the 95 % interval of a scaling factor that needs no more sessions. Relative. */
export const wantedHalfWidth = 0.01;
/** Half of the 95 % interval above which a scaling factor is weak. Relative. */
export const weakHalfWidth = 0.02;

/** Largest weight of the noise known beforehand, in differences. */
const priorWeight = 4;

/**
 * Returns the factor between two contexts by K bridge points measured in both: phi = Hodges-Lehmann estimate of d_i = ln new_i - ln old_i.
 *
 * The variance of few differences is uncertain, so the known noise counts as w more of them. With s0^2 the mean of SE_old^2 + SE_new^2 and
 * s^2 the variance of the d_i, s~^2 = (w s0^2 + (K-1) s^2) / (w+K-1), SE = s~ / sqrt(K), with w+K-1 degrees of freedom. w is 4, or less if
 * the noise is less certain, which all points of a side share. If the differences vary more than the noise, w shrinks by
 * min(1, s0^2 / s^2)^2, so that a benchmark noisier than its suite gets a larger error.
 *
 * @throws RangeError without any point.
 */
export function bridge(points: readonly BridgePoint[]): Factor {
  const count = points.length;
  const differences = points.map((point) => Math.log(point.new.value) - Math.log(point.old.value));
  const phi = hodgesLehmann(differences);
  const sides = [points.map((point) => point.old), points.map((point) => point.new)];
  const prior = combinedError(sides.map((side) => apart(combinedError(side))));
  const expected = prior.standardError ** 2 / count;
  const centre = mean(differences);
  const squares = differences.reduce((sum, difference) => sum + (difference - centre) ** 2, 0);
  const agreement = squares > 0 ? Math.min(1, (expected * (count - 1)) / squares) : 1;
  const weight = Math.min(priorWeight, prior.degreesOfFreedom) * agreement ** 2;
  const degreesOfFreedom = weight + count - 1;
  const variance = (weight * expected + squares) / degreesOfFreedom;
  return { phi, standardError: Math.sqrt(variance / count), degreesOfFreedom };
}

/** Returns the factor by which old seconds are multiplied, with its error. */
export function scaleOf({ phi, ...precision }: Factor): Quantity {
  return { value: Math.exp(phi), ...precision };
}

/** Returns half of the 95 % interval of a factor, relative: 0.01 is 1 %. */
export function halfWidth(factor: Factor): number {
  const { low, high } = interval(scaleOf({ ...factor, phi: 0 }));
  return (high - low) / 2;
}
