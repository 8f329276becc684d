import { entryFor } from "../../config/benchmark-pattern.ts";
import type { HostConfig } from "../../config/schema.ts";
import type { Listed, Session, Subject } from "../model.ts";
import type { JournalContents } from "../store/journal-contents.ts";
import { mostSamples, type ChosenSamples } from "../store/journal-lines.ts";
import { earlierResults, type SeriesKey } from "./earlier.ts";

/** Samples of the pilot, the first block of a series' first session. Fewer samples give no error, so no budget goes below it. */
export const pilotSamples = 5;
/** Overhead of a block in seconds: its sandbox, the machine's conditions, the journal. */
const secondsOfBlock = 0.1;

export interface SamplePlanInput {
  subject: Subject["kind"];
  /** All benchmarks of the suite, which share the budget. */
  listed: readonly Listed[];
  /** Sessions in any order. */
  sessions: readonly Session[];
  /** Id of the present environment. */
  environment: string;
  measure: Pick<HostConfig["measure"], "samples" | "budgetMinutes" | "slow">;
}

export interface SamplePlan {
  /** Returns the number of samples of a series; undefined if its pilot decides. */
  samplesOf: (series: SeriesKey) => number | undefined;
  /** Returns the seconds for this number of undecided series together in a session, including their pilots. */
  secondsFor: (undecided: number) => number;
}

/**
 * Plans the number of samples of each benchmark variant in a session. It is chosen in the first session of a series (a variant's workload in
 * one environment) and stays. All sessions then have the same seeds, and the trimmed mean of skewed noise, which depends slightly on n, stays
 * the same quantity. The setting `samples` has precedence, and the samples of a slow benchmark over that.
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
      // A session of a few benchmarks must not use the time of later ones.
      const share = undecided / Math.max(undecided, counted.length - firsts.length);
      return Math.max(0, measure.budgetMinutes * 60 - known) * share;
    },
  };
}

/**
 * Chooses the numbers of samples for a journal's undecided variants from the time of a sample only. A choice by the spread of the same samples
 * would reduce the coverage of their intervals. Failed variants and those without a pilot get none.
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
 * Returns the numbers of samples that fit into a time: proportional to one over the square root of a sample's time, which minimises the sum
 * of squared errors (Neyman's allocation for equal spreads), from 5 to 40.
 * @param each seconds of a sample of each.
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

/** Returns the seconds of a variant in a session, including its dropped first process. @param each wall time of a process. */
export function secondsOf(samples: number, each: number): number {
  return (samples + 1) * each + Math.ceil(samples / pilotSamples) * secondsOfBlock;
}
