import { chooseSamples } from "../measure/sample-plan.ts";
import type { Interrupted, SampledBlock, SessionEvent } from "../measure/session.ts";
import { Tally } from "../measure/tally.ts";
import type { Failure } from "../model.ts";
import type { RunnerContext } from "../runner-context.ts";
import { readJournal, type Journal } from "../store/journal.ts";
import { withoutUnwanted, type JournalContents } from "../store/journal-contents.ts";
import type { ChosenSamples, Planned } from "../store/journal-lines.ts";
import type { Runnable } from "../suites/suite.ts";
import { counted } from "../text/quantities.ts";
import { describeSubject } from "../text/subjects.ts";

/** Recorder of a running session: writes events to the journal first, then to the progress display and the log. */
export class Recording {
  /** Contents of the journal when it was opened, without benchmarks that are no longer wanted. */
  readonly before: JournalContents;
  readonly subject: string;
  readonly tally: Tally;
  /** Benchmarks that an infrastructure error interrupted; still owed. */
  readonly interrupted: Interrupted[] = [];
  readonly #journal: Journal;
  readonly #isWanted: (planned: Planned) => boolean;
  readonly #context: RunnerContext;
  #isStopped = false;

  private constructor(journal: Journal, before: JournalContents, isWanted: (planned: Planned) => boolean, context: RunnerContext) {
    this.before = before;
    this.subject = describeSubject(before.header.subject);
    this.tally = new Tally(before);
    this.#journal = journal;
    this.#isWanted = isWanted;
    this.#context = context;
  }

  /** Opens a recording. @param isWanted returns true if a planned benchmark still has to be sampled. */
  static async of(journal: Journal, isWanted: (planned: Planned) => boolean, context: RunnerContext): Promise<Recording> {
    return new Recording(journal, withoutUnwanted(await readJournal(journal.path), isWanted), isWanted, context);
  }

  /** True after a stop by the signal: the next run resumes the journal. */
  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** Records an event. It is on the disk when this returns. */
  async record(event: SessionEvent): Promise<void> {
    const { watch, stopwatch } = this.#context;
    switch (event.kind) {
      case "pilots taken":
        return this.#choose();
      case "block begun":
        return watch.blockBegun(event);
      case "block retried":
        return stopwatch.add("processes", event.processSeconds);
      case "block finished":
        stopwatch.add("processes", event.processSeconds);
        return this.#keep(event.block);
      case "failed":
        return this.fail(event.runnable, event.failure);
      case "interrupted":
        this.interrupted.push({ benchmark: event.benchmark, variant: event.variant, cause: event.cause });
        return;
      case "stopped":
        this.#isStopped = true;
    }
  }

  /** Records the failure of a benchmark variant. */
  async fail({ benchmark, variant, workload }: Runnable, failure: Failure): Promise<void> {
    await this.#journal.failed({ benchmark, variant, workload, ...failure }, now());
    this.tally.drop({ benchmark, variant });
    this.#context.watch.failed({ benchmark, variant }, failure.message);
    this.#log(`${benchmark} (${variant}) failed: ${failure.message}`);
  }

  async #keep(block: SampledBlock): Promise<void> {
    await this.#journal.block({ ...block, at: now() });
    this.#context.watch.block(block);
    this.#logFinished(this.tally.add(block));
  }

  /** Chooses the numbers of samples of new series from their pilot samples. */
  async #choose(): Promise<void> {
    if (!this.before.header.plan.some(({ undecided }) => undecided)) return;
    const chosen = chooseSamples(withoutUnwanted(await readJournal(this.#journal.path), this.#isWanted));
    if (chosen.length === 0) return;
    await this.#journal.chosen(chosen, now());
    const complete = this.tally.choose(chosen);
    await this.#context.watch.chosen(this.tally.plan);
    this.#log(chosenText(chosen));
    this.#logFinished(complete);
  }

  #logFinished(complete: readonly Planned[]): void {
    for (const one of complete) this.#log(`${this.#context.watch.finished(one)}, ${this.tally.open} to go`);
  }

  #log(line: string): void {
    this.#context.log(`${this.subject}: ${line}`);
  }
}

function chosenText(chosen: readonly ChosenSamples[]): string {
  const numbers = chosen.map(({ samples }) => samples);
  const range = [...new Set([Math.min(...numbers), Math.max(...numbers)])].join(" to ");
  return `${counted(chosen.length, "benchmark")} measured for the first time: ${range} samples, now and in later sessions`;
}

function now(): string {
  return new Date().toISOString();
}
