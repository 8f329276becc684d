import { remaining, withChosen, type JournalContents } from "../store/journal-contents.ts";
import type { ChosenSamples, Planned } from "../store/journal-lines.ts";

interface Which {
  benchmark: string;
  variant: string;
}

/** Samples that a running session wants of each variant, and those it has. */
export class Tally {
  readonly #planned: Map<string, Planned>;
  /** Samples of what is to be sampled and is not complete. */
  readonly #open: Map<string, number>;
  readonly #before: ReadonlyMap<string, number>;

  constructor(contents: JournalContents) {
    this.#planned = new Map(contents.header.plan.map((one) => [keyOf(one), one]));
    this.#open = new Map(remaining(contents).map((one) => [keyOf(one), one.next]));
    this.#before = new Map(this.#open);
  }

  /** Returns whether a variant is still to be sampled. */
  isOpen(which: Which): boolean {
    return this.#open.has(keyOf(which));
  }

  /** Number of variants that are still to be sampled. */
  get open(): number {
    return this.#open.size;
  }

  get plan(): Planned[] {
    return [...this.#planned.values()];
  }

  /** Samples wanted of a variant. */
  samplesOf(which: Which): number {
    return this.#planned.get(keyOf(which))?.samples ?? 0;
  }

  /** Samples that the journal held when it was opened. */
  takenBefore(which: Which): number {
    return this.#before.get(keyOf(which)) ?? 0;
  }

  /** Count a block. Returns the variants that are complete with it. */
  add(block: Which & { samples: readonly number[] }): Planned[] {
    const key = keyOf(block);
    this.#open.set(key, (this.#open.get(key) ?? 0) + block.samples.length);
    return this.#complete([key]);
  }

  /** Take over chosen numbers of samples. Returns the variants whose pilot is all that they get. */
  choose(chosen: readonly ChosenSamples[]): Planned[] {
    for (const one of withChosen(this.plan, chosen)) this.#planned.set(keyOf(one), one);
    return this.#complete(chosen.map(keyOf));
  }

  /** A variant failed: nothing more is wanted of it. */
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
