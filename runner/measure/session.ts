import type { Failure, Variant } from "../model.ts";
import type { Runnable } from "../suites/suite.ts";
import { scheduleRounds } from "./rounds.ts";
import { takeSample, type SampleOptions } from "./sample.ts";

/** Samples of one benchmark variant taken in one go: what the journal keeps as one line. */
export interface SampledBlock {
  benchmark: string;
  variant: Variant;
  round: number;
  /** Seconds. */
  samples: number[];
}

interface MeasureProgress {
  benchmark: string;
  variant: Variant;
  round: number;
  rounds: number;
  /** Blocks finished or given up, of all blocks of this call. */
  blocksDone: number;
  blocks: number;
}

export interface MeasureOptions extends SampleOptions {
  /** Samples wanted of each. */
  samplesOf: (runnable: Runnable) => number;
  blockSize?: number;
  /** Samples the journal holds already, to go on behind them. */
  taken?: (benchmark: string, variant: Variant) => number;
  /** A finished block; awaited before the next sample, so that a kill loses one block at most. */
  onBlock(block: SampledBlock): Promise<void>;
  /** A benchmark failed; it is not sampled again in this call. */
  onFailure(runnable: Runnable, failure: Failure): Promise<void>;
  onProgress?(progress: MeasureProgress): Promise<void>;
}

export interface MeasureResult {
  /** Stopped by the signal: what is missing can be taken by another call. */
  aborted: boolean;
  /** What something else than the benchmark stopped (a kill, a full disk): no result, still owed. */
  interrupted: { benchmark: string; variant: Variant; cause: string }[];
}

/** Sample all runnables in rounds: a fresh process a sample, the first process of each dropped. A failure stops that benchmark's variant alone. */
export async function measure(runnables: readonly Runnable[], options: MeasureOptions): Promise<MeasureResult> {
  const { samplesOf, blockSize = 5, taken } = options;
  const blocks = scheduleRounds(runnables, {
    samplesOf,
    blockSize,
    ...(taken && { taken: (one: Runnable) => taken(one.benchmark, one.variant) }),
  });
  const warm = new Set<Runnable>();
  const stopped = new Set<Runnable>();
  const interrupted: MeasureResult["interrupted"] = [];

  for (const [blocksDone, { of: runnable, round, first, count }] of blocks.entries()) {
    if (options.signal?.aborted) return { aborted: true, interrupted };
    if (stopped.has(runnable)) continue;
    const { benchmark, variant } = runnable;
    await options.onProgress?.({
      benchmark,
      variant,
      round,
      rounds: Math.ceil(samplesOf(runnable) / blockSize),
      blocksDone,
      blocks: blocks.length,
    });
    const taken = await takeBlock(runnable, first, count, !warm.has(runnable), options);
    if (options.signal?.aborted && taken.kind !== "samples") return { aborted: true, interrupted };
    warm.add(runnable);
    if (taken.kind === "samples") {
      await options.onBlock({ benchmark, variant, round, samples: taken.samples });
      continue;
    }
    stopped.add(runnable);
    if (taken.kind === "failed") await options.onFailure(runnable, taken.failure);
    else interrupted.push({ benchmark, variant, cause: taken.cause });
  }
  return { aborted: false, interrupted };
}

type TakenBlock = { kind: "samples"; samples: number[] } | { kind: "failed"; failure: Failure } | { kind: "interrupted"; cause: string };

/** A block's samples, or what ended it: a block is kept whole or not at all. */
async function takeBlock(
  runnable: Runnable,
  first: number,
  count: number,
  isFirstProcess: boolean,
  options: SampleOptions,
): Promise<TakenBlock> {
  const numbers = Array.from({ length: count }, (_, offset) => first + offset);
  const samples: number[] = [];
  for (const number of isFirstProcess ? [first, ...numbers] : numbers) {
    if (options.signal?.aborted) return { kind: "interrupted", cause: "it was stopped from outside" };
    const sample = await takeSample(runnable, number, options);
    if (sample.kind !== "seconds") return sample;
    samples.push(sample.seconds);
  }
  return { kind: "samples", samples: isFirstProcess ? samples.slice(1) : samples };
}
