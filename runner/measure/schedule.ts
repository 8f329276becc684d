import { scheduleRounds, type ScheduledBlock } from "./rounds.ts";

interface ScheduleOptions<T> {
  /** Returns the presently wanted samples of each. */
  samplesOf: (of: T) => number;
  blockSize: number;
  /** Existing samples of each. */
  taken: ReadonlyMap<T, number>;
}

/** Blocks of a session, with the next one. */
export class Schedule<T> {
  readonly #samplesOf: (of: T) => number;
  readonly #blockSize: number;
  readonly #taken: Map<T, number>;
  /** Runnables whose samples are still wanted. */
  readonly #open: Set<T>;
  /** Wanted samples of each by the present plan. */
  readonly #planned = new Map<T, number>();
  #blocks: ScheduledBlock<T>[] = [];
  #done = 0;

  constructor(all: readonly T[], { samplesOf, blockSize, taken }: ScheduleOptions<T>) {
    this.#samplesOf = samplesOf;
    this.#blockSize = blockSize;
    this.#taken = new Map(taken);
    this.#open = new Set(all);
    this.plan();
  }

  /** Plans the remaining blocks anew if the wanted samples have changed. Otherwise, blocks that were given up stay counted. */
  plan(): void {
    if ([...this.#open].every((of) => this.#planned.get(of) === this.#samplesOf(of))) return;
    for (const of of this.#open) this.#planned.set(of, this.#samplesOf(of));
    const left = scheduleRounds([...this.#open], { samplesOf: this.#samplesOf, blockSize: this.#blockSize, taken: this.#taken });
    this.#blocks = [...this.#blocks.slice(0, this.#done), ...left];
  }

  /** Returns the next block; undefined if none is left. */
  get next(): ScheduledBlock<T> | undefined {
    return this.#blocks[this.#done];
  }

  /** Returns the numbers of finished (taken or given up) blocks, and of all blocks. */
  get progress(): { blocksDone: number; blocks: number } {
    return { blocksDone: this.#done, blocks: this.#blocks.length };
  }

  /** Returns true if no later block is of the same runnable. */
  isLastOf(block: ScheduledBlock<T>): boolean {
    return this.#blocks.findLast(({ of }) => of === block.of) === block;
  }

  /** Returns the number of rounds of a block's runnable, from the presently wanted samples. */
  roundsOf({ of }: ScheduledBlock<T>): number {
    return Math.ceil(this.#samplesOf(of) / this.#blockSize);
  }

  /** Marks the next block as taken. */
  advance(): void {
    const block = this.next;
    if (!block) return;
    this.#taken.set(block.of, block.first + block.count);
    this.#skip();
  }

  /** Gives up the next block and all later ones of the same runnable. */
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
