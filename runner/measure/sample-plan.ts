import type { HostConfig } from "../../config/schema.ts";
import type { Listed, Measured, Session, Subject } from "../model.ts";
import { errorOf, spreadOf } from "../timeline/estimate.ts";
import { tQuantile } from "../timeline/stats.ts";
import { earlierResults, type SeriesKey } from "./earlier.ts";

export interface SamplePlanInput {
  subject: Subject["kind"];
  /** What the suite lists: the budget is for all of it. */
  listed: readonly Listed[];
  /** In any order. */
  sessions: readonly Session[];
  /** Id of the present environment. */
  environment: string;
  measure: Pick<HostConfig["measure"], "samples" | "budgetMinutes" | "slow">;
}

/** Numbers of samples there are, the smallest that is exact enough is taken. */
const choices = [10, 15, 25, 40];
/** Samples of a series' first session, from which its own number follows. */
const first = 40;
/** No budget takes more away: fewer samples tell no error. */
const fewest = 5;
/** Wanted half width of the 95 % interval within a session, of ln seconds. */
const wantedHalfWidth = 0.005;

/**
 * How many samples each benchmark variant gets in a session. The number is fixed for a series (a benchmark variant's workload in
 * one environment), as a stopping rule costs coverage: the first session takes 40; from what it found the second takes 10, 15, 25
 * or 40, fewer within the budget; all later ones take what the second took. The configuration's `samples` overrule it, and a slow
 * benchmark's own overrule those.
 *
 * Sessions of one series can thus differ in their number (the first, or after an edit of the configuration). Their estimates are
 * compared, never their samples put together: of skewed noise the trimmed mean depends a little on n.
 */
export function samplePlan(input: SamplePlanInput): (series: SeriesKey) => number {
  const { samples, slow } = input.measure;
  const slowSamples = new Map(slow.flatMap((group) => group.benchmarks.map((name) => [name, group.samples])));
  const earlier = earlierResults(input.sessions, input.environment);
  const factor = budgetFactor(input, slowSamples, earlier);
  return (series) => {
    const configured = slowSamples.get(series.benchmark) ?? samples;
    if (configured !== undefined) return configured;
    const [before, fixed] = earlier(series);
    if (!before) return first;
    return fixed?.samples ?? Math.max(fewest, Math.floor(wantedSamples(before) * factor));
  };
}

/** The smallest number whose 95 % interval is expected to be narrow enough, by what a session found; else the largest. */
export function wantedSamples(session: Pick<Measured, "standardError" | "samples">): number {
  const spread = spreadOf(session);
  const isEnough = (n: number): boolean => {
    const { standardError, degreesOfFreedom } = errorOf(spread, n);
    return tQuantile(0.975, degreesOfFreedom) * standardError <= wantedHalfWidth;
  };
  return choices.find(isEnough) ?? first;
}

/**
 * What all wanted numbers are multiplied with to keep the budget. It follows from first sessions alone, so that a benchmark's number
 * does not depend on which others were decided before. What was never measured is not counted: nobody knows its time.
 */
function budgetFactor(
  { subject, listed, measure }: SamplePlanInput,
  slow: ReadonlyMap<string, number>,
  earlier: (series: SeriesKey) => readonly Measured[],
): number {
  const variant = subject === "baseline" ? "interpreted" : "compiled";
  let open = listed.flatMap(({ name, variants, workload }) => {
    if (!variants.includes(variant) || slow.has(name)) return [];
    const [before] = earlier({ benchmark: name, variant, workload });
    return before ? [{ samples: wantedSamples(before), seconds: before.wallSeconds ?? before.seconds }] : [];
  });
  let left = measure.budgetMinutes * 60;
  // Those that cannot go lower take their least off the budget; the others share the rest.
  while (open.length > 0) {
    const factor = left / open.reduce((sum, { samples, seconds }) => sum + samples * seconds, 0);
    const stuck = open.filter(({ samples }) => samples * factor < fewest);
    if (stuck.length === 0) return Math.min(1, factor);
    left -= stuck.reduce((sum, { seconds }) => sum + fewest * seconds, 0);
    open = open.filter((one) => !stuck.includes(one));
  }
  return 0;
}
