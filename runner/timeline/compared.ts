import type { Group, Variant } from "../model.ts";
import type { CommonMode } from "./common-mode.ts";
import type { ConfirmedBetween, Decided, Span } from "./confirmed-between.ts";
import type { Verdict } from "./judgement.ts";
import type { Quantity } from "./quantity.ts";
import type { Timeline } from "./timeline.ts";

/** What is compared: revisions, pooled where they are several; or an environment. `name` is what the operator calls it. */
export type Side =
  /** `span`: which part of the history they are of, or left it at; undefined where that is not known. */
  { kind: "revisions"; name: string; ids: ReadonlySet<string>; span?: Span } | { kind: "environment"; name: string; id: string };

/** The first side or the second. */
export type SideName = "a" | "b";

/** Revisions whose samples are another's ("same as"): their ids by id, by the key of the series. */
export type Copies = ReadonlyMap<string, ReadonlyMap<string, string>>;

export interface Known extends Pick<Timeline, "benchmarks"> {
  /** Those of revisions that are not in the history: there, points know them. */
  copies?: Copies;
  decided?: Decided;
  /** Noise that benchmarks of a session share: assumed where not given. */
  common?: CommonMode;
}

/** One benchmark on both sides. */
export interface Compared {
  benchmark: string;
  group: Group | undefined;
  variant: Variant;
  /** Seconds of the second side over those of the first: below 1 is faster. */
  ratio: Quantity;
  /** Both sides are one value of one program: the ratio is 1 without any error. */
  isSame: boolean;
  /** Scaling factors that lie between both; their error is in the ratio. */
  scalingFactors: number;
  /** Points, or where environments are compared revisions, on the first side and on the second. */
  points: [number, number];
  /** Revisions of a range that were measured elsewhere only, and are left out. */
  elsewhere: number;
  /** The ratio's error has in it what sessions of one program differ; else it is known within sessions only. */
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
  /** Sides that have to be measured, here and now, for one. */
  lacking: SideName[];
}

export interface Comparison {
  /** The smallest ratio first. */
  compared: Compared[];
  /** By name. */
  notCompared: NotCompared[];
  /** Undefined where nothing is compared. */
  mean: GeometricMean | undefined;
}

export interface GeometricMean {
  ratio: Quantity;
  /** Ratios in it. */
  of: number;
  /** Noise that benchmarks of a session share: its error has it in it. */
  common: CommonMode;
}

export type Found = Omit<Compared, "benchmark" | "group" | "variant" | "changes" | "verdict"> | Gap;

export type RevisionsSide = Extract<Side, { kind: "revisions" }>;
export type EnvironmentSide = Extract<Side, { kind: "environment" }>;
export type Sides<Of extends Side = Side> = Record<SideName, Of>;
