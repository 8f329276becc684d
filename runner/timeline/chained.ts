import type { Decision } from "../model.ts";
import { scaleOf } from "./bridge.ts";
import { combinedError, interval, type Quantity } from "./quantity.ts";

/** Confirmed changes of one series together. */
export interface Chained {
  /** Seconds after all of them over those before; absent where there is none, or the size of one is not known. */
  ratio?: Quantity;
  /** Absent where there is none, or they cancel each other. */
  direction?: Decision["direction"];
}

/** Chains confirmed changes: their ratios multiply, and their errors are independent, as each has fresh sessions of its own. */
export function chained(changes: readonly Pick<Decision, "direction" | "change">[]): Chained {
  const sizes = changes.flatMap(({ change }) => change ?? []);
  const ratio = sizes.length > 0 && sizes.length === changes.length ? productOf(sizes) : undefined;
  const direction = directionOf(changes, ratio);
  return { ...(ratio && { ratio }), ...(direction && { direction }) };
}

function productOf(sizes: readonly NonNullable<Decision["change"]>[]): Quantity {
  const [only, ...others] = sizes;
  if (only && others.length === 0) return scaleOf(only);
  return { value: Math.exp(sizes.reduce((sum, { phi }) => sum + phi, 0)), ...combinedError(sizes) };
}

/** That of all changes, where they have one; else that of their product, where its interval leaves out none. */
function directionOf(changes: readonly Pick<Decision, "direction">[], ratio: Quantity | undefined): Decision["direction"] | undefined {
  const [only, ...others] = new Set(changes.map(({ direction }) => direction));
  if (others.length === 0 || !ratio) return others.length === 0 ? only : undefined;
  const { low, high } = interval(ratio);
  if (low > 1) return "slower";
  return high < 1 ? "faster" : undefined;
}
