import { kernel } from "../system/machine.ts";
import { lastLines } from "../system/infrastructure.ts";
import { withLastLine } from "../system/last-line.ts";
import type { Conditions, Failure, Variant } from "../model.ts";
import { inOneLine } from "../text/plain-text.ts";
import type { Block } from "../store/journal-lines.ts";
import type { Runnable } from "../suites/suite.ts";
import { takeBlock, type BlockOptions, type SampledRunnable, type TakenBlock } from "./block.ts";
import { conditionsBetween, readConditions, wasThrottled, type Reading } from "./conditions.ts";
import type { Sample, Samples } from "./judge.ts";
import type { ScheduledBlock } from "./rounds.ts";
import { Schedule } from "./schedule.ts";

/** Consecutive samples of one benchmark variant. The journal stores them as one line, with the time. */
export type SampledBlock = Omit<Block, "at">;

/** Most blocks repeated in one session because the processor throttled itself. */
const mostRetries = 5;

/** Start of a block. */
export interface BlockBegun {
  benchmark: string;
  variant: Variant;
  /** From 0. */
  round: number;
  rounds: number;
  /** Blocks finished or given up before it, out of `blocks` in this call. */
  blocksDone: number;
  blocks: number;
}

/** A benchmark variant that the machine stopped, with the cause: no result, still owed. */
export interface Interrupted {
  benchmark: string;
  variant: Variant;
  cause: string;
}

/** A step of a session. `processSeconds` is the wall time of all processes of a block, including dropped ones. */
export type SessionEvent =
  /** End of the first round, once per session: `samplesOf` may return more from now on. */
  | { kind: "pilots taken" }
  | ({ kind: "block begun" } & BlockBegun)
  /** The processor throttled itself: the block is repeated. */
  | { kind: "block retried"; processSeconds: number }
  | { kind: "block finished"; block: SampledBlock; processSeconds: number }
  /** It is not sampled again in this session. */
  | { kind: "failed"; runnable: Runnable; failure: Failure }
  /** A kill, a full disk: it is not sampled again in this session. */
  | ({ kind: "interrupted" } & Interrupted)
  /** Last event after the signal: another run can take the missing samples. */
  | { kind: "stopped" };

/** A runnable to sample, with the number of its samples in the journal. */
export interface ToSample extends SampledRunnable {
  taken?: number;
}

export interface SessionOptions extends BlockOptions {
  /** Samples wanted of each; until they are chosen, those of the pilots. */
  samplesOf: (runnable: Runnable) => number;
  blockSize?: number;
  /** Reads what the machine is like; this one if not given. */
  read?: () => Promise<Reading>;
}

/**
 * Sample all runnables in rounds: a fresh process a sample, the first process of each dropped. A failure stops that benchmark's variant alone.
 * Nothing is sampled while the caller handles an event: a kill loses one block at most where the caller keeps each before it asks for the next.
 */
export async function* measure(all: readonly ToSample[], options: SessionOptions): AsyncGenerator<SessionEvent, void, void> {
  const { samplesOf, blockSize = 5 } = options;
  const isStopped = () => options.signal?.aborted === true;
  const taken = new Map(all.map((one) => [one, one.taken ?? 0]));
  const schedule = new Schedule(all, { samplesOf: ({ runnable }) => samplesOf(runnable), blockSize, taken });
  /** Files of each program at its first block. */
  const programs = new Map<ToSample, ReadonlyMap<string, string>>();
  let arePilotsTaken = false;
  let retries = 0;

  while (!isStopped()) {
    if (!arePilotsTaken && (schedule.next?.round ?? Infinity) > 0) {
      arePilotsTaken = true;
      yield { kind: "pilots taken" };
      schedule.plan();
    }
    const block = schedule.next;
    if (!block) return;
    const { of: sampled, round } = block;
    const { benchmark, variant } = sampled.runnable;
    yield { kind: "block begun", benchmark, variant, round, rounds: schedule.roundsOf(block), ...schedule.progress };
    const program = programs.get(sampled);
    const span = { ...block, isFirst: program === undefined, isLast: schedule.isLastOf(block) };
    let { outcome, conditions } = await takeObserved(span, options);
    if (outcome.kind === "samples" && wasThrottled(conditions) && retries < mostRetries) {
      retries++;
      yield { kind: "block retried", processSeconds: outcome.processSeconds };
      ({ outcome, conditions } = await takeObserved(span, options));
    }
    if (isStopped() && outcome.kind !== "samples") break;
    const judged = outcome.kind === "samples" ? changedItself(outcome, program) : outcome;
    if (judged.kind === "samples") {
      programs.set(sampled, program ?? judged.files.before ?? new Map());
      schedule.advance();
      yield { kind: "block finished", block: blockOf(sampled.runnable, round, judged, conditions), processSeconds: judged.processSeconds };
    } else {
      schedule.giveUp();
      if (judged.kind === "failed") yield { kind: "failed", runnable: sampled.runnable, failure: judged.failure };
      else yield { kind: "interrupted", benchmark, variant, cause: judged.cause };
    }
  }
  yield { kind: "stopped" };
}

function blockOf({ benchmark, variant }: Runnable, round: number, { samples }: Samples, conditions: Conditions): SampledBlock {
  return { benchmark, variant, round, samples: samples.map(({ seconds }) => seconds), wallSeconds: meanWall(samples), conditions };
}

/** A block, and its position among the blocks of its runnable in this session. */
interface BlockSpan extends ScheduledBlock<SampledRunnable> {
  isFirst: boolean;
  isLast: boolean;
}

/** Takes a block, and reads the machine's conditions before and after it. */
async function takeObserved(span: BlockSpan, options: SessionOptions): Promise<{ outcome: TakenBlock; conditions: Conditions }> {
  const { read = () => readConditions(kernel) } = options;
  const start = await read();
  const outcome = await takeWhole(span, options);
  return { outcome, conditions: conditionsBetween(start, await read()) };
}

/** Takes a complete block or none. A killed block is retried once; if it is killed again, that is a failure of the benchmark. */
async function takeWhole({ of: sampled, first, count, isFirst, isLast }: BlockSpan, options: BlockOptions): Promise<TakenBlock> {
  const numbers = Array.from({ length: count }, (_, offset) => first + offset);
  const block = {
    // The first process is dropped, because its caches are cold.
    numbers: isFirst ? [first, ...numbers] : numbers,
    hashFiles: [...(isFirst ? ["before" as const] : []), ...(isLast ? ["after" as const] : [])],
  };
  let taken = await takeBlock(sampled, block, options);
  if (taken.kind === "interrupted" && taken.wasKilled && !options.signal?.aborted) {
    const again = await takeBlock(sampled, block, options);
    const isItself = again.kind === "interrupted" && again.wasKilled && !options.signal?.aborted;
    taken = isItself ? killedItself(again) : again;
  }
  return taken.kind === "samples" && isFirst ? { ...taken, samples: taken.samples.slice(1) } : taken;
}

function killedItself({ cause, printed = { stdout: "", stderr: "" } }: Extract<TakenBlock, { kind: "interrupted" }>): TakenBlock {
  const message = withLastLine(`${cause.split(",")[0]}, twice in a row`, printed);
  return { kind: "failed", failure: { stage: "run", message, output: lastLines(printed) } };
}

/** Returns a failure if a benchmark changed its own program. New files are allowed. */
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
