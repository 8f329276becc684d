import { sigmaOf, sigmaWindow } from "./detection/level.ts";
import type { Noise } from "./noise.ts";
import type { MeasuredPoint } from "./points.ts";
import { withNoise } from "./quantity.ts";
import { measuredPoints } from "./segment.ts";
import type { Segment } from "./segment.ts";
import { median } from "./stats.ts";

/** Degrees of freedom of one difference of neighbours: a median of absolute values has a third of a variance's efficiency, and neighbours share a point. */
const perDifference = 0.25;

/**
 * Returns the noise from session to session of a segment by A/A pairs. Without any, it is estimated as in detection by differences of
 * neighbouring points, minus the error within sessions. Undefined with too few points.
 */
export function segmentNoise(segment: Segment): Noise | undefined {
  if (segment.noise) return segment.noise;
  const last = measuredPoints(segment).slice(-sigmaWindow);
  const sigma = sigmaOf(last.map(({ seconds, sessions }) => ({ value: Math.log(seconds.value), linkError: 0, sessions: sessions.length })));
  if (sigma === undefined) return undefined;
  const total = sigma ** 2;
  const between = Math.max(0, total - median(last.map(({ seconds }) => seconds.standardError ** 2)));
  const degreesOfFreedom = Math.max(1, perDifference * (last.length - 1));
  return { sigma: Math.sqrt(between), uncertainty: Math.sqrt((between * total) / degreesOfFreedom), pairs: 0, isOfSuite: true };
}

/** Returns the measured points of a segment, with that noise in their errors. */
export function noisyPoints(segment: Segment): MeasuredPoint[] {
  const points = measuredPoints(segment);
  const noise = segment.noise ? undefined : segmentNoise(segment);
  return noise ? points.map((point) => ({ ...point, seconds: withNoise(point.pool, noise) })) : points;
}
