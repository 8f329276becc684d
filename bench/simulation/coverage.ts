import type { Measured, Session } from "../../runner/model.ts";
import { estimate } from "../../runner/timeline/estimate.ts";
import { sessionNoise, type Noise, type NoiseKey } from "../../runner/timeline/noise.ts";
import { quantityOf } from "../../runner/timeline/points.ts";
import { interval, pooled, ratio, type Quantity } from "../../runner/timeline/quantity.ts";
import { pilotSamples, withinSeconds } from "../../runner/measure/sample-plan.ts";
import { tQuantile } from "../../runner/timeline/stats.ts";
import { session } from "../../tests/runner/report/fixture.ts";

/** How often intervals hold the truth, on made noise: what the tests assert for a few cases and a longer table can show for many. */

export interface Scenario {
  /** Samples a session. */
  n: number;
  /** Standard deviation of ln seconds from session to session. */
  spread: number;
  /** A/A pairs that tell it. */
  pairs: number;
  /** Sessions of the point that is judged. */
  sessions: number;
}

export interface Coverage {
  /** Share of 95 % intervals of a point that hold its truth. */
  point: number;
  /** Share of 95 % intervals of the ratio of two equal points that hold 1. */
  change: number;
  /** Share of intervals of a point from the errors within sessions alone. */
  withinOnly: number;
  /** Median half width of a point's interval, of ln seconds. */
  halfWidth: number;
}

/** Uniform numbers in [0, 1), the same for the same seed (mulberry32, Ettinger 2017). */
export function generator(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Seconds of one process around 1: lognormal, and one in ten disturbed by up to many times as much, always for the worse. */
function sample(random: () => number, spread = 0.01): number {
  const late = random() < 0.1 ? -3 * Math.log(1 - random()) : 0;
  return Math.exp(spread * (normal(random) + late));
}

const banks = new Map<number, Measured[]>();

/** Estimates of many sessions of n samples, without anything that differs between sessions: what scenarios draw from. */
function bankOf(n: number): Measured[] {
  const known = banks.get(n);
  if (known) return known;
  const random = generator(n);
  const bank = Array.from({ length: 4000 }, (): Measured => {
    return { status: "ok", workload: "w1", ...estimate(Array.from({ length: n }, () => sample(random))) };
  });
  banks.set(n, bank);
  return bank;
}

/**
 * Repeat: a series is measured, its noise told from A/A pairs, a point's interval compared with what its sessions' location is in
 * the long run. Nothing but the noise is made: estimates, A/A noise and intervals are the runner's.
 */
export function coverageOf({ n, spread, pairs, sessions }: Scenario, repetitions: number, seed: number): Coverage {
  const random = generator(seed);
  const bank = bankOf(n);
  const truth = meanLog(bank.map(({ seconds }) => seconds));
  const draw = (): Measured => {
    const drawn = bank[Math.floor(random() * bank.length)];
    if (!drawn) throw new Error("the bank is empty");
    return { ...drawn, seconds: drawn.seconds * Math.exp(spread * normal(random)) };
  };
  let [point, change, withinOnly] = [0, 0, 0];
  const halfWidths: number[] = [];
  for (let repetition = 0; repetition < repetitions; repetition++) {
    const noise = noiseFrom(Array.from({ length: pairs }, () => [draw(), draw()]));
    const taken = Array.from({ length: sessions }, () => quantityOf(draw()));
    const others = Array.from({ length: sessions }, () => quantityOf(draw()));
    const value = pooled(taken, noise);
    if (holds(value, truth)) point++;
    if (holds(ratio(value, pooled(others, noise)), 0)) change++;
    if (holds(pooled(taken), truth)) withinOnly++;
    if (repetition % 10 === 0) halfWidths.push(Math.log(interval(value).high / value.value));
  }
  const middle = halfWidths.sort((a, b) => a - b)[Math.floor(halfWidths.length / 2)] ?? 0;
  return { point: point / repetitions, change: change / repetitions, withinOnly: withinOnly / repetitions, halfWidth: middle };
}

const key: NoiseKey = { environment: "e1", workload: "w1", benchmark: "sort", variant: "compiled" };

const template = session(0, {});

/** The noise that pairs of sessions, each of a program of its own, show. */
export function noiseFrom(pairs: readonly Measured[][]): Noise | undefined {
  const sessions = pairs.flatMap((pair, program): Session[] =>
    pair.map((one) => ({ ...template, benchmarks: { sort: { compiled: { ...one, fingerprint: String(program) } } } })),
  );
  return sessionNoise(sessions)(key);
}

function holds(quantity: Quantity, truth: number): boolean {
  // Every interval reaches 1.95 standard errors; asking for its ends takes a hundred times as long.
  if (Math.abs(Math.log(quantity.value) - truth) < 1.95 * quantity.standardError) return true;
  const { low, high } = interval(quantity);
  return Math.log(low) <= truth && truth <= Math.log(high);
}

/** What a rule for the number of samples costs, of sessions that do not differ. */
export interface RuleResult {
  /** Share of 95 % intervals that hold the truth. */
  coverage: number;
  /** Mean samples a session. */
  samples: number;
  /** Root mean square of the ln ratio of two sessions. */
  difference: number;
}

/**
 * First sessions whose numbers of samples their pilots' times led to, as the runner chooses them. Pilots count as samples, and a process takes its
 * start and what it measures: slow samples make a number smaller. Returns the share of 95 % intervals that hold what all sessions of that
 * number are on average, and the numbers there were.
 */
export function coverageOfChosen(repetitions: number, seed: number): { coverage: number; numbers: Set<number> } {
  const random = generator(seed);
  const suite = [0.003, 0.03, 0.1, 0.3, 1, 4].flatMap((seconds) => [0.003, 0.02].map((spread) => ({ seconds, spread })));
  const draw = ({ spread }: { spread: number }, count: number) => Array.from({ length: count }, () => sample(random, spread));
  const truths = new Map<string, number>();
  const truthOf = (of: { seconds: number; spread: number }, n: number): number => {
    const key = `${of.spread} ${n}`;
    const truth = truths.get(key) ?? meanLog(Array.from({ length: 1500 }, () => estimate(draw(of, n)).seconds));
    truths.set(key, truth);
    return truth;
  };
  const numbers = new Set<number>();
  let held = 0;
  for (let repetition = 0; repetition < repetitions; repetition++) {
    const pilots = suite.map((of) => draw(of, pilotSamples));
    const times = suite.map(({ seconds }, index) => 0.06 + (seconds * sum(pilots[index] ?? [])) / pilotSamples);
    const chosen = withinSeconds(times, 120);
    for (const [index, of] of suite.entries()) {
      const n = chosen[index] ?? 0;
      numbers.add(n);
      const value = estimate([...(pilots[index] ?? []), ...draw(of, n - pilotSamples)]);
      if (holds({ value: value.seconds, ...value }, truthOf(of, n))) held++;
    }
  }
  return { coverage: held / (repetitions * suite.length), numbers };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** A fixed n against stopping once the interval looks narrow enough. */
export function compareRules(spread: number, repetitions: number, seed: number): { fixed: RuleResult; stopping: RuleResult } {
  const random = generator(seed);
  const draw = (count: number): number[] => Array.from({ length: count }, () => sample(random, spread));
  const truths = new Map(
    [10, 15, 20, 25, 30, 35, 40].map((n) => [n, meanLog(Array.from({ length: 1500 }, () => estimate(draw(n)).seconds))]),
  );
  const taken = (rule: () => number[]): RuleResult => {
    const results = Array.from({ length: repetitions }, () => estimate(rule()));
    const held = results.filter((one) => holds({ value: one.seconds, ...one }, truths.get(one.samples) ?? 0));
    const pairs = results.slice(1).map((one, index) => Math.log(one.seconds / (results[index]?.seconds ?? 1)) ** 2);
    return {
      coverage: held.length / repetitions,
      samples: results.reduce((sum, one) => sum + one.samples, 0) / repetitions,
      difference: Math.sqrt(pairs.reduce((sum, square) => sum + square, 0) / pairs.length),
    };
  };
  return { fixed: taken(() => draw(15)), stopping: taken(() => stopEarly(draw(40))) };
}

/** The first 10, 15, … samples whose own interval is within 0.5 %. */
function stopEarly(samples: readonly number[]): number[] {
  for (let n = 10; n < samples.length; n += 5) {
    const { standardError, degreesOfFreedom } = estimate(samples.slice(0, n));
    if (tQuantile(0.975, degreesOfFreedom) * standardError <= 0.005) return samples.slice(0, n);
  }
  return [...samples];
}

function meanLog(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + Math.log(value), 0) / values.length;
}
