import type { Session } from "../../runner/model.ts";
import { bridge, scaleOf } from "../../runner/timeline/bridge.ts";
import { sessionNoise, type Noise } from "../../runner/timeline/noise.ts";
import { interval, pooled, type Quantity } from "../../runner/timeline/quantity.ts";
import { quantityOf } from "../../runner/timeline/points.ts";
import { measured, session } from "../../tests/runner/report/fixture.ts";
import { normal } from "../simulation/coverage.ts";
import { seeded, type Random } from "../random.ts";
import { textTable } from "../table.ts";

/** A bridge of a benchmark that has no A/A pairs, so that its noise is taken for the suite's. */
export interface NoisyBridge {
  points: number;
  /** Noise of the benchmark over the median of the suite. */
  times: number;
}

const benchmarks = 41;
const pairs = 3;
const usualNoise = 0.005;
const repetitions = 5000;
const least = 0.93;

function sample(random: Random, noise: number) {
  return measured(Math.exp(noise * normal(random)), { error: noise / 10 });
}

/** Noise of the suite, as its A/A pairs tell it. */
function suiteNoise(random: Random): Noise | undefined {
  const sessions = Array.from({ length: benchmarks }, (_, benchmark) =>
    Array.from({ length: 2 * pairs }, (__, serial): Session => {
      const outcome = { ...sample(random, usualNoise), fingerprint: `p${Math.floor(serial / 2)}` };
      return session(1, { [`b${benchmark}`]: { compiled: outcome } }, { serial });
    }),
  ).flat();
  return sessionNoise(sessions)({ environment: "e1", workload: "w1", benchmark: "noisy", variant: "compiled" });
}

/** Share of 95 % intervals of such factors that hold the truth. */
export function coverageOfNoisy({ points, times }: NoisyBridge, seed: number, count = repetitions): number {
  const random = seeded(seed);
  const noise = suiteNoise(random);
  const value = (): Quantity => pooled([quantityOf(sample(random, times * usualNoise))], noise);
  let held = 0;
  for (let repetition = 0; repetition < count; repetition++) {
    const made = Array.from({ length: points }, (_, point) => ({ revision: String(point), old: value(), new: value() }));
    const { low, high } = interval(scaleOf(bridge(made)));
    if (low <= 1 && 1 <= high) held++;
  }
  return held / count;
}

/** Bridges as long as the runner makes them, at first and at most. */
const rows: readonly NoisyBridge[] = [5, 8].flatMap((points) => [1, 3].map((times) => ({ points, times })));

/** The bench's table of them. */
export function noisyBridges(seed: number): { table: string; rows: object[]; ok: boolean } {
  const found = rows.map((row) => ({ ...row, coverage: coverageOfNoisy(row, seed) }));
  return {
    table: textTable(
      ["bridge without A/A pairs of its own", "95 % interval covers", "falls short"],
      found.map(({ points, times, coverage }) => [
        `${times === 1 ? "as noisy as" : `${times} times as noisy as`} the suite, ${points} points`,
        coverage.toFixed(3),
        coverage >= least ? "" : `${coverage.toFixed(3)} < ${least}`,
      ]),
    ),
    rows: found,
    ok: found.every(({ coverage }) => coverage >= least),
  };
}
