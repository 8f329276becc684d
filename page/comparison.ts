import { chainedText } from "../runner/report/cell.ts";
import type { PageBenchmark, PageChange, PageSeries } from "../runner/report/page/data.ts";
import { scaleOf } from "../runner/timeline/bridge.ts";
import { chain } from "../runner/timeline/chain.ts";
import { chained } from "../runner/timeline/chained.ts";
import { knowsNoise } from "../runner/timeline/judgement.ts";
import type { Quantity } from "../runner/timeline/quantity.ts";
import { isOneVersion } from "../runner/timeline/workload-version.ts";
import { changeBetween, type Measured } from "./points.ts";

/** A benchmark in a comparison: the ratio of new to old seconds, or the reason that there is none. */
export interface Compared {
  name: string;
  ratio: Quantity | undefined;
  why: string | undefined;
  isSame: boolean;
  /** The ratio's error includes the noise from session to session. */
  isNoiseKnown: boolean;
  /** Combined confirmed changes from the first side to the second; undefined without any. */
  confirmed: { text: string; direction: "slower" | "faster" | undefined } | undefined;
}

/** Returns the index of the main series: the compiled one, if there is one. */
export function mainSeries({ series }: PageBenchmark): number {
  const compiled = series.findIndex(({ variant }) => variant === "compiled");
  return compiled === -1 ? 0 : compiled;
}

/** Compares a series' values at two indexes in the history. @param indexes of both sides. */
export function compareRevisions(
  name: string,
  series: PageSeries | undefined,
  old: Measured | undefined,
  now: Measured | undefined,
  indexes: readonly [number, number],
): Compared {
  if (!series || !old || !now) return without(name, old ? "not measured at the second revision" : "not measured at the first revision");
  const confirmed = confirmedBetween(series, indexes);
  if (isSame(old, now)) {
    const ratio = { value: 1, standardError: 0, degreesOfFreedom: 1 };
    return { name, ratio, why: undefined, isSame: true, isNoiseKnown: true, confirmed: undefined };
  }
  const ratio = changeBetween(series, old, now);
  if (!ratio) return without(name, isOneVersion(old.segment, now.segment) ? "not linked" : "different versions of the benchmark");
  return { name, ratio, why: undefined, isSame: false, isNoiseKnown: knowsNoise(old.seconds) && knowsNoise(now.seconds), confirmed };
}

/** Compares two environments by the scaling factor of a series. */
export function compareEnvironments(name: string, series: PageSeries | undefined, from: string, to: string): Compared {
  const newest = (environment: string) => series?.segments.findLast((one) => one.environment === environment);
  const [old, now] = [newest(from), newest(to)];
  if (!series || !old || !now) return without(name, `not measured in the ${old ? "second" : "first"} environment`);
  const found = chain(series.scalingFactors, old, now);
  if (found.status !== "linked") return without(name, found.status === "broken" ? `broken: ${found.reason}` : found.status);
  const isNoiseKnown = old.noise !== undefined && now.noise !== undefined;
  const why = found.weak ? "weak" : undefined;
  return { name, ratio: scaleOf(found.factor), why, isSame: from === to, isNoiseKnown, confirmed: undefined };
}

function without(name: string, why: string): Compared {
  return { name, ratio: undefined, why, isSame: false, isNoiseKnown: false, confirmed: undefined };
}

/** Returns the changes that lie entirely between two indexes of the history, in the direction from the first to the second. */
function confirmedBetween({ changes }: PageSeries, [from, to]: readonly [number, number]): Compared["confirmed"] {
  const [older, newer] = [Math.min(from, to), Math.max(from, to)];
  const between = changes.filter(({ position, since, skipped = 0 }) => position <= newer && older <= (since ?? position - 1 - skipped));
  if (between.length === 0) return undefined;
  const seen = from > to ? between.map(reversed) : between;
  return { text: chainedText(seen), direction: chained(seen).direction };
}

/** Returns a change in the opposite direction. */
function reversed({ direction, change }: PageChange): Pick<PageChange, "direction" | "change"> {
  return { direction: direction === "slower" ? "faster" : "slower", ...(change && { change: { ...change, phi: -change.phi } }) };
}

/** Returns whether two points, loaded separately, are the same. */
function isSame(one: Measured, other: Measured): boolean {
  return one.segment.key === other.segment.key && one.position === other.position;
}
