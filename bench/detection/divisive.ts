import { mean, tUpperTail } from "../../runner/timeline/stats.ts";
import type { Alarm, Detector } from "./stream.ts";

/** Trailing points that are looked at, and values on either side of a cut at least. */
const window = 60;
const leastSide = 3;
const significance = 1e-5;
const leastChange = 0.005;
/** Alarms this near to an earlier one tell the same change. */
const sameChange = 5;

/**
 * Divisive estimation of change points by energy distances (Matteson & James 2014), after each point over the last 60, cut where both
 * sides differ most and then within each side, as long as Welch's t-test says p < 1e-5: how Hunter does it (Fleming et al. 2023).
 */
export const divisive: Detector = ({ points, session }) => {
  const values: number[] = [];
  const alarms: Alarm[] = [];
  for (let at = 0; at < points; at++) {
    values.push(session(at, at));
    const from = Math.max(0, values.length - window);
    for (const cut of cuts(values.slice(from))) {
      const split = from + cut;
      if (alarms.every((known) => Math.abs(known.split - split) > sameChange)) alarms.push({ split, at });
    }
  }
  return { alarms, sessions: 0 };
};

/** All cuts, in the order of the values. */
export function cuts(values: readonly number[]): number[] {
  const cut = bestCut(values);
  if (cut === undefined) return [];
  const [left, right] = [values.slice(0, cut), values.slice(cut)];
  if (welch(left, right) >= significance || Math.abs(mean(left) - mean(right)) < leastChange) return [];
  return [...cuts(left), cut, ...cuts(right).map((one) => cut + one)];
}

/**
 * Where Q = nm/(n+m) (2 E|X-Y| - E|X-X'| - E|Y-Y'|) is largest. Moving one value from the right side to the left one changes the sums
 * of distances by its own distances alone.
 */
function bestCut(values: readonly number[]): number | undefined {
  const count = values.length;
  const distances = (of: number, from: number, to: number): number => {
    let sum = 0;
    for (let other = from; other < to; other++) sum += Math.abs((values[of] ?? 0) - (values[other] ?? 0));
    return sum;
  };
  let [within, across, beyond] = [0, 0, 0];
  for (let one = 0; one < count; one++) beyond += distances(one, one + 1, count);
  let best: { cut: number; energy: number } | undefined;
  for (let cut = 1; cut <= count - leastSide; cut++) {
    const [before, after] = [distances(cut - 1, 0, cut - 1), distances(cut - 1, cut, count)];
    within += before;
    across += after - before;
    beyond -= after;
    if (cut < leastSide) continue;
    const [left, right] = [cut, count - cut];
    const energy =
      ((left * right) / count) *
      ((2 * across) / (left * right) - (2 * within) / (left * (left - 1)) - (2 * beyond) / (right * (right - 1)));
    if (!best || energy > best.energy) best = { cut, energy };
  }
  return best?.cut;
}

/** p of Welch's two-sided t-test. */
function welch(one: readonly number[], other: readonly number[]): number {
  const [a, b] = [variance(one) / one.length, variance(other) / other.length];
  if (a + b === 0) return mean(one) === mean(other) ? 1 : 0;
  const degreesOfFreedom = (a + b) ** 2 / (a ** 2 / (one.length - 1) + b ** 2 / (other.length - 1));
  return 2 * tUpperTail(Math.abs(mean(one) - mean(other)) / Math.sqrt(a + b), degreesOfFreedom);
}

function variance(values: readonly number[]): number {
  const centre = mean(values);
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1);
}
