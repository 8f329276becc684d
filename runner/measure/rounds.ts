/** One block: samples `first` to `first + count - 1` of one subject of sampling. */
export interface ScheduledBlock<T> {
  of: T;
  round: number;
  first: number;
  count: number;
}

/** How many samples are wanted of one subject of sampling, and how many there are already. */
export interface Wanted<T> {
  of: T;
  samples: number;
  taken?: number;
}

/**
 * Blocks in the order they are taken: in each round one block of everything, so that a slow minute touches every benchmark a little.
 * What has samples already joins at its own round.
 */
export function scheduleRounds<T>(all: readonly Wanted<T>[], blockSize: number): ScheduledBlock<T>[] {
  const blocks: ScheduledBlock<T>[] = [];
  const most = Math.max(0, ...all.map(({ samples }) => samples));
  for (let round = 0; round * blockSize < most; round++) {
    for (const { of, samples, taken = 0 } of all) {
      const first = Math.max(round * blockSize, taken);
      const end = Math.min((round + 1) * blockSize, samples);
      if (first < end) blocks.push({ of, round, first, count: end - first });
    }
  }
  return blocks;
}
