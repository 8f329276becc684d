import type { ScalingFactor, ScalingFile, MeasurementContext } from "../model.ts";
import { halfWidth, weakHalfWidth } from "./bridge.ts";
import type { Factor } from "./bridge.ts";
import { isOneVersion } from "./workload-version.ts";
import { combinedError } from "./quantity.ts";

/** Link from one context to another, or the reason that there is none. */
export type Chain = Linked | { status: "broken"; reason: string } | { status: "not yet linked" | "other version" };

interface Linked {
  status: "linked";
  factor: Factor;
  /** Number of scaling factors in the chain. */
  scalingFactors: number;
  /** One factor is weak, or half the 95 % interval of the chain is above 2 % or not known. */
  weak: boolean;
}

/** A scaling factor in one direction; without a factor if it is broken. */
interface Leg {
  from: string;
  to: string;
  scalingFactor: ScalingFactor;
  factor: Factor | undefined;
}

/** Cost of a broken scaling factor: more than any chain of others, because variances of ln seconds are far below 1. */
const costOfBroken = 1e6;
/** Cost of a factor with an unknown error: worse than any known error, better than a broken factor. */
const costOfUnknown = 1e3;

/** The best chain to a context so far. */
interface Route {
  cost: number;
  legs: readonly Leg[];
}

/**
 * Returns the chain of scaling factors between two contexts of a series with the least variance (Dijkstra 1959). Factors apply in both
 * directions. phi and SE^2 add, with Satterthwaite's degrees of freedom. The chain is broken if every chain has a broken factor. Contexts of
 * two versions of the benchmark are never linked, and no chain contains another version.
 *
 * @param scaling factors of this one series, without those that are superseded: see latestScalingFactors.
 */
export function chain(scalingFactors: readonly ScalingFactor[], from: MeasurementContext, to: MeasurementContext): Chain {
  if (!isOneVersion(from, to)) return { status: "other version" };
  const legs = scalingFactors.filter((scalingFactor) => isOneVersion(scalingFactor.from, scalingFactor.to)).flatMap(bothWays);
  const open = new Map<string, Route>([[placeKey(from), { cost: 0, legs: [] }]]);
  const settled = new Set<string>();
  for (let nearest = cheapest(open); nearest; nearest = cheapest(open)) {
    const [place, route] = nearest;
    if (place === placeKey(to)) return joined(route.legs);
    open.delete(place);
    settled.add(place);
    for (const leg of legs) {
      if (leg.from !== place || settled.has(leg.to)) continue;
      const cost = route.cost + (leg.factor ? Math.min(leg.factor.standardError ** 2, costOfUnknown) : costOfBroken);
      if (cost < (open.get(leg.to)?.cost ?? Infinity)) open.set(leg.to, { cost, legs: [...route.legs, leg] });
    }
  }
  return { status: "not yet linked" };
}

/** Series and contexts of a scaling factor. */
function scalingKey({ benchmark, variant, from, to }: ScalingFactor): string {
  return JSON.stringify([benchmark, variant, placeKey(from), placeKey(to)]);
}

/** A scaling factor with the number and time of its file. */
export interface ScalingStatus {
  scalingFactor: ScalingFactor;
  n: number;
  /** Time at which the file was written. */
  written: string;
}

/** Returns the scaling factors of each series and pair of contexts in all files, oldest first. The last one counts. */
export function scalingHistories(files: readonly ScalingFile[]): ScalingStatus[][] {
  const found = new Map<string, ScalingStatus[]>();
  for (const { scalingFactors, n, written } of [...files].sort(byAge)) {
    for (const scalingFactor of scalingFactors) {
      const known = found.get(scalingKey(scalingFactor));
      if (known) known.push({ scalingFactor, n, written });
      else found.set(scalingKey(scalingFactor), [{ scalingFactor, n, written }]);
    }
  }
  return [...found.values()];
}

/** Returns the scaling factor that counts for each series and pair of contexts: the highest n, then the latest file. */
export function latestScalingFactors(files: readonly ScalingFile[]): ScalingFactor[] {
  return scalingHistories(files).flatMap((findings) => findings.slice(-1).map(({ scalingFactor }) => scalingFactor));
}

export function placeKey({ environment, workload }: MeasurementContext): string {
  return `${environment} ${workload}`;
}

function bothWays(scalingFactor: ScalingFactor): [Leg, Leg] {
  const [from, to] = [placeKey(scalingFactor.from), placeKey(scalingFactor.to)];
  const factor = scalingFactor.status === "broken" ? undefined : scalingFactor.factor;
  return [
    { from, to, scalingFactor, factor },
    { from: to, to: from, scalingFactor, factor: factor && { ...factor, phi: -factor.phi } },
  ];
}

function cheapest(open: ReadonlyMap<string, Route>): [string, Route] | undefined {
  return [...open].sort(([, a], [, b]) => a.cost - b.cost)[0];
}

function joined(legs: readonly Leg[]): Chain {
  const broken = legs.find(({ factor }) => !factor);
  if (broken) return { status: "broken", reason: broken.scalingFactor.reason ?? "unknown reason" };
  const factors = legs.flatMap(({ factor }) => factor ?? []);
  const factor = { phi: factors.reduce((sum, { phi }) => sum + phi, 0), ...errorOf(factors) };
  const weak = legs.some(({ scalingFactor }) => scalingFactor.status === "weak") || halfWidth(factor) > weakHalfWidth;
  return { status: "linked", factor, scalingFactors: legs.length, weak };
}

/** Link of a context with itself, without any error. */
function errorOf(factors: readonly Factor[]): Omit<Factor, "phi"> {
  if (factors.length === 0) return { standardError: 0, degreesOfFreedom: 1 };
  const { standardError, degreesOfFreedom } = combinedError(factors);
  return { standardError, degreesOfFreedom };
}

function byAge(a: ScalingFile, b: ScalingFile): number {
  return a.n - b.n || compare(a.written, b.written) || compare(a.host, b.host);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
