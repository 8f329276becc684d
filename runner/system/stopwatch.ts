/** Durations of steps. */
export class Stopwatch {
  /** Seconds by step, summed over repetitions. */
  readonly seconds: Record<string, number> = {};

  /** Runs a step and adds its duration, also if it fails. */
  async time<T>(step: string, work: () => Promise<T>): Promise<T> {
    const started = performance.now();
    try {
      return await work();
    } finally {
      this.add(step, (performance.now() - started) / 1000);
    }
  }

  add(step: string, seconds: number): void {
    this.seconds[step] = (this.seconds[step] ?? 0) + seconds;
  }
}
