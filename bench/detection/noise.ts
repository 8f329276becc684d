import { mean, median } from "../../runner/timeline/stats.ts";
import { normal } from "../simulation/coverage.ts";
import type { Random } from "../random.ts";

/** Returns ln seconds of a session around a level: of the program at `place`, taken while the program at `now` is the newest. */
export type Noise = (index: number, now: number, level: number) => number;

/** Noise is Student's t of so few degrees of freedom, scaled to its standard deviation. */
const tailDegrees = 3;

function heavy(random: Random): number {
  let squares = 0;
  for (let index = 0; index < tailDegrees; index++) squares += normal(random) ** 2;
  return normal(random) / Math.sqrt(squares / tailDegrees) / Math.sqrt(tailDegrees / (tailDegrees - 2));
}

/** Independent noise with heavy tails. @param sigma by the time it is taken. */
export function independent(sigma: number | ((now: number) => number), random: Random): Noise {
  return (_, now, level) => level + (typeof sigma === "number" ? sigma : sigma(now)) * heavy(random);
}

/** Points over which a slow drift forgets. */
const memory = 30;

/** Noise of which a share of the variance is a machine that drifts: an AR(1) process of time that all sessions of a time have in common. */
export function drifting(sigma: number, share: number, random: Random): Noise {
  const rho = Math.exp(-1 / memory);
  const path = [normal(random)];
  const at = (now: number): number => {
    while (path.length <= now) path.push(rho * (path.at(-1) ?? 0) + Math.sqrt(1 - rho ** 2) * normal(random));
    return path[now] ?? 0;
  };
  return (_, now, level) => level + sigma * (Math.sqrt(share) * at(now) + Math.sqrt(1 - share) * heavy(random));
}

/** Noise of which a share of the sessions is slower by so much. */
export function grouped(sigma: number, share: number, apart: (random: Random) => number, random: Random): Noise {
  const noise = independent(sigma, random);
  return (index, now, level) => noise(index, now, level) + (random() < share ? apart(random) : 0);
}

/** Values that a coarse clock rounds. */
export function quantised(sigma: number, step: number, random: Random): Noise {
  const noise = independent(sigma, random);
  const offset = step * random();
  return (index, now, level) => step * Math.round((noise(index, now, level) + offset) / step);
}

const reach = 7;

/**
 * Real noise of a window, one value a program. A later session of a program is what the machine was like around the time it is taken
 * (the running median of 15 values), and what some value of the window differs from its own running median.
 */
export function real(window: readonly number[], random: Random): Noise {
  const smooth = window.map((_, index) => median(window.slice(Math.max(0, index - reach), index + reach + 1)));
  const residuals = window.map((value, index) => value - (smooth[index] ?? value));
  const taken = new Set<number>();
  const firstOf = (index: number): number => {
    taken.add(index);
    return window[index] ?? 0;
  };
  return (index, now, level) => {
    if (!taken.has(index)) return level + firstOf(index);
    return level + (smooth[now] ?? 0) + (residuals[Math.floor(random() * residuals.length)] ?? 0);
  };
}

/** Robust deviations from the median beyond which values are outliers of a window. */
const outlying = 4;

/** Standard deviation of a window, outliers taken for as much as an outlier is at least: ln seconds. */
export function noiseOf(window: readonly number[]): number {
  const middle = median(window);
  const most = outlying * 1.4826 * median(window.map((value) => Math.abs(value - middle)));
  return Math.sqrt(mean(window.map((value) => Math.min(most, Math.abs(value - middle)) ** 2)));
}
