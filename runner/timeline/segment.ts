import type { Modes } from "./modes.ts";
import type { Noise } from "./noise.ts";
import type { MeasuredPoint, Point } from "./points.ts";
import { product } from "./quantity.ts";
import type { Quantity } from "./quantity.ts";

/** How the values of a segment become values of the current environment, with the workload of today. */
export type Link =
  /** They are. */
  | { status: "current" }
  | {
      status: "linked";
      /** What its seconds are multiplied with. All its points share the error. */
      factor: Quantity;
      /** The factor is known to no better than 2 %. */
      weak: boolean;
      /** How many scaling factors that takes. */
      scalingFactors: number;
    }
  | { status: "broken"; reason: string }
  | { status: "not yet linked" }
  /** The benchmark began anew since then, or before: there is no link, and will be none. */
  | { status: "other version" };

/** The part of a series measured in one environment and workload. */
export interface Segment {
  environment: string;
  workload: string;
  link: Link;
  /** How much sessions of one program differ here; undefined where nothing tells. */
  noise: Noise | undefined;
  /** Where it is bimodal: its noise is that within the usual group then. */
  modes: Modes | undefined;
  /** In the order of the history. Values are what was measured, whatever the link is. */
  points: Point[];
}

/** Its values can be compared with those of today. */
export function isComparable({ link }: Segment): boolean {
  return link.status === "current" || link.status === "linked";
}

/**
 * Seconds of a point as they are in the current environment, with the workload of today; undefined where that is not known. The error
 * of the scaling factors is in them: two points of one segment share it, so compare these by `change`, not as they are shown.
 */
export function shownSeconds({ link }: Segment, { seconds }: MeasuredPoint): Quantity | undefined {
  if (link.status === "current") return seconds;
  return link.status === "linked" ? product(seconds, link.factor) : undefined;
}

/** Its points that have a value, in the order of the history. */
export function measuredPoints({ points }: Segment): MeasuredPoint[] {
  return points.flatMap((point) => (point.status === "measured" ? [point] : []));
}
