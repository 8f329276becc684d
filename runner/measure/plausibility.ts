import { entryFor } from "../../config/benchmark-pattern.ts";
import type { HostConfig } from "../../config/schema.ts";
import type { Earlier, SeriesKey } from "./earlier.ts";

/** One process as two clocks and the benchmark itself saw it. Seconds. */
export interface TimedProcess {
  /** What the benchmark printed. */
  reported: number;
  /** From start to end of the process, by the monotonic clock. */
  monotonic: number;
  /** The same by the wall clock, which may be set meanwhile. */
  wallClock: number;
}

/** What a time must not be under, and where that comes from. Seconds. */
export type Minimum = { kind: "configured"; seconds: number } | { kind: "last value"; seconds: number; last: number };

export type Plausibility =
  | { kind: "plausible" }
  /** The machine's fault: discard the sample and take it again; `interrupted` where that did not help: no result, still owed. */
  | { kind: "again" | "interrupted"; problem: string }
  /** The benchmark's fault: no value. `implausible` may be real, and its problem says what to write then. */
  | { kind: "refused" | "implausible"; problem: string };

/** Share of the last value under which a time is not believed, where the configuration names no minimum. */
const leastShare = 0.3;

const mostClockDifference = 0.01;
/**
 * The clocks are read one after the other, the wall clock in whole milliseconds: a difference this small says nothing. No step
 * hides below it: time daemons slew by at most 0.05 %, and what they step is 100 ms and more.
 */
const leastClockSeconds = 0.005;

/** A sample whose clocks differ is taken again so often. */
const mostAgain = 3;

/**
 * Whether a sample can be believed. Clocks first: without them nothing else is known.
 * @param discarded times this very sample was taken and discarded before.
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
 * The least that is believed of a series: as configured, else a share of its last value, or of the last one of the very revision where that is
 * less: one that is measured again may be from before a large change. Undefined where it has none.
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
