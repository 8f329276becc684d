import { seeded, type Random } from "../random.ts";
import type { Measured, Reason, Session } from "../../runner/model.ts";
import { bridge, type BridgePoint } from "../../runner/timeline/bridge.ts";
import { commonModeIn } from "../../runner/timeline/common-mode.ts";
import { compare } from "../../runner/timeline/compare.ts";
import type { RevisionsSide } from "../../runner/timeline/compared.ts";
import { machineVerdict } from "../../runner/timeline/controls.ts";
import { noiseIn, type Noise } from "../../runner/timeline/noise.ts";
import { quantityOf } from "../../runner/timeline/points.ts";
import { interval, pooled } from "../../runner/timeline/quantity.ts";
import { resultsOf } from "../../runner/timeline/results-builder.ts";
import { timeline } from "../../runner/timeline/timeline.ts";
import { verdict, type EmptyCommitObservation, type SuiteVerdict } from "../../runner/timeline/verdict.ts";
import { history, idOf, session } from "../../tests/runner/report/fixture.ts";
import { normal } from "./coverage.ts";

/** Sessions that share noise. Estimates, noise, common mode, means and verdicts are the runner's. */
export interface MadeSuite {
  benchmarks: number;
  /** Correlation of two benchmarks' noise from session to session. */
  correlation: number;
  /** Earlier sessions that repeat a program, each by itself beside the first of that program. */
  repeated: number;
  /** Median over the benchmarks of the standard deviation of ln seconds from session to session. */
  noise?: number;
  /** Standard deviation of its logarithm over the benchmarks. */
  unlike?: number;
  /** What sessions share is as large for each benchmark; else it is a share of each benchmark's noise. */
  isAbsolute?: boolean;
}

/** How often a value is disturbed, and by how much more it then varies: heavy tails of standard deviation 1. */
const disturbed = { share: 0.1, times: 3 };
const scale = 1 / Math.sqrt(1 - disturbed.share + disturbed.share * disturbed.times ** 2);
/** The error within a session, as a share of what sessions differ. */
const within = 0.2;
const byHand: Reason = "manual";

/** A host whose benchmarks have noise of their own size. */
class MadeHost {
  readonly sessions: Session[] = [];
  readonly #sigmas: number[];
  readonly #random: Random;
  readonly #made: MadeSuite;

  constructor(made: MadeSuite, random: Random) {
    const { benchmarks, noise = 0.005, unlike = 0.5 } = made;
    this.#made = made;
    this.#random = random;
    this.#sigmas = Array.from({ length: benchmarks }, () => noise * Math.exp(unlike * normal(random)));
  }

  get names(): string[] {
    return this.#sigmas.map((_, index) => `b${index}`);
  }

  /** Takes a session of a revision's program, whose true seconds are e^level. */
  take(revision: number, { environment = "a", reason = byHand, level = 0 }: Taking = {}): Measured[] {
    const { correlation, noise = 0.005, isAbsolute = false } = this.#made;
    const shared = Math.sqrt(correlation) * normal(this.#random);
    const outcomes = this.#sigmas.map((sigma): Measured => {
      const common = shared * (isAbsolute ? noise : sigma);
      const own = isAbsolute ? Math.sqrt(Math.max(0, sigma ** 2 - correlation * noise ** 2)) : sigma * Math.sqrt(1 - correlation);
      const seconds = Math.exp(level + common + own * this.#heavy() + within * sigma * normal(this.#random));
      const told = { standardError: within * sigma, degreesOfFreedom: 9, samples: 15, minimum: seconds, median: seconds };
      return { status: "ok", workload: "w1", seconds, ...told, fingerprint: `f${revision}` };
    });
    const found = Object.fromEntries(outcomes.map((one, index) => [`b${index}`, { compiled: one }]));
    const serial = this.sessions.length;
    const started = new Date(Date.UTC(2026, 0, 1) + serial * 3_600_000).toISOString();
    this.sessions.push({ ...session(revision, found, { environment, reason, serial }), id: String(serial).padStart(6, "0"), started });
    return outcomes;
  }

  #heavy(): number {
    return scale * normal(this.#random) * (this.#random() < disturbed.share ? disturbed.times : 1);
  }
}

interface Taking {
  environment?: string;
  reason?: Reason;
  level?: number;
}

/** Comparisons of two revisions each, on one host whose noise is told once. */
const comparisons = 20;

/** Share of 95 % intervals of the geometric mean of two revisions' ratios that hold the truth, and their median half width. */
export function meanCoverage(made: MadeSuite, hosts: number, seed: number): { coverage: number; halfWidth: number } {
  let held = 0;
  const widths: number[] = [];
  for (let number = 0; number < hosts; number++) {
    const host = new MadeHost(made, seeded(seed * 1009 + number));
    for (let revision = 0; revision < 2 * comparisons; revision++) host.take(revision);
    for (let again = 0; again < made.repeated; again++) host.take(again, { reason: "control" });
    const results = resultsOf(host.sessions);
    const listed = host.names.map((name) => ({ name, group: "main" as const, variants: ["compiled" as const], workload: "w1" }));
    const { benchmarks } = timeline({
      history: history(2 * comparisons),
      sessions: host.sessions,
      listed,
      currentEnvironment: "a",
      scalingFactors: [],
    });
    const known = { benchmarks, common: commonModeIn(results, noiseIn(results, { declared: listed })) };
    // What was measured twice comes first: two of once are compared with each other.
    for (let revision = made.repeated; revision + 1 < 2 * comparisons; revision += 2) {
      const { mean } = compare(known, sideAt(revision), sideAt(revision + 1));
      const { low, high } = mean ? interval(mean.ratio) : { low: 0, high: Infinity };
      if (low <= 1 && 1 <= high) held++;
      widths.push(Math.log(high / low) / 2);
    }
  }
  return { coverage: held / widths.length, halfWidth: middle(widths) };
}

function sideAt(revision: number): RevisionsSide {
  return { kind: "revisions", name: `r${revision}`, ids: new Set([idOf(revision)]) };
}

/** Share of suites said to be continuous after an upgrade that shifted every benchmark by so much, of ln seconds. */
export function continuousShare(made: MadeSuite, shift: number, repetitions: number, seed: number): number {
  let continuous = 0;
  for (let number = 0; number < repetitions; number++) {
    if (upgraded(new MadeHost(made, seeded(seed * 2003 + number)), made.repeated, shift).verdict === "continuous") continuous++;
  }
  return continuous / repetitions;
}

/** The verdict on an upgrade to an environment 20 % faster, bridged by five revisions, with five sessions of an empty commit and of its parent. */
function upgraded(host: MadeHost, repeated: number, shift: number): SuiteVerdict {
  const level = Math.log(0.8);
  const both = [1, 2, 3, 4, 5].map((revision) => [host.take(revision), host.take(revision, { environment: "b", level })] as const);
  const before = Array.from({ length: 5 }, () => host.take(10));
  const after = Array.from({ length: 5 }, () => host.take(11, { environment: "b", level: level + shift }));
  for (let again = 0; again < repeated; again++) {
    host.take(20, { reason: "control" });
    host.take(20, { reason: "control", environment: "b", level });
  }
  const results = resultsOf(host.sessions);
  const noise = noiseIn(results);
  const observed = host.names.map((benchmark, index): EmptyCommitObservation => {
    const [old, now] = ["a", "b"].map((environment) => noise({ environment, workload: "w1", benchmark, variant: "compiled" }));
    const of = (sessions: readonly Measured[][], told: Noise | undefined) =>
      pooled(
        sessions.flatMap((one) => one[index] ?? []).map((one) => quantityOf(one)),
        told,
      );
    const points = both.map(([a, b], point): BridgePoint => ({ revision: String(point), old: of([a], old), new: of([b], now) }));
    const sigma = Math.max(old?.sigma ?? 0, now?.sigma ?? 0);
    return { benchmark, variant: "compiled", old: of(before, old), new: of(after, now), scalingFactor: bridge(points), sigma };
  });
  return verdict(observed, [], commonModeIn(results, noise));
}

/** Share of sets of controls that call a machine suspected that shifted by so much: each the first set of its host. */
export function suspectedShare(made: MadeSuite, shift: number, repetitions: number, seed: number): number {
  let suspected = 0;
  for (let number = 0; number < repetitions; number++) {
    const host = new MadeHost(made, seeded(seed * 3001 + number));
    for (let again = 0; again <= made.repeated; again++) host.take(1);
    host.take(1, { reason: "control", level: shift });
    if (machineVerdict(resultsOf(host.sessions), "a", []).verdict === "suspected") suspected++;
  }
  return suspected / repetitions;
}

function middle(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
