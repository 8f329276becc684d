import type { Failure, Group, ScalingFactor, MeasurementContext, Variant } from "../../model.ts";
import type { Factor } from "../../timeline/bridge.ts";
import type { CommonMode } from "../../timeline/common-mode.ts";
import type { NoiseBetween } from "../../timeline/quantity.ts";

/**
 * What the page reads: `data/index.js` for the overview; below `data/hosts/<host>/` for each benchmark of a host `benchmarks/<file>.js`, its
 * words in `sentences.js` and, year by year, `points/<year>/<file>.js`; `data/revisions/<year>.js` is for all hosts. Each file hands one of these values to the page. What
 * happened in a year that is over stays the same: values are stored as measured, and what is found out later (factors, noise) is applied by
 * the page. What is said of benchmarks changes with each value, so it is in one file for all of them, and their own stay as they are.
 * No text is HTML.
 */

export interface PageIndex {
  target: { name: string; web?: string };
  /** Time that "last month" counts back from. */
  now: string;
  /** Years of the history, oldest first, each with how many revisions it has. */
  years: [year: number, revisions: number][];
  /** The one with the most recent session first. */
  hosts: PageHost[];
}

/** A host, and all that it measured. */
export interface PageHost {
  name: string;
  /** Name of the folder of its files. */
  file: string;
  /** Its state: name, text, and whether somebody should look at it. */
  state: [name: string, text: string, warns: 0 | 1][];
  /** In the order of their first session. */
  environments: { id: string; text: string }[];
  /** Id of the current environment. */
  current: string;
  /** Noise that benchmarks of its sessions share. */
  common: CommonMode;
  /** Sorted by name. */
  benchmarks: Card[];
}

/** A benchmark in the overview. */
export interface Card {
  name: string;
  /** Name of its files. */
  file: string;
  /** Absent once the suite has dropped the benchmark. */
  group?: Group;
  /** `12.345 ± 0.012 ms`; absent where there is no value. */
  value?: string;
  /** `3.21×` faster than the interpreter. */
  speedUp?: string;
  /** Confirmed changes within the last month and the last 3 months. */
  month?: PageCell;
  quarter?: PageCell;
  /** Said where no change can be detected yet. */
  unjudged?: string;
  /** The newest points, oldest first, see spark.ts. */
  spark: string;
  /** Places in `spark` before which there is a transition. */
  transitions?: number[];
  /** Places in `spark` where a confirmed change begins. */
  slower?: number[];
  faster?: number[];
  /** Places in `spark` where the machine drifted. */
  drifts?: number[];
  /** A sentence about what is missing or wrong. */
  said?: string;
  /** MeasurementContext in the history of its newest confirmed change. */
  changed?: number;
}

/** See Cell: text, where confirmed changes led, and what else there is to know. */
export type PageCell = [text: string, direction?: "slower" | "faster" | "", more?: string];

/** Revisions of a year, in the order of the history. */
export interface PageRevisions {
  ids: string[];
  titles: string[];
  /** Seconds since 1970. */
  committed: number[];
}

/** Plain sentences about the state of each benchmark. Pairs: as keys of a script's object, some names are no names. */
export type PageSentences = [name: string, sentences: string[]][];

export interface PageBenchmark {
  name: string;
  current: MeasurementContext;
  series: PageSeries[];
  /** Years that it has points in, oldest first, each with the index in the history that its points reach back to. */
  years: [year: number, from: number][];
}

export interface PageSeries {
  variant: Variant;
  segments: PageSegment[];
  /** Those of this series that count. */
  scalingFactors: ScalingFactor[];
  /** Where the line goes over: index in the history of the first revision after it. */
  transitions: { position: number; label: string }[];
  changes: PageChange[];
  /** Where the machine drifted: index in the history of the first revision of the new level. */
  drifts: { position: number; label: string }[];
}

/** A confirmed change. */
export interface PageChange {
  /** MeasurementContext in the history of the first bad revision. */
  position: number;
  /** `+5.1 % ± 0.3 %, in other layouts too (+4.9 % ± 1.1 %)`. */
  label: string;
  direction: "slower" | "faster";
  /** ln seconds after it - before; absent where that is not known. */
  change?: Factor;
  /** Where revisions were skipped: how many, that it may be one of these, and the place of the last good revision. */
  skipped?: number;
  range?: string;
  since?: number;
}

interface PageSegment extends MeasurementContext {
  state: "linked" | "not yet linked" | "broken" | "other version";
  /** How much sessions of one program differ: see Noise. */
  noise?: NoiseBetween;
}

/** Points of a benchmark whose newest revision is of one year. */
export interface PageYear {
  /** Outputs are left to the Markdown. */
  failures: Pick<Failure, "stage" | "message">[];
  groups: PageGroup[];
}

/** Points of one segment, in the order of the history. */
export interface PageGroup extends MeasurementContext {
  variant: Variant;
  /** Place of the newest revision among those of the year. */
  at: number[];
  /** How many revisions run the program, up to that one, and how far before it in the history the oldest of them is. */
  revisions: Column;
  span: Column;
  /** 1 where the line through all linked segments has the point; 0 where it was measured to link or to check only. */
  shown: Column;
  /** 1 where others measured it: see Pool. */
  imported: Column;
  /** Seconds as measured; 0 where it failed. */
  seconds: Column;
  /** See Pool: how many sessions, their error within (Infinity where it is not known) and its degrees of freedom. Of a failure: 0, its place in `failures`, 0. */
  sessions: Column;
  error: Column;
  freedom: Column;
}

/** Numbers of so many points; one alone where all are the same. */
export type Column = number | number[];
