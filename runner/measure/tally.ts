import { remaining, withChosen, type JournalContents } from "../store/journal-contents.ts";
import type { ChosenSamples, Planned } from "../store/journal-lines.ts";

interface Which {
  benchmark: string;
  variant: string;
}

/** Wanted and existing samples of each variant in a running session. */
export class Tally {
  readonly #planned: Map<string, Planned>;
  /** Samples of incomplete variants. */
  readonly #open: Map<string, number>;
  readonly #before: ReadonlyMap<string, number>;

  constructor(contents: JournalContents) {
    this.#planned = new Map(contents.header.plan.map((one) => [keyOf(one), one]));
    this.#open = new Map(remaining(contents).map((one) => [keyOf(one), one.next]));
    this.#before = new Map(this.#open);
  }

  /** Returns true if a variant needs more samples. */
  isOpen(which: Which): boolean {
    return this.#open.has(keyOf(which));
  }

  /** Number of variants that need more samples. */
  get open(): number {
    return this.#open.size;
  }

  get plan(): Planned[] {
    return [...this.#planned.values()];
  }

  /** Returns the wanted samples of a variant. */
  samplesOf(which: Which): number {
    return this.#planned.get(keyOf(which))?.samples ?? 0;
  }

  /** Returns the samples that the journal had when it was opened. */
  takenBefore(which: Which): number {
    return this.#before.get(keyOf(which)) ?? 0;
  }

  /** Adds a block. Returns the variants that it completes. */
  add(block: Which & { samples: readonly number[] }): Planned[] {
    const key = keyOf(block);
    this.#open.set(key, (this.#open.get(key) ?? 0) + block.samples.length);
    return this.#complete([key]);
  }

  /** Applies chosen numbers of samples. Returns the variants that their pilot completes. */
  choose(chosen: readonly ChosenSamples[]): Planned[] {
    for (const one of withChosen(this.plan, chosen)) this.#planned.set(keyOf(one), one);
    return this.#complete(chosen.map(keyOf));
  }

  /** Drops a failed variant. */
  drop(which: Which): void {
    this.#open.delete(keyOf(which));
  }

  #complete(keys: readonly string[]): Planned[] {
    return keys.flatMap((key) => {
      const planned = this.#planned.get(key);
      if (!planned || planned.undecided || (this.#open.get(key) ?? 0) < planned.samples) return [];
      this.#open.delete(key);
      return [planned];
    });
  }
}

function keyOf({ benchmark, variant }: Which): string {
  return `${benchmark} ${variant}`;
}
