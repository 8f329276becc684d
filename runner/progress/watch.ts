import type { BlockBegun } from "../measure/session.ts";
import type { Reason, WorkItem } from "../model.ts";
import type { JournalContents } from "../store/journal-contents.ts";
import type { Planned } from "../store/journal-lines.ts";
import {
  building,
  finishedText,
  publishing,
  sampling,
  withBlock,
  withBlockBegun,
  withChosen,
  withFailure,
  withStep,
  type Activity,
  type Track,
} from "./activity.ts";
import { addDuration, durationOf, expectedSeconds, readDurations } from "./durations.ts";
import { clearProgress, progressOf, waitingOf, writeProgress, type Waiting } from "./progress.ts";
import type { Screen } from "./screen.ts";

type Which = Pick<Track, "benchmark" | "variant">;

/** Hears what a run does, and tells whoever watches: `status` by the progress file, an operator by the screen. */
export class Watch {
  readonly #screen: Screen | undefined;
  #activity: Activity | undefined;
  #since = "";
  #waiting: Waiting[] = [];
  #blocksBefore = 0;
  #written: Promise<void> = Promise.resolve();

  constructor(screen?: Screen) {
    this.#screen = screen;
  }

  /** What comes after the item that is begun now. */
  queue(items: readonly WorkItem[], describe: (item: WorkItem) => string): void {
    this.#waiting = items.map((item) => waitingOf(item, describe(item)));
  }

  /** @param subject in words. @param benchmarks those owed, where not all. */
  async begin(subject: string, reason: Reason, benchmarks?: string[]): Promise<void> {
    this.#since = new Date().toISOString();
    const expected = expectedSeconds({ reason, ...(benchmarks && { benchmarks }) }, await readDurations());
    await this.#become(building(subject, reason, performance.now(), expected));
  }

  /** A line of the build; one that counts modules ends with `(n of m)`. */
  step(text: string): void {
    if (this.#activity) void this.#become(withStep(this.#activity, text));
  }

  /** Sampling begins, with what the journal holds already. @param mayBeEqual whether equal samples of a benchmark are expected. */
  async sampling(contents: JournalContents, mayBeEqual?: (benchmark: string) => boolean): Promise<void> {
    this.#blocksBefore = contents.blocks.length;
    if (this.#activity) await this.#become(sampling(this.#activity, contents, performance.now(), mayBeEqual));
  }

  /** A block begins: the one moment in a block at which the progress file is written. */
  async blockBegun(begun: BlockBegun): Promise<void> {
    if (this.#activity) await this.#become(withBlockBegun(this.#activity, begun, this.#blocksBefore, performance.now()));
  }

  /** A block is in the journal. */
  block(block: Which & { samples: readonly number[] }): void {
    if (!this.#activity) return;
    this.#activity = withBlock(this.#activity, block, performance.now());
    this.#screen?.show(this.#activity);
  }

  /** Numbers of samples are chosen: what is planned from now on. */
  async chosen(plan: readonly Planned[]): Promise<void> {
    if (this.#activity) await this.#become(withChosen(this.#activity, plan));
  }

  /** Returns what to log of a variant that is measured. */
  finished(which: Which): string {
    const track = this.#activity?.tracks.find(({ benchmark, variant }) => benchmark === which.benchmark && variant === which.variant);
    return track ? finishedText(track) : `${which.benchmark} (${which.variant})`;
  }

  failed({ benchmark, variant }: Which, message: string): void {
    if (!this.#activity) return;
    this.#activity = withFailure(this.#activity, { benchmark, variant }, message, performance.now());
    this.#screen?.show(this.#activity);
  }

  /** Sampling is over: what follows is bringing results and reports to their remotes. */
  async publishing(what = this.#activity?.subject): Promise<void> {
    if (what === undefined) return;
    await this.#keepDuration();
    this.#since = new Date().toISOString();
    await this.#become(publishing(what, performance.now()));
  }

  /** Nothing is done any more. */
  async end(): Promise<void> {
    this.#activity = undefined;
    this.#screen?.show(undefined);
    await this.#written;
    await clearProgress();
  }

  /** What a session took that went through from build to end. */
  async #keepDuration(): Promise<void> {
    const duration = this.#activity && this.#blocksBefore === 0 ? durationOf(this.#activity, performance.now()) : undefined;
    // Where it cannot be kept, the next ones are expected by what is known.
    if (duration) await addDuration(duration).catch(() => undefined);
  }

  /** One write after the other. That it cannot be told is no reason to end a measurement. */
  #become(activity: Activity): Promise<void> {
    this.#activity = activity;
    this.#screen?.show(activity);
    const progress = progressOf(activity, this.#waiting, { since: this.#since, at: new Date().toISOString(), now: performance.now() });
    this.#written = this.#written.then(() => writeProgress(progress)).catch(() => undefined);
    return this.#written;
  }
}
