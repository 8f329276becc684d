/** One block: samples `first` to `first + count - 1` of one runnable. */
export interface ScheduledBlock<T> {
  of: T;
  round: number;
  first: number;
  count: number;
}

/**
 * Returns the blocks in order: each round has one block of everything that is incomplete, so that a slow minute affects every benchmark a
 * little. Runnables with existing samples start at their own round.
 * @param samplesOf wanted samples of each.
 * @param taken existing samples of each.
 */
export function scheduleRounds<T>(
  all: readonly T[],
  { samplesOf, blockSize, taken = new Map() }: { samplesOf: (of: T) => number; blockSize: number; taken?: ReadonlyMap<T, number> },
): ScheduledBlock<T>[] {
  const blocks: ScheduledBlock<T>[] = [];
  const most = Math.max(0, ...all.map(samplesOf));
  for (let round = 0; round * blockSize < most; round++) {
    for (const of of all) {
      const first = Math.max(round * blockSize, taken.get(of) ?? 0);
      const end = Math.min((round + 1) * blockSize, samplesOf(of));
      if (first < end) blocks.push({ of, round, first, count: end - first });
    }
  }
  return blocks;
}
