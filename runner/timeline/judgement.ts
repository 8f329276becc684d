import { hasError } from "./quantity.ts";
import type { Quantity } from "./quantity.ts";
import { mostDegreesOfFreedom, tQuantile } from "./stats.ts";

/**
 * Verdict on a ratio of seconds. Only `confirmed` and `differs` are changes: fresh sessions confirmed one between both sides, or the interval
 * excludes 1 after the correction for all benchmarks. `not judged`: the noise from session to session is not known.
 */
export type Verdict = "same program" | "confirmed" | "differs" | "no change shown" | "not judged";

export interface Judged {
  ratio: Quantity;
  isSame: boolean;
  /** The ratio's error includes the noise from session to session. */
  isNoiseKnown: boolean;
  /** True if a change between both sides was confirmed. */
  isConfirmed: boolean;
}

/** Largest share of comparisons in which an unchanged benchmark is reported to differ. */
const level = 0.05;

/** Returns the verdicts on the benchmarks of one comparison, in their order. */
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

/** Returns whether the interval excludes 1, widened so that all `looks` intervals together have 95 % coverage (Bonferroni). */
function isBeyondChance({ value, standardError, degreesOfFreedom }: Quantity, looks: number): boolean {
  const t = tQuantile(1 - level / 2 / looks, Math.min(degreesOfFreedom, mostDegreesOfFreedom));
  return Math.abs(Math.log(value)) > t * standardError;
}

/** Returns whether a value's error includes the noise from session to session: see withNoise. */
export function knowsNoise({ noiseUncertainty }: Quantity): boolean {
  return noiseUncertainty !== undefined;
}
