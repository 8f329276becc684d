import type { Modes } from "./modes.ts";
import type { Noise } from "./noise.ts";
import type { MeasuredPoint, Point } from "./points.ts";
import { product } from "./quantity.ts";
import type { Quantity } from "./quantity.ts";

/** Link of a segment to the current environment and the present workload. */
export type Link =
  /** The segment is the current one. */
  | { status: "current" }
  | {
      status: "linked";
      /** Factor by which its seconds are multiplied. All its points share the error. */
      factor: Quantity;
      /** The factor is known to no better than 2 %. */
      weak: boolean;
      /** Number of scaling factors of the link. */
      scalingFactors: number;
    }
  | { status: "broken"; reason: string }
  | { status: "not yet linked" }
  /** The segment has another version of the benchmark, so it will never be linked. */
  | { status: "other version" };

/** The part of a series measured in one environment and workload. */
export interface Segment {
  environment: string;
  workload: string;
  link: Link;
  /** Noise from session to session; undefined if it is not known. */
  noise: Noise | undefined;
  /** Groups of a bimodal series. The noise is then that within the usual group. */
  modes: Modes | undefined;
  /** Points in the order of the history, with values as measured. */
  points: Point[];
}

/** Returns whether the values of a segment can be compared with present ones. */
export function isComparable({ link }: Segment): boolean {
  return link.status === "current" || link.status === "linked";
}

/**
 * Returns the seconds of a point converted to the current environment and workload; undefined if the segment is not linked. They include the
 * error of the scaling factors, which points of one segment share, so compare points by `change`, not by these values.
 */
export function shownSeconds({ link }: Segment, { seconds }: MeasuredPoint): Quantity | undefined {
  if (link.status === "current") return seconds;
  return link.status === "linked" ? product(seconds, link.factor) : undefined;
}

/** Returns the points with a value, in the order of the history. */
export function measuredPoints({ points }: Segment): MeasuredPoint[] {
  return points.flatMap((point) => (point.status === "measured" ? [point] : []));
}
