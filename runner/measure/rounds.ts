/** One block: samples `first` to `first + count - 1` of one subject of sampling. */
export interface ScheduledBlock<T> {
  of: T;
  round: number;
  first: number;
  count: number;
}

/**
 * Blocks in the order they are taken: in each round one block of everything that still wants one, so that a slow minute touches every
 * benchmark a little. What has samples already joins at its own round.
 * @param samplesOf samples wanted of each.
 * @param taken samples kept of each already.
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
