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

/** Observer of a run: writes the progress file for `evenkeel status`, and draws the live view. */
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

  /** Sets the items that come after the present one. */
  queue(items: readonly WorkItem[], describe: (item: WorkItem) => string): void {
    this.#waiting = items.map((item) => waitingOf(item, describe(item)));
  }

  /** Begins an item. @param subject as text. @param benchmarks the owed ones; all by default. */
  async begin(subject: string, reason: Reason, benchmarks?: string[]): Promise<void> {
    this.#since = new Date().toISOString();
    const expected = expectedSeconds({ reason, ...(benchmarks && { benchmarks }) }, await readDurations());
    await this.#become(building(subject, reason, performance.now(), expected));
  }

  /** Reports a line of the build. A line that counts modules ends with `(n of m)`. */
  step(text: string): void {
    if (this.#activity) void this.#become(withStep(this.#activity, text));
  }

  /** Begins sampling, with the samples of the journal. @param mayBeEqual returns true if equal samples of a benchmark are expected. */
  async sampling(contents: JournalContents, mayBeEqual?: (benchmark: string) => boolean): Promise<void> {
    this.#blocksBefore = contents.blocks.length;
    if (this.#activity) await this.#become(sampling(this.#activity, contents, performance.now(), mayBeEqual));
  }

  /** Reports the start of a block. The progress file is written at no other time of a block. */
  async blockBegun(begun: BlockBegun): Promise<void> {
    if (this.#activity) await this.#become(withBlockBegun(this.#activity, begun, this.#blocksBefore, performance.now()));
  }

  /** Reports a block that is in the journal. */
  block(block: Which & { samples: readonly number[] }): void {
    if (!this.#activity) return;
    this.#activity = withBlock(this.#activity, block, performance.now());
    this.#screen?.show(this.#activity);
  }

  /** Reports the plan after the numbers of samples were chosen. */
  async chosen(plan: readonly Planned[]): Promise<void> {
    if (this.#activity) await this.#become(withChosen(this.#activity, plan));
  }

  /** Returns the log line of a measured variant. */
  finished(which: Which): string {
    const track = this.#activity?.tracks.find(({ benchmark, variant }) => benchmark === which.benchmark && variant === which.variant);
    return track ? finishedText(track) : `${which.benchmark} (${which.variant})`;
  }

  failed({ benchmark, variant }: Which, message: string): void {
    if (!this.#activity) return;
    this.#activity = withFailure(this.#activity, { benchmark, variant }, message, performance.now());
    this.#screen?.show(this.#activity);
  }

  /** Ends sampling, and begins the publication of results and reports. */
  async publishing(what = this.#activity?.subject): Promise<void> {
    if (what === undefined) return;
    await this.#storeDuration();
    this.#since = new Date().toISOString();
    await this.#become(publishing(what, performance.now()));
  }

  /** Ends the observation. */
  async end(): Promise<void> {
    this.#activity = undefined;
    this.#screen?.show(undefined);
    await this.#written;
    await clearProgress();
  }

  /** Stores the duration of a session that was not resumed. */
  async #storeDuration(): Promise<void> {
    const duration = this.#activity && this.#blocksBefore === 0 ? durationOf(this.#activity, performance.now()) : undefined;
    // Durations only serve estimates.
    if (duration) await addDuration(duration).catch(() => undefined);
  }

  /** Sets the activity. Writes the progress file one write after the other; an error must not end a measurement. */
  #become(activity: Activity): Promise<void> {
    this.#activity = activity;
    this.#screen?.show(activity);
    const progress = progressOf(activity, this.#waiting, { since: this.#since, at: new Date().toISOString(), now: performance.now() });
    this.#written = this.#written.then(() => writeProgress(progress)).catch(() => undefined);
    return this.#written;
  }
}
