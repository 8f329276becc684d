import type { Decision } from "../model.ts";
import { scaleOf } from "./bridge.ts";
import { combinedError, interval, type Quantity } from "./quantity.ts";

/** Combined confirmed changes of one series. */
export interface Chained {
  /** Ratio of seconds after all changes to those before; absent without changes or if one has no known size. */
  ratio?: Quantity;
  /** Absent without changes, or if they cancel each other. */
  direction?: Decision["direction"];
}

/** Combines confirmed changes. Their ratios multiply; their errors are independent, because each has its own fresh sessions. */
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

/** Returns the common direction of all changes; otherwise that of their product, if its interval excludes 1. */
function directionOf(changes: readonly Pick<Decision, "direction">[], ratio: Quantity | undefined): Decision["direction"] | undefined {
  const [only, ...others] = new Set(changes.map(({ direction }) => direction));
  if (others.length === 0 || !ratio) return others.length === 0 ? only : undefined;
  const { low, high } = interval(ratio);
  if (low > 1) return "slower";
  return high < 1 ? "faster" : undefined;
}
