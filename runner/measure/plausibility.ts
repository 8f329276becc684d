import { entryFor } from "../../config/benchmark-pattern.ts";
import type { HostConfig } from "../../config/schema.ts";
import type { Earlier, SeriesKey } from "./earlier.ts";

/** Times of one process by two clocks and by the benchmark itself. Seconds. */
export interface TimedProcess {
  /** Time that the benchmark printed. */
  reported: number;
  /** From start to end of the process, by the monotonic clock. */
  monotonic: number;
  /** From start to end by the wall clock, which may be set meanwhile. */
  wallClock: number;
}

/** Shortest plausible time, and its origin. Seconds. */
export type Minimum = { kind: "configured"; seconds: number } | { kind: "last value"; seconds: number; last: number };

export type Plausibility =
  | { kind: "plausible" }
  /** Disturbed by the machine: discard the sample and repeat it. `interrupted` if that did not help: no result, still owed. */
  | { kind: "again" | "interrupted"; problem: string }
  /** Failure of the benchmark: no value. `implausible` may be real, and its problem has the setting for that case. */
  | { kind: "refused" | "implausible"; problem: string };

/** Share of the last value below which a time is implausible, without a configured minimum. */
const leastShare = 0.3;

const mostClockDifference = 0.01;
/**
 * Largest insignificant difference of the clocks, which are read one after the other, the wall clock in whole milliseconds. It hides no step:
 * time daemons slew by at most 0.05 %, and their steps are at least 100 ms.
 */
const leastClockSeconds = 0.005;

/** Most repetitions of a sample whose clocks differ. */
const mostAgain = 3;

/**
 * Checks if a sample is plausible. Checks the clocks first, because everything else depends on them.
 * @param discarded number of times that this sample was discarded before.
 */
export function plausibilityOf(
  { reported, monotonic, wallClock }: TimedProcess,
  { benchmark, minimum, discarded = 0 }: { benchmark: string; minimum: Minimum | undefined; discarded?: number },
): Plausibility {
  if (Math.abs(wallClock - monotonic) > Math.max(mostClockDifference * monotonic, leastClockSeconds)) {
    const problem = `the clock was set meanwhile: ${seconds(wallClock)} by it, ${seconds(monotonic)} in truth`;
    return { kind: discarded < mostAgain ? "again" : "interrupted", problem };
  }
  if (reported > monotonic)
    return { kind: "refused", problem: `it reported ${seconds(reported)} but was gone after ${seconds(monotonic)}` };
  if (!minimum || reported >= minimum.seconds) return { kind: "plausible" };
  return { kind: "implausible", problem: tooShort(reported, benchmark, minimum) };
}

/**
 * Returns the shortest plausible time of a series: the configured one, or else a share of its last value. If the last value of the same revision
 * is smaller, that counts, since a revision before a large change may be measured again. Undefined without earlier values.
 */
export function minimumOf(
  series: SeriesKey,
  earlier: (series: SeriesKey) => readonly Earlier[],
  expect: HostConfig["measure"]["expect"],
  revision?: string,
): Minimum | undefined {
  const configured = entryFor(series.benchmark, expect, ({ benchmark }) => [benchmark])?.minimum;
  if (configured !== undefined) return { kind: "configured", seconds: configured };
  const known = earlier(series);
  const newest = known.at(-1);
  if (!newest) return undefined;
  const ofRevision = revision === undefined ? undefined : known.findLast((one) => one.revision === revision);
  const last = Math.min(newest.seconds, ofRevision?.seconds ?? Infinity);
  return { kind: "last value", seconds: leastShare * last, last };
}

/** Returns true if the configuration expects equal samples of a benchmark. */
export function expectsConstant(name: string, expect: HostConfig["measure"]["expect"]): boolean {
  return entryFor(name, expect, ({ benchmark }) => [benchmark])?.constant ?? false;
}

function tooShort(reported: number, benchmark: string, minimum: Minimum): string {
  const ifReal = `if it is real, write measure.expect: [{ benchmark: ${benchmark}, minimum: ${Number((reported / 2).toPrecision(1))} }]`;
  const bound =
    minimum.kind === "configured"
      ? `less than its minimum in measure.expect, ${seconds(minimum.seconds)}`
      : `less than ${leastShare} of its last value, ${seconds(minimum.last)}`;
  return `it reported ${seconds(reported)}, ${bound}: implausible, no value; ${ifReal}`;
}

function seconds(value: number): string {
  return `${Number(value.toPrecision(4))} s`;
}
