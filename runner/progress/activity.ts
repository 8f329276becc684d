import type { BlockBegun } from "../measure/session.ts";
import type { Reason, Variant } from "../model.ts";
import { unitFor, secondsText } from "../text/measurements.ts";
import type { JournalContents } from "../store/journal-contents.ts";
import { equalSamples } from "../report/state.ts";
import type { Planned } from "../store/journal-lines.ts";
import { estimate, hasNoSpread } from "../timeline/estimate.ts";
import type { Quantity } from "../timeline/quantity.ts";
import { mean } from "../timeline/stats.ts";

/** What a run is doing, for whoever watches. Moments are milliseconds of the monotonic clock. */
export interface Activity {
  /** What is measured, in words. */
  subject: string;
  /** Absent where nothing is measured: reports and results are published. */
  reason?: Reason;
  phase: "build" | "measure" | "publish";
  begun: number;
  /** When sampling began; `begun` before. */
  sampled: number;
  /** Seconds that all of it takes, by what its like took; absent where there was none. */
  expected?: number;
  /** The newest line of the build, and how many of the modules it is at are done. */
  step: { text: string; done: number; total: number };
  /** Everything to be sampled, in the order planned. */
  tracks: Track[];
  /** Seconds that everything may take whose number of samples is not chosen yet; absent where all are. */
  toChoose?: number;
  /** Blocks of samples of the whole session. */
  blocks: { done: number; total: number };
  /** Round that is taken now, from 1. */
  round: { now: number; of: number };
  /** When the block in work began. */
  blockBegun: number;
}

/** One benchmark variant as far as it is measured. */
export interface Track {
  benchmark: string;
  variant: Variant;
  /** Samples in the end. */
  wanted: number;
  /** Seconds of each process so far. */
  samples: number[];
  /** Equal samples are expected. */
  mayBeEqual: boolean;
  failure?: string;
  /** Wall seconds a sample took in its newest block of this run; absent before. */
  pace?: number;
  isNow: boolean;
  /** The block of this run that touched it last, from 1; 0 before. */
  touched: number;
}

type Which = Pick<Track, "benchmark" | "variant">;

export function building(subject: string, reason: Reason, now: number, expected?: number): Activity {
  return {
    subject,
    reason,
    phase: "build",
    begun: now,
    sampled: now,
    ...(expected !== undefined && { expected }),
    step: { text: "", done: 0, total: 0 },
    tracks: [],
    blocks: { done: 0, total: 0 },
    round: { now: 0, of: 0 },
    blockBegun: now,
  };
}

export function publishing(subject: string, now: number): Activity {
  const { reason: _, ...rest } = building(subject, "new", now);
  return { ...rest, phase: "publish" };
}

/** A line of the build; one that counts modules ends with `(n of m)`. */
export function withStep(activity: Activity, text: string): Activity {
  const counted = /\((\d+) of (\d+)\)$/.exec(text);
  const { done, total } = counted ? { done: Number(counted[1]), total: Number(counted[2]) } : activity.step;
  return { ...activity, step: { text, done, total } };
}

/** Sampling begins: everything the journal plans, with what it holds already. */
export function sampling(
  activity: Activity,
  { header, blocks, failed }: JournalContents,
  now: number,
  mayBeEqual: (benchmark: string) => boolean = () => false,
): Activity {
  const tracks = header.plan.map(({ benchmark, variant, samples: wanted }): Track => {
    const samples = blocks.filter((block) => is({ benchmark, variant }, block)).flatMap((block) => block.samples);
    const failure = failed.find((one) => is({ benchmark, variant }, one));
    return {
      benchmark,
      variant,
      wanted,
      samples,
      mayBeEqual: mayBeEqual(benchmark),
      isNow: false,
      touched: 0,
      ...(failure && { failure: failure.message }),
    };
  });
  const done = { done: blocks.length, total: blocks.length };
  const isOpen = header.plan.some(({ undecided }) => undecided);
  const toChoose = isOpen && header.secondsToChoose !== undefined && { toChoose: header.secondsToChoose };
  return { ...activity, phase: "measure", tracks, blocks: done, sampled: now, blockBegun: now, ...toChoose };
}

/** Numbers of samples are chosen. */
export function withChosen(activity: Activity, plan: readonly Planned[]): Activity {
  const { toChoose: _, ...rest } = activity;
  return {
    ...rest,
    tracks: activity.tracks.map((track) => ({ ...track, wanted: plan.find((one) => is(track, one))?.samples ?? track.wanted })),
  };
}

/** @param before blocks the journal held before this run. */
export function withBlockBegun(activity: Activity, begun: BlockBegun, before: number, now: number): Activity {
  return {
    ...activity,
    tracks: activity.tracks.map((track) =>
      is(track, begun) ? { ...track, isNow: true, touched: begun.blocksDone + 1 } : { ...track, isNow: false },
    ),
    blocks: { done: before + begun.blocksDone, total: before + begun.blocks },
    round: { now: begun.round + 1, of: begun.rounds },
    blockBegun: now,
  };
}

export function withBlock(activity: Activity, block: Which & { samples: readonly number[] }, now: number): Activity {
  const pace = (now - activity.blockBegun) / 1000 / Math.max(block.samples.length, 1);
  return {
    ...activity,
    tracks: activity.tracks.map((track) =>
      is(track, block) ? { ...track, samples: [...track.samples, ...block.samples], pace, isNow: false } : track,
    ),
    blocks: { ...activity.blocks, done: activity.blocks.done + 1 },
    blockBegun: now,
  };
}

export function withFailure(activity: Activity, which: Which, failure: string, now: number): Activity {
  return {
    ...activity,
    tracks: activity.tracks.map((track) => (is(track, which) ? { ...track, failure, isNow: false } : track)),
    blockBegun: now,
  };
}

/**
 * Seconds until everything is sampled: what is missing of each benchmark at the pace of its newest block; where it has none yet, at the
 * mean of the others. Before the first block, what its like took; before numbers of samples are chosen, the time they may take. undefined while
 * nothing tells.
 */
export function secondsLeft(
  { phase, tracks, blockBegun, begun, sampled, expected, toChoose = 0 }: Activity,
  now: number,
): number | undefined {
  const paces = tracks.flatMap(({ pace }) => (pace === undefined ? [] : [pace]));
  if (phase !== "publish" && paces.length === 0 && expected !== undefined) return Math.max(0, expected - (now - begun) / 1000);
  if (phase !== "measure" || paces.length === 0) return undefined;
  const usual = mean(paces);
  const missing = tracks.filter((track) => !isOver(track));
  const left = missing.reduce((sum, { wanted, samples, pace = usual }) => sum + (wanted - samples.length) * pace, 0);
  return Math.max(0, left - (now - blockBegun) / 1000, toChoose - (now - sampled) / 1000);
}

/** Complete or failed. */
export function isOver({ samples, wanted, failure }: Track): boolean {
  return failure !== undefined || samples.length >= wanted;
}

/** `12.34 ± 0.08 ms`: the estimate so far; undefined before there are two samples. */
export function estimateText({ samples }: Pick<Track, "samples">): string | undefined {
  const so = quantityOf(samples);
  return so && secondsText(so, unitFor(so.value));
}

/** The estimate of some samples; undefined for fewer than two. */
export function quantityOf(samples: readonly number[]): Quantity | undefined {
  if (samples.length < 2) return undefined;
  const { seconds: value, standardError, degreesOfFreedom } = estimate(samples);
  return { value, standardError, degreesOfFreedom };
}

/** `richards (compiled) 12.34 ± 0.08 ms (15 samples)`: a line of the log. */
export function finishedText(track: Track): string {
  const so = quantityOf(track.samples);
  const warning = so && hasNoSpread(so) && !track.mayBeEqual ? `, warning: ${equalSamples}` : "";
  return `${nameOf(track)} ${estimateText(track) ?? "measured"} (${track.samples.length} samples${warning})`;
}

export function nameOf({ benchmark, variant }: Which): string {
  return `${benchmark} (${variant})`;
}

function is(a: Which, b: Which): boolean {
  return a.benchmark === b.benchmark && a.variant === b.variant;
}
