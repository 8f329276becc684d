import type { Group, Variant } from "../model.ts";
import type { CommonMode } from "./common-mode.ts";
import type { ConfirmedBetween, Decided, Span } from "./confirmed-between.ts";
import type { Verdict } from "./judgement.ts";
import type { Quantity } from "./quantity.ts";
import type { Timeline } from "./timeline.ts";

/** Side of a comparison: one or several revisions, which are pooled, or an environment. `name` is the operator's name for it. */
export type Side =
  /** `span`: which part of the history they are of, or left it at; undefined where that is not known. */
  { kind: "revisions"; name: string; ids: ReadonlySet<string>; span?: Span } | { kind: "environment"; name: string; id: string };

/** The first side or the second. */
export type SideName = "a" | "b";

/** Revisions that reuse the samples of others: ids of the originals by id, by the key of the series. */
export type Copies = ReadonlyMap<string, ReadonlyMap<string, string>>;

export interface Known extends Pick<Timeline, "benchmarks"> {
  /** Reused results of revisions that are not in the history. Points have those of the history. */
  copies?: Copies;
  decided?: Decided;
  /** Noise that benchmarks of a session share; assumed if not given. */
  common?: CommonMode;
}

/** One benchmark on both sides. */
export interface Compared {
  benchmark: string;
  group: Group | undefined;
  variant: Variant;
  /** Ratio of the second side's seconds to the first side's. Below 1 is faster. */
  ratio: Quantity;
  /** Both sides are the same value of one program: the ratio is 1 without any error. */
  isSame: boolean;
  /** Number of scaling factors between both. Their error is in the ratio. */
  scalingFactors: number;
  /** Points, or where environments are compared revisions, on the first side and on the second. */
  points: [number, number];
  /** Revisions of a range that were measured only in other contexts and are left out. */
  elsewhere: number;
  /** The ratio's error includes the noise from session to session; otherwise only the noise within sessions. */
  isNoiseKnown: boolean;
  /** Confirmed changes between both sides. */
  changes: readonly ConfirmedBetween[];
  verdict: Verdict;
}

export interface NotCompared extends Gap {
  benchmark: string;
}

/** Reason that there is no ratio. */
export interface Gap {
  reason: string;
  /** Sides that must be measured in the present context to get a ratio. */
  lacking: SideName[];
}

export interface Comparison {
  /** The smallest ratio first. */
  compared: Compared[];
  /** By name. */
  notCompared: NotCompared[];
  /** Undefined if nothing is compared. */
  mean: GeometricMean | undefined;
}

export interface GeometricMean {
  ratio: Quantity;
  /** Number of ratios. */
  of: number;
  /** Noise that benchmarks of a session share, which is included in the error. */
  common: CommonMode;
}

export type Found = Omit<Compared, "benchmark" | "group" | "variant" | "changes" | "verdict"> | Gap;

export type RevisionsSide = Extract<Side, { kind: "revisions" }>;
export type EnvironmentSide = Extract<Side, { kind: "environment" }>;
export type Sides<Of extends Side = Side> = Record<SideName, Of>;
