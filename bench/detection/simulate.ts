import { median } from "../../runner/timeline/stats.ts";
import { seeded, type Random } from "../random.ts";
import { manyPoints, type Detector, type Stream } from "./stream.ts";

/** Made series of one kind, and how exactly an alarm must name a change. */
export interface Scenario {
  name: string;
  /** Makes the series of that number. */
  stream: (random: Random, number: number) => Stream;
  /** An alarm is right within so many points of a change. */
  tolerance?: number;
}

export interface Figures {
  /** Share of alarms that are right; undefined without any alarm. */
  precision: number | undefined;
  /** Share of changes found; undefined where there are none. */
  recall: number | undefined;
  /** Share of those found that name the very revision. */
  exact: number | undefined;
  /** Median points from a change to its alarm. */
  latency: number | undefined;
  /** Wrong alarms per 400 points. */
  falseAlarms: number;
  /** Wrong alarms in a series. */
  wrong: number;
  /** Sessions besides one a point, as a share of the points. */
  extra: number;
}

const usualTolerance = 5;

/** Simulates a detector on so many series of a scenario. */
export function simulate(detector: Detector, { stream, tolerance = usualTolerance }: Scenario, repetitions: number, seed: number): Figures {
  const latencies: number[] = [];
  let [exact, wrong, missed, sessions, points] = [0, 0, 0, 0, 0];
  for (let repetition = 0; repetition < repetitions; repetition++) {
    const series = stream(seeded(seed * 100_003 + repetition), repetition);
    const found = detector(series);
    const open = new Set(series.changes);
    for (const { split, at } of found.alarms) {
      const [nearest] = [...open].sort((a, b) => Math.abs(a - split) - Math.abs(b - split));
      if (nearest === undefined || Math.abs(nearest - split) > tolerance) {
        wrong++;
        continue;
      }
      open.delete(nearest);
      latencies.push(Math.max(0, at - nearest));
      if (nearest === split) exact++;
    }
    missed += open.size;
    sessions += found.sessions;
    points += series.points;
  }
  const right = latencies.length;
  return {
    precision: right + wrong > 0 ? right / (right + wrong) : undefined,
    recall: right + missed > 0 ? right / (right + missed) : undefined,
    exact: right > 0 ? exact / right : undefined,
    latency: right > 0 ? median(latencies) : undefined,
    falseAlarms: (wrong / points) * manyPoints,
    wrong: wrong / repetitions,
    extra: sessions / points,
  };
}
