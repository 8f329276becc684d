/** How long the steps of something took. */
export class Stopwatch {
  /** Seconds by step; one that was done several times has the sum. */
  readonly seconds: Record<string, number> = {};

  /** Do a step; it counts however it ends. */
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
