import { scheduleRounds, type ScheduledBlock } from "./rounds.ts";

interface ScheduleOptions<T> {
  /** Samples wanted of each now. */
  samplesOf: (of: T) => number;
  blockSize: number;
  /** Samples kept of each already. */
  taken: ReadonlyMap<T, number>;
}

/** Blocks of a session, with the one that is next. */
export class Schedule<T> {
  readonly #samplesOf: (of: T) => number;
  readonly #blockSize: number;
  readonly #taken: Map<T, number>;
  /** All of which samples are still wanted. */
  readonly #open: Set<T>;
  #blocks: ScheduledBlock<T>[] = [];
  #done = 0;

  constructor(all: readonly T[], { samplesOf, blockSize, taken }: ScheduleOptions<T>) {
    this.#samplesOf = samplesOf;
    this.#blockSize = blockSize;
    this.#taken = new Map(taken);
    this.#open = new Set(all);
    this.plan();
  }

  /** Plan the blocks that are left, by the samples wanted now. */
  plan(): void {
    const left = scheduleRounds([...this.#open], { samplesOf: this.#samplesOf, blockSize: this.#blockSize, taken: this.#taken });
    this.#blocks = [...this.#blocks.slice(0, this.#done), ...left];
  }

  /** The block to take now; undefined where none is left. */
  get next(): ScheduledBlock<T> | undefined {
    return this.#blocks[this.#done];
  }

  /** Blocks taken or given up, and all of them. */
  get progress(): { blocksDone: number; blocks: number } {
    return { blocksDone: this.#done, blocks: this.#blocks.length };
  }

  /** Returns true where no later block is of the same. */
  isLastOf(block: ScheduledBlock<T>): boolean {
    return this.#blocks.findLast(({ of }) => of === block.of) === block;
  }

  /** Rounds of a block's own, by the samples wanted now. */
  roundsOf({ of }: ScheduledBlock<T>): number {
    return Math.ceil(this.#samplesOf(of) / this.#blockSize);
  }

  /** The next block was taken. */
  advance(): void {
    const block = this.next;
    if (!block) return;
    this.#taken.set(block.of, block.first + block.count);
    this.#skip();
  }

  /** The next block was not taken: give up this and all later ones of the same. */
  giveUp(): void {
    const block = this.next;
    if (!block) return;
    this.#open.delete(block.of);
    this.#skip();
  }

  #skip(): void {
    do this.#done++;
    while (this.next && !this.#open.has(this.next.of));
  }
}
