import type { Failure, Group, ScalingFactor, MeasurementContext, Variant } from "../../model.ts";
import type { Factor } from "../../timeline/bridge.ts";
import type { CommonMode } from "../../timeline/common-mode.ts";
import type { NoiseBetween } from "../../timeline/quantity.ts";

/**
 * Data of the page. Each file passes one of these values to the page:
 *
 * - `data/index.js`: the overview;
 * - `data/hosts/<host>/benchmarks/<file>.js`, `…/points/<year>/<file>.js`: a benchmark of a host and its points by year;
 * - `data/hosts/<host>/sentences.js`: sentences about all benchmarks of a host;
 * - `data/revisions/<year>.js`: revisions, for all hosts.
 *
 * Files of past years do not change: values are stored as measured, and the page applies later results (factors, noise). Sentences change
 * with each value, so they are in one file and the other files of benchmarks stay the same. All text is plain text, never HTML.
 */

export interface PageIndex {
  target: { name: string; web?: string };
  /** Time that "last month" counts back from. */
  now: string;
  /** Years of the history, oldest first, each with its number of revisions. */
  years: [year: number, revisions: number][];
  /** Hosts, the one with the most recent session first. */
  hosts: PageHost[];
}

/** A host and its benchmarks. */
export interface PageHost {
  name: string;
  /** Name of the folder of its files. */
  file: string;
  /** Rows of its state: name, text, and 1 for a warning. */
  state: [name: string, text: string, warns: 0 | 1][];
  /** Environments in the order of their first session. */
  environments: { id: string; text: string }[];
  /** Id of the current environment. */
  current: string;
  /** Noise that benchmarks of this host's sessions share. */
  common: CommonMode;
  /** Benchmarks, sorted by name. */
  benchmarks: Card[];
}

/** A benchmark in the overview. */
export interface Card {
  name: string;
  /** Name of its files. */
  file: string;
  /** Absent if the suite does not list the benchmark any more. */
  group?: Group;
  /** `12.345 ± 0.012 ms`; absent without a value. */
  value?: string;
  /** Speed-up over the interpreter, `3.21×`; absent without a baseline. */
  speedUp?: string;
  /** Confirmed changes within the last month and the last 3 months. */
  month?: PageCell;
  quarter?: PageCell;
  /** Text, if changes cannot be detected yet. */
  unjudged?: string;
  /** The newest points, oldest first, see spark.ts. */
  spark: string;
  /** Indexes in `spark` with a transition before them. */
  transitions?: number[];
  /** Indexes in `spark` at which a confirmed change begins. */
  slower?: number[];
  faster?: number[];
  /** Indexes in `spark` at which the machine drifted. */
  drifts?: number[];
  /** Text about a missing or doubtful value. */
  said?: string;
  /** Index in the history of the newest confirmed change. */
  changed?: number;
}

/** Cell of a card: its text, the direction of the confirmed changes, and a tooltip. See Cell. */
export type PageCell = [text: string, direction?: "slower" | "faster" | "", more?: string];

/** Revisions of a year, in the order of the history. */
export interface PageRevisions {
  ids: string[];
  titles: string[];
  /** Seconds since 1970. */
  committed: number[];
}

/** Plain sentences about the state of each benchmark, as pairs: some names, such as `__proto__`, are not valid keys of an object. */
export type PageSentences = [name: string, sentences: string[]][];

export interface PageBenchmark {
  name: string;
  current: MeasurementContext;
  series: PageSeries[];
  /** Years with points, oldest first, each with the smallest index in the history that its points reach back to. */
  years: [year: number, from: number][];
}

export interface PageSeries {
  variant: Variant;
  segments: PageSegment[];
  /** Scaling factors of this series that count. */
  scalingFactors: ScalingFactor[];
  /** Transitions of the line: index in the history of the first revision after each. */
  transitions: { position: number; label: string }[];
  changes: PageChange[];
  /** Drifts of the machine: index in the history of the first revision of the new level. */
  drifts: { position: number; label: string }[];
}

/** A confirmed change. */
export interface PageChange {
  /** Index in the history of the first revision after the change. */
  position: number;
  /** `+5.1 % ± 0.3 %, in other layouts too (+4.9 % ± 1.1 %)`. */
  label: string;
  direction: "slower" | "faster";
  /** ln seconds after it - before; absent if not known. */
  change?: Factor;
  /** If revisions were skipped: their number, a text about them, and the index of the last revision before the change. */
  skipped?: number;
  range?: string;
  since?: number;
}

interface PageSegment extends MeasurementContext {
  state: "linked" | "not yet linked" | "broken" | "other version";
  /** Noise between sessions of one program: see Noise. */
  noise?: NoiseBetween;
}

/** Points of a benchmark whose newest revision is of one year. */
export interface PageYear {
  /** Different failures of the year. Their outputs are only in the Markdown. */
  failures: Pick<Failure, "stage" | "message">[];
  groups: PageGroup[];
}

/** Points of one segment, in the order of the history. */
export interface PageGroup extends MeasurementContext {
  variant: Variant;
  /** Index of the newest revision within the year. */
  at: number[];
  /** Number of revisions that run the program up to that one, and the distance in the history to the oldest of them. */
  revisions: Column;
  span: Column;
  /** 1 for points on the line through all linked segments; 0 for points that were measured only to link or to check. */
  shown: Column;
  /** 1 for imported values: see Pool. */
  imported: Column;
  /** Seconds as measured; 0 for a failure. */
  seconds: Column;
  /** Number of sessions, their error within (Infinity if not known) and its degrees of freedom: see Pool. For a failure: 0, its index in `failures`, 0. */
  sessions: Column;
  error: Column;
  freedom: Column;
}

/** Numbers of all points; a single number if all are the same. */
export type Column = number | number[];
