import { entryFor } from "../../config/benchmark-pattern.ts";
import type { HostConfig } from "../../config/schema.ts";
import type { Listed, Session, Subject } from "../model.ts";
import type { JournalContents } from "../store/journal-contents.ts";
import { mostSamples, type ChosenSamples } from "../store/journal-lines.ts";
import { earlierResults, type SeriesKey } from "./earlier.ts";

/** Samples of the pilot: the first block of a series' first session. Fewer tell no error, so no budget takes more away. */
export const pilotSamples = 5;
/** Seconds that a block of samples takes beside them: its sandbox, the machine's conditions, the journal. */
const secondsOfBlock = 0.1;

export interface SamplePlanInput {
  subject: Subject["kind"];
  /** Everything that the suite lists: the budget is for all of it. */
  listed: readonly Listed[];
  /** In any order. */
  sessions: readonly Session[];
  /** Id of the present environment. */
  environment: string;
  measure: Pick<HostConfig["measure"], "samples" | "budgetMinutes" | "slow">;
}

export interface SamplePlan {
  /** Returns the samples that a series gets; undefined where its pilot is to tell. */
  samplesOf: (series: SeriesKey) => number | undefined;
  /** Returns the seconds that so many series of unknown number may take together in a session, their pilots included. */
  secondsFor: (undecided: number) => number;
}

/**
 * Number of samples of each benchmark variant in a session. It is chosen once for a series (a benchmark variant's workload in one environment), in
 * its first session, and stays: the seeds of samples are then the same in all its sessions, and the trimmed mean of skewed noise, which depends
 * a little on n, is the same quantity. The configuration's `samples` overrule it, and a slow benchmark's own overrule those.
 */
export function samplePlan({ subject, listed, sessions, environment, measure }: SamplePlanInput): SamplePlan {
  const earlier = earlierResults(sessions, environment);
  const slowSamples = (name: string) => entryFor(name, measure.slow, ({ benchmarks }) => benchmarks)?.samples;
  const variant = subject === "baseline" ? "interpreted" : "compiled";
  return {
    samplesOf: (series) => slowSamples(series.benchmark) ?? measure.samples ?? earlier(series)[0]?.samples,
    secondsFor: (undecided) => {
      const counted = listed.filter(({ name, variants }) => variants.includes(variant) && slowSamples(name) === undefined);
      const firsts = counted.flatMap(({ name, workload }) => earlier({ benchmark: name, variant, workload })[0] ?? []);
      const known = firsts.reduce((sum, { samples, wallSeconds, seconds }) => sum + secondsOf(samples, wallSeconds ?? seconds), 0);
      // A session of a few benchmarks must not use the time of those that come later.
      const share = undecided / Math.max(undecided, counted.length - firsts.length);
      return Math.max(0, measure.budgetMinutes * 60 - known) * share;
    },
  };
}

/**
 * Numbers of samples of what a journal leaves to its pilots, by the time that a sample takes and by nothing that the samples say: a choice by
 * their spread costs coverage of the very samples it was made by. Failed ones and those without a pilot get none.
 */
export function chooseSamples({ header, blocks, failed, chosen }: JournalContents): ChosenSamples[] {
  const pilots = header.plan.flatMap((planned) => {
    const isOwn = (one: { benchmark: string; variant: string }) => one.benchmark === planned.benchmark && one.variant === planned.variant;
    const own = blocks.filter(isOwn);
    const count = own.reduce((sum, { samples }) => sum + samples.length, 0);
    if (!planned.undecided || failed.some(isOwn) || count < pilotSamples) return [];
    const seconds = own.reduce((sum, { samples, wallSeconds }) => sum + samples.length * wallSeconds, 0) / count;
    return [{ benchmark: planned.benchmark, variant: planned.variant, seconds }];
  });
  if (pilots.length === 0) return [];
  const share = pilots.length / (pilots.length + chosen.length);
  const numbers = withinSeconds(
    pilots.map(({ seconds }) => seconds),
    (header.secondsToChoose ?? 0) * share,
  );
  return pilots.map(({ benchmark, variant }, index) => ({ benchmark, variant, samples: numbers[index] ?? pilotSamples }));
}

/**
 * As many samples of each as fit: in proportion to one over the square root of a sample's time, which makes the sum of the squared errors least
 * (Neyman's allocation for equal spreads), 5 at least, 40 at most.
 * @param each seconds that a sample of each takes.
 */
export function withinSeconds(each: readonly number[], seconds: number): number[] {
  const numbersAt = (scale: number) =>
    each.map((one) => Math.min(mostSamples, Math.max(pilotSamples, Math.floor(scale / Math.sqrt(Math.max(one, 1e-3))))));
  const costAt = (scale: number) => numbersAt(scale).reduce((sum, n, index) => sum + secondsOf(n, each[index] ?? 0), 0);
  let [low, high] = [0, mostSamples * Math.sqrt(Math.max(1e-3, ...each)) + 1];
  if (costAt(high) <= seconds) return numbersAt(high);
  for (let halving = 0; halving < 50; halving++) {
    const middle = (low + high) / 2;
    if (costAt(middle) <= seconds) low = middle;
    else high = middle;
  }
  return numbersAt(low);
}

/** Seconds that a variant takes in a session, its dropped first process included. @param each wall time of a process. */
export function secondsOf(samples: number, each: number): number {
  return (samples + 1) * each + Math.ceil(samples / pilotSamples) * secondsOfBlock;
}
