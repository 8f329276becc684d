import { kernel } from "../system/machine.ts";
import { lastLines } from "../system/infrastructure.ts";
import { withLastLine } from "../system/last-line.ts";
import type { Failure, Variant } from "../model.ts";
import { inOneLine } from "../text/plain-text.ts";
import type { Block } from "../store/journal-lines.ts";
import type { Runnable } from "../suites/suite.ts";
import { takeBlock, type BlockOptions, type TakenBlock } from "./block.ts";
import { conditionsBetween, readConditions, wasThrottled, type Reading } from "./conditions.ts";
import type { Sample, Samples } from "./judge.ts";
import { scheduleRounds, type ScheduledBlock } from "./rounds.ts";

/** Samples of one benchmark variant taken in one go: what the journal keeps as one line, with the time. */
export type SampledBlock = Omit<Block, "at">;

/** Blocks taken again in one session because the processor slowed itself down. */
const mostRepeated = 5;

/** A block is begun. */
export interface BlockBegun {
  benchmark: string;
  variant: Variant;
  /** From 0. */
  round: number;
  rounds: number;
  /** Blocks finished or given up before it, of all blocks of this call. */
  blocksDone: number;
  blocks: number;
}

export interface MeasureOptions extends BlockOptions {
  /** Samples wanted of each; until they are chosen, those of the pilots. */
  samplesOf: (runnable: Runnable) => number;
  /** Called once all pilots are taken, the first round; `samplesOf` may return more from then on. Absent where nothing is to be chosen. */
  choose?: () => Promise<void>;
  blockSize?: number;
  /** Samples the journal holds already, to go on behind them. */
  taken?: (benchmark: string, variant: Variant) => number;
  /** The benchmark's own copy of the suite, if it has one. */
  copyOf: (runnable: Runnable) => string | undefined;
  /** A finished block; awaited before the next sample, so that a kill loses one block at most. */
  onBlock(block: SampledBlock): Promise<void>;
  /** A benchmark failed; it is not sampled again in this call. */
  onFailure(runnable: Runnable, failure: Failure): Promise<void>;
  onProgress?(begun: BlockBegun): Promise<void>;
  /** Reads what the machine is like; this one if not given. */
  read?: () => Promise<Reading>;
}

export interface MeasureResult {
  /** Stopped by the signal: what is missing can be taken by another call. */
  aborted: boolean;
  /** Wall time of all sampled processes of blocks that came to an end, of discarded ones too. */
  processSeconds: number;
  /** What something else than the benchmark stopped (a kill, a full disk): no result, still owed. */
  interrupted: { benchmark: string; variant: Variant; cause: string }[];
}

/** Sample all runnables in rounds: a fresh process a sample, the first process of each dropped. A failure stops that benchmark's variant alone. */
export async function measure(runnables: readonly Runnable[], options: MeasureOptions): Promise<MeasureResult> {
  const { blockSize = 5, samplesOf } = options;
  const counts = new Map(runnables.map((runnable) => [runnable, options.taken?.(runnable.benchmark, runnable.variant) ?? 0]));
  const stopped = new Set<Runnable>();
  const schedule = (): ScheduledBlock<Runnable>[] =>
    scheduleRounds(
      runnables.filter((runnable) => !stopped.has(runnable)),
      { samplesOf, blockSize, taken: (runnable) => counts.get(runnable) ?? 0 },
    );
  let blocks = schedule();
  let lastBlockOf = new Map(blocks.map((block) => [block.of, block]));
  let { choose } = options;
  /** Files of its program when it was first seen, by runnable: what was begun here. */
  const begun = new Map<Runnable, ReadonlyMap<string, string>>();
  const interrupted: MeasureResult["interrupted"] = [];
  const { read = () => readConditions(kernel) } = options;
  let repeated = 0;
  let processSeconds = 0;

  for (let blocksDone = 0; ; blocksDone++) {
    if (options.signal?.aborted) return { aborted: true, processSeconds, interrupted };
    if (choose && (blocks[blocksDone]?.round ?? Infinity) > 0) {
      await choose();
      choose = undefined;
      blocks = [...blocks.slice(0, blocksDone), ...schedule()];
      lastBlockOf = new Map(blocks.map((block) => [block.of, block]));
    }
    const block = blocks[blocksDone];
    if (!block) break;
    const { of: runnable, round, first, count } = block;
    if (stopped.has(runnable)) continue;
    const { benchmark, variant } = runnable;
    const rounds = Math.ceil(options.samplesOf(runnable) / blockSize);
    await options.onProgress?.({ benchmark, variant, round, rounds, blocksDone, blocks: blocks.length });
    const before = begun.get(runnable);
    const place = { first, count, isFirst: before === undefined, isLast: lastBlockOf.get(runnable) === block };
    let start = await read();
    let taken = await takeWhole(runnable, place, options);
    let conditions = conditionsBetween(start, await read());
    if (taken.kind === "samples" && wasThrottled(conditions) && repeated < mostRepeated) {
      repeated++;
      processSeconds += taken.processSeconds;
      start = await read();
      taken = await takeWhole(runnable, place, options);
      conditions = conditionsBetween(start, await read());
    }
    if (options.signal?.aborted && taken.kind !== "samples") return { aborted: true, processSeconds, interrupted };
    const judged = taken.kind === "samples" ? changedItself(taken, before) : taken;
    if (judged.kind === "samples") {
      processSeconds += judged.processSeconds;
      begun.set(runnable, before ?? judged.files.before ?? new Map());
      counts.set(runnable, first + count);
      await options.onBlock({
        benchmark,
        variant,
        round,
        samples: judged.samples.map(({ seconds }) => seconds),
        wallSeconds: meanWall(judged.samples),
        conditions,
      });
      continue;
    }
    stopped.add(runnable);
    if (judged.kind === "failed") await options.onFailure(runnable, judged.failure);
    else interrupted.push({ benchmark, variant, cause: judged.cause });
  }
  return { aborted: false, processSeconds, interrupted };
}

interface BlockSpan {
  first: number;
  count: number;
  isFirst: boolean;
  isLast: boolean;
}

/** A block's samples, or what ended it: a block is kept whole or not at all. What was killed is tried once more; killed again, it did it itself. */
async function takeWhole(runnable: Runnable, { first, count, isFirst, isLast }: BlockSpan, options: MeasureOptions): Promise<TakenBlock> {
  const numbers = Array.from({ length: count }, (_, offset) => first + offset);
  const block = {
    // The very first process finds cold caches: it is dropped.
    numbers: isFirst ? [first, ...numbers] : numbers,
    copy: options.copyOf(runnable),
    hashFiles: [...(isFirst ? ["before" as const] : []), ...(isLast ? ["after" as const] : [])],
  };
  let taken = await takeBlock(runnable, block, options);
  if (taken.kind === "interrupted" && taken.wasKilled && !options.signal?.aborted) {
    const again = await takeBlock(runnable, block, options);
    const isItself = again.kind === "interrupted" && again.wasKilled && !options.signal?.aborted;
    taken = isItself ? killedItself(again) : again;
  }
  return taken.kind === "samples" && isFirst ? { ...taken, samples: taken.samples.slice(1) } : taken;
}

function killedItself({ cause, printed = { stdout: "", stderr: "" } }: Extract<TakenBlock, { kind: "interrupted" }>): TakenBlock {
  const message = withLastLine(`${cause.split(",")[0]}, twice in a row`, printed);
  return { kind: "failed", failure: { stage: "run", message, output: lastLines(printed) } };
}

/** A benchmark that edits its own program is not the one it was: it failed. New files are its own business. */
function changedItself(taken: Samples, begun: ReadonlyMap<string, string> | undefined): TakenBlock {
  const { before, after } = taken.files;
  const start = begun ?? before;
  if (!start || !after) return taken;
  const changed = [...start].filter(([path, hash]) => after.get(path) !== hash).map(([path]) => inOneLine(path.replace(/^\.\//, "")));
  if (changed.length === 0) return taken;
  return {
    kind: "failed",
    failure: { stage: "run", message: `it changed its own program while it ran: ${changed.slice(0, 5).join(", ")}`, output: "" },
  };
}

function meanWall(samples: readonly Sample[]): number {
  return samples.reduce((sum, { wallSeconds }) => sum + wallSeconds, 0) / samples.length;
}
