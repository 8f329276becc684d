import type { BlockBegun } from "../measure/session.ts";
import type { Reason, Variant } from "../model.ts";
import { unitFor, secondsText } from "../text/measurements.ts";
import type { JournalContents } from "../store/journal-contents.ts";
import { equalSamples } from "../report/state.ts";
import type { Planned } from "../store/journal-lines.ts";
import { estimate, hasNoSpread } from "../timeline/estimate.ts";
import type { Quantity } from "../timeline/quantity.ts";
import { mean } from "../timeline/stats.ts";

/** Present work of a run. Times are milliseconds of the monotonic clock. */
export interface Activity {
  /** Measured subject, as text. */
  subject: string;
  /** Absent while reports and results are published. */
  reason?: Reason;
  phase: "build" | "measure" | "publish";
  begun: number;
  /** Start of sampling; equal to `begun` before that. */
  sampled: number;
  /** Expected seconds for the whole item, from similar items; absent if there were none. */
  expected?: number;
  /** Newest line of the build, and the numbers of finished and of all modules. */
  step: { text: string; done: number; total: number };
  /** Benchmark variants to sample, in the planned order. */
  tracks: Track[];
  /** Seconds that series without a chosen number of samples may take; absent if there are none. */
  toChoose?: number;
  /** Blocks of samples of the whole session. */
  blocks: { done: number; total: number };
  /** Present round, from 1. */
  round: { now: number; of: number };
  /** Start of the present block. */
  blockBegun: number;
}

/** State of one benchmark variant during a session. */
export interface Track {
  benchmark: string;
  variant: Variant;
  /** Planned number of samples. */
  wanted: number;
  /** Seconds of each process so far. */
  samples: number[];
  /** True if equal samples are expected. */
  mayBeEqual: boolean;
  failure?: string;
  /** Wall seconds per sample in the newest block of this run; absent before. */
  pace?: number;
  isNow: boolean;
  /** Number of its newest block in this run, from 1; 0 before the first. */
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

/** Returns the activity after a line of the build. A line that counts modules ends with `(n of m)`. */
export function withStep(activity: Activity, text: string): Activity {
  const counted = /\((\d+) of (\d+)\)$/.exec(text);
  const { done, total } = counted ? { done: Number(counted[1]), total: Number(counted[2]) } : activity.step;
  return { ...activity, step: { text, done, total } };
}

/** Returns the activity at the start of sampling, with the plan and the samples of the journal. */
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

/** Returns the activity after the choice of the numbers of samples. */
export function withChosen(activity: Activity, plan: readonly Planned[]): Activity {
  const { toChoose: _, ...rest } = activity;
  return {
    ...rest,
    tracks: activity.tracks.map((track) => ({ ...track, wanted: plan.find((one) => is(track, one))?.samples ?? track.wanted })),
  };
}

/** Returns the activity at the start of a block. @param before number of blocks in the journal before this run. */
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
 * Returns the seconds until everything is sampled: the missing samples of each benchmark times its newest pace, or the mean pace of the others
 * if it has none. Before the first block, the expected duration counts; before numbers of samples are chosen, the time that they may take.
 * Undefined if nothing is known.
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

/** Returns true for a complete or failed variant. */
export function isOver({ samples, wanted, failure }: Track): boolean {
  return failure !== undefined || samples.length >= wanted;
}

/** Returns the estimate so far: `12.34 ± 0.08 ms`; undefined for fewer than two samples. */
export function estimateText({ samples }: Pick<Track, "samples">): string | undefined {
  const quantity = quantityOf(samples);
  return quantity && secondsText(quantity, unitFor(quantity.value));
}

/** Returns the estimate of samples; undefined for fewer than two. */
export function quantityOf(samples: readonly number[]): Quantity | undefined {
  if (samples.length < 2) return undefined;
  const { seconds: value, standardError, degreesOfFreedom } = estimate(samples);
  return { value, standardError, degreesOfFreedom };
}

/** Returns a line of the log: `richards (compiled) 12.34 ± 0.08 ms (15 samples)`. */
export function finishedText(track: Track): string {
  const quantity = quantityOf(track.samples);
  const warning = quantity && hasNoSpread(quantity) && !track.mayBeEqual ? `, warning: ${equalSamples}` : "";
  return `${nameOf(track)} ${estimateText(track) ?? "measured"} (${track.samples.length} samples${warning})`;
}

export function nameOf({ benchmark, variant }: Which): string {
  return `${benchmark} (${variant})`;
}

function is(a: Which, b: Which): boolean {
  return a.benchmark === b.benchmark && a.variant === b.variant;
}
