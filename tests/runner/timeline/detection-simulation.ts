import { candidate } from "../../../runner/timeline/detection/candidate.ts";
import { confirmation, type Fresh } from "../../../runner/timeline/detection/confirmation.ts";
import type { Reading } from "../../../runner/timeline/detection/level.ts";
import { median } from "../../../runner/timeline/stats.ts";
import { generator, normal } from "./coverage-simulation.ts";

/** What is found of changes that are made, on noise with heavy tails: for the tests, and for the bench that compares detectors. */

/** Points of a made series. */
export const points = 400;
const steps = 6;
/** Noise is Student's t of so few degrees of freedom, scaled to its standard deviation. */
const tailDegrees = 3;
/** An alarm is right within so many points of a change. */
const tolerance = 5;

export interface Made {
  /** Standard deviation of ln seconds from session to session. */
  noise: number;
  /** Relative size of six changes, up or down; 0 for none. */
  step: number;
  /** Share of sessions that are 13 to 22 % slower than the others. */
  bimodal?: number;
}

/** A series as it is measured. */
interface Stream {
  /** Where changes begin. */
  changes: number[];
  /** ln seconds of a session of the program at a place. */
  session: (place: number) => number;
}

/** A change that was told: where it begins, and with how many points seen. */
export interface Alarm {
  split: number;
  at: number;
}

/** A detector gets a point after the other and may take sessions of its own. */
export type Detector = (stream: Stream) => { alarms: Alarm[]; sessions: number };

export interface Figures {
  /** Share of alarms that are right; undefined without any alarm. */
  precision: number | undefined;
  /** Share of changes found; undefined where there are none. */
  recall: number | undefined;
  /** Median points from a change to its alarm. */
  latency: number | undefined;
  /** Wrong alarms in a series. */
  falseAlarms: number;
  /** Sessions besides one a point, as a share of the points. */
  extra: number;
}

export function simulate(detector: Detector, made: Made, repetitions: number, seed: number): Figures {
  const latencies: number[] = [];
  let [wrong, missed, sessions] = [0, 0, 0];
  for (let repetition = 0; repetition < repetitions; repetition++) {
    const stream = streamOf(made, generator(seed * 100_003 + repetition));
    const found = detector(stream);
    const open = new Set(stream.changes);
    for (const { split, at } of found.alarms) {
      const [nearest] = [...open].sort((a, b) => Math.abs(a - split) - Math.abs(b - split));
      if (nearest === undefined || Math.abs(nearest - split) > tolerance) wrong++;
      else {
        open.delete(nearest);
        latencies.push(Math.max(0, at - nearest));
      }
    }
    missed += open.size;
    sessions += found.sessions;
  }
  const right = latencies.length;
  return {
    precision: right + wrong > 0 ? right / (right + wrong) : undefined,
    recall: right + missed > 0 ? right / (right + missed) : undefined,
    latency: right > 0 ? median(latencies) : undefined,
    falseAlarms: wrong / repetitions,
    extra: sessions / repetitions / points,
  };
}

function streamOf({ noise, step, bimodal = 0 }: Made, random: () => number): Stream {
  const apart = points / (steps + 1);
  const changes = step === 0 ? [] : Array.from({ length: steps }, (_, index) => Math.round(apart * (index + 1 + 0.6 * (random() - 0.5))));
  let level = 0;
  const levels = Array.from({ length: points }, (_, place) => {
    if (changes.includes(place)) level += (random() < 0.5 ? -1 : 1) * Math.log1p(step);
    return level;
  });
  const slow = () => (random() < bimodal ? 0.13 + 0.09 * random() : 0);
  return { changes, session: (place) => (levels[place] ?? 0) + noise * heavy(random) + slow() };
}

function heavy(random: () => number): number {
  let squares = 0;
  for (let index = 0; index < tailDegrees; index++) squares += normal(random) ** 2;
  return normal(random) / Math.sqrt(squares / tailDegrees) / Math.sqrt(tailDegrees / (tailDegrees - 2));
}

/** The runner's rules: candidates, confirmed or not by sessions taken at once. What they took counts in later readings, as it does on a host. */
export const evenkeel: Detector = ({ session }) => {
  const taken: number[][] = [];
  const readings: Reading[] = [];
  const changes: number[] = [];
  const rejected: { split: number; noticed: number }[] = [];
  const alarms: Alarm[] = [];
  let sessions = 0;
  for (let now = 0; now < points; now++) {
    taken.push([session(now)]);
    readings.push(readingOf(taken[now]));
    for (let found = candidate(readings, { changes, rejected }); found; found = candidate(readings, { changes, rejected })) {
      const { split, noticed } = found;
      const fresh: Fresh[] = [];
      let outcome = confirmation(found, fresh);
      while (outcome.status === "open") {
        fresh.push({ side: outcome.next, value: session(outcome.next === "after" ? split : split - 1) });
        outcome = confirmation(found, fresh);
      }
      sessions += fresh.length;
      for (const { side, value } of fresh) taken[side === "after" ? split : split - 1]?.push(value);
      for (const place of [split - 1, split]) readings[place] = readingOf(taken[place]);
      if (outcome.status === "confirmed") {
        changes.push(split);
        alarms.push({ split, at: now });
      } else rejected.push({ split, noticed });
    }
  }
  return { alarms, sessions };
};

function readingOf(sessions: readonly number[] = []): Reading {
  return { value: median(sessions), linkError: 0 };
}
