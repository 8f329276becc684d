import type { Measured } from "../../runner/model.ts";
import { bridge, scaleOf } from "../../runner/timeline/bridge.ts";
import type { BridgePoint } from "../../runner/timeline/bridge.ts";
import type { CommonMode } from "../../runner/timeline/common-mode.ts";
import type { Noise } from "../../runner/timeline/noise.ts";
import { quantityOf } from "../../runner/timeline/points.ts";
import { interval, pooled } from "../../runner/timeline/quantity.ts";
import type { Quantity } from "../../runner/timeline/quantity.ts";
import { quantile } from "../../runner/timeline/stats.ts";
import { verdict } from "../../runner/timeline/verdict.ts";
import type { EmptyCommitObservation, SuiteVerdict } from "../../runner/timeline/verdict.ts";
import { measured } from "../../tests/runner/report/fixture.ts";
import { generator, noiseFrom, normal } from "./coverage.ts";

/** Bridges and verdicts on made noise with heavy tails. Factors, intervals, noise and verdicts are the runner's. */

/** How often a session is disturbed, and by how much more it then varies. */
const disturbed = { share: 0.14, times: 5 };
const scale = 1 / Math.sqrt(1 - disturbed.share + disturbed.share * disturbed.times ** 2);

/** Heavy tails, standard deviation 1. */
function heavy(random: () => number): number {
  return scale * normal(random) * (random() < disturbed.share ? disturbed.times : 1);
}

/** A session of a program that takes `seconds`: noise from session to session, and a tenth of it within. */
function sessionOf(random: () => number, noise: number, seconds = 1): Measured {
  const within = noise / 10;
  return measured(seconds * Math.exp(noise * heavy(random) + within * normal(random)), { error: within });
}

function noiseTold(random: () => number, noise: number, pairs: number): Noise | undefined {
  return noiseFrom(Array.from({ length: pairs }, () => [sessionOf(random, noise), sessionOf(random, noise)]));
}

function valueOf(random: () => number, noise: number, told: Noise | undefined, sessions: number, seconds = 1): Quantity {
  return pooled(
    Array.from({ length: sessions }, () => quantityOf(sessionOf(random, noise, seconds))),
    told,
  );
}

/** Share of 95 % intervals of a factor that hold the truth. `noise`: before and after the transition. */
export function bridgeCoverage(
  { points, noise: [before, after], pairs }: { points: number; noise: readonly [number, number]; pairs: number },
  repetitions: number,
  seed: number,
): number {
  const random = generator(seed);
  let held = 0;
  for (let repetition = 0; repetition < repetitions; repetition++) {
    const [old, now] = [noiseTold(random, before, pairs), noiseTold(random, after, pairs)];
    const found = bridge(
      Array.from({ length: points }, (_, point): BridgePoint => {
        return { revision: String(point), old: valueOf(random, before, old, 1), new: valueOf(random, after, now, 1) };
      }),
    );
    const { low, high } = interval(scaleOf(found));
    if (low <= 1 && 1 <= high) held++;
  }
  return held / repetitions;
}

/** What factors err by as designed, of ln seconds: with one bridge point, as a ratio of two runs does, and with five. */
export const designedErrors = [
  { noise: 0.005, points: 1, rootMeanSquare: 0.0072, quantile95: 0.0165 },
  { noise: 0.005, points: 5, rootMeanSquare: 0.0027, quantile95: 0.0053 },
  { noise: 0.01, points: 1, rootMeanSquare: 0.0141, quantile95: 0.0324 },
  { noise: 0.01, points: 5, rootMeanSquare: 0.0055, quantile95: 0.0106 },
  { noise: 0.03, points: 1, rootMeanSquare: 0.044, quantile95: 0.103 },
  { noise: 0.03, points: 5, rootMeanSquare: 0.017, quantile95: 0.033 },
];

/** How far a factor is from the truth, of ln seconds. */
export function factorErrors(
  noise: number,
  points: number,
  repetitions: number,
  seed: number,
): { rootMeanSquare: number; quantile95: number } {
  const random = generator(seed);
  const errors = Array.from({ length: repetitions }, () => {
    const made = Array.from({ length: points }, (_, point): BridgePoint => {
      const [old, now] = [valueOf(random, noise, undefined, 1), valueOf(random, noise, undefined, 1)];
      return { revision: String(point), old, new: now };
    });
    return Math.abs(bridge(made).phi);
  });
  const squares = errors.reduce((sum, error) => sum + error ** 2, 0);
  return { rootMeanSquare: Math.sqrt(squares / repetitions), quantile95: quantile(errors, 0.95) };
}

export interface SimulatedTransition {
  benchmarks: number;
  noise: number;
  /** Sessions of the empty commit and of its parent. */
  sessions: number;
  /** A/A pairs that tell the noise, on each side. */
  pairs?: number;
  /** True effect of the new environment on the empty commit, over the one that the bridge found: a ratio of seconds. */
  slower?: number;
  /** Errors of the scaling factors. */
  scalingFactorsOff?: number;
}

/** Values of an empty commit across a transition to an environment 20 % faster, bridged by five points. */
export function observations(random: () => number, made: SimulatedTransition): EmptyCommitObservation[] {
  const { benchmarks, noise, sessions, pairs = 30, slower = 1, scalingFactorsOff = 1 } = made;
  const faster = 0.8;
  return Array.from({ length: benchmarks }, (_, index): EmptyCommitObservation => {
    const [before, after] = [noiseTold(random, noise, pairs), noiseTold(random, noise, pairs)];
    const points = Array.from({ length: 5 }, (_, point): BridgePoint => {
      return { revision: String(point), old: valueOf(random, noise, before, 1), new: valueOf(random, noise, after, 1, faster) };
    });
    const scalingFactor = bridge(points);
    return {
      benchmark: `b${index}`,
      variant: "compiled",
      old: valueOf(random, noise, before, sessions),
      new: valueOf(random, noise, after, sessions, faster * slower),
      scalingFactor: { ...scalingFactor, phi: scalingFactor.phi + Math.log(scalingFactorsOff) },
      sigma: before?.sigma,
    };
  });
}

/** Noise here is of each benchmark alone, as the pairs of sessions of an upgrade would show. */
const nothingShared: CommonMode = { correlation: 0, ofQuiet: 0, degreesOfFreedom: 13, pairs: 13 };

export function verdicts(made: SimulatedTransition, repetitions: number, seed: number): SuiteVerdict[] {
  const random = generator(seed);
  return Array.from({ length: repetitions }, () => verdict(observations(random, made), [], nothingShared));
}
