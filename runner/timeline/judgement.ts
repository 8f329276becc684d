import { hasError } from "./quantity.ts";
import type { Quantity } from "./quantity.ts";
import { mostDegreesOfFreedom, tQuantile } from "./stats.ts";

/**
 * What a ratio of seconds is called. `confirmed` and `differs` alone are changes: fresh sessions confirmed one between both sides; or the interval
 * leaves out no change however many benchmarks are looked at. `not judged`: it is not known how much sessions of one program differ.
 */
export type Verdict = "same program" | "confirmed" | "differs" | "no change shown" | "not judged";

export interface Judged {
  ratio: Quantity;
  isSame: boolean;
  /** The ratio's error has in it what sessions of one program differ. */
  isNoiseKnown: boolean;
  /** True if a change between both sides was confirmed. */
  isConfirmed: boolean;
}

/** Share of comparisons in which any unchanged benchmark is said to differ, at most. */
const level = 0.05;

/** Verdicts on the benchmarks of one comparison, in their order. */
export function verdicts(all: readonly Judged[]): Verdict[] {
  const looks = all.filter(canDiffer).length;
  return all.map((one) => {
    if (one.isSame) return "same program";
    if (one.isConfirmed) return "confirmed";
    if (!canDiffer(one)) return "not judged";
    return isBeyondChance(one.ratio, looks) ? "differs" : "no change shown";
  });
}

function canDiffer({ ratio, isSame, isNoiseKnown }: Judged): boolean {
  return !isSame && isNoiseKnown && hasError(ratio);
}

/** True if the interval leaves out 1 that all `looks` intervals together hold with 95 % (Bonferroni). */
function isBeyondChance({ value, standardError, degreesOfFreedom }: Quantity, looks: number): boolean {
  const t = tQuantile(1 - level / 2 / looks, Math.min(degreesOfFreedom, mostDegreesOfFreedom));
  return Math.abs(Math.log(value)) > t * standardError;
}

/** True if a value's error has in it what sessions of one program differ: see withNoise. */
export function knowsNoise({ noiseUncertainty }: Quantity): boolean {
  return noiseUncertainty !== undefined;
}
