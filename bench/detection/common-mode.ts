import { continuousShare, meanCoverage, suspectedShare, type MadeSuite } from "../simulation/common-mode.ts";
import { mean } from "../../runner/timeline/stats.ts";

/** A claim about many benchmarks of sessions that share noise, and what it is to come to. */
export interface CommonRow {
  name: string;
  /** Simulations for each amount of knowledge, at default sizes. */
  repetitions: number;
  /** Returns the share of simulations in which it is claimed. */
  share: (made: MadeSuite, repetitions: number, seed: number) => number;
  benchmarks: number;
  promised: { least: number } | { most: number };
}

/** Sessions that repeated a program, which tell the noise and what of it sessions share: each row is simulated with each of them. */
export const knowledge = [1, 5, 15];

const correlation = 0.1;
/** Largest shift of the whole suite that counts as none, in ln seconds. */
const margin = 0.005;

/** Noise is .5 % for the median benchmark, and differs from benchmark to benchmark. */
export const commonRows: readonly CommonRow[] = [
  {
    name: "geometric mean of 111: coverage of the 95 % interval",
    share: (made, hosts, seed) => meanCoverage(made, hosts, seed).coverage,
    benchmarks: 111,
    repetitions: 10,
    promised: { least: 0.93 },
  },
  {
    name: "suite of 111 shifted by the margin: continuous",
    share: (made, repetitions, seed) => continuousShare(made, margin, repetitions, seed),
    benchmarks: 111,
    repetitions: 60,
    promised: { most: 0.06 },
  },
  {
    name: "suite of 111 that did not shift: continuous",
    share: (made, repetitions, seed) => continuousShare(made, 0, repetitions, seed),
    benchmarks: 111,
    repetitions: 30,
    promised: { least: 0.7 },
  },
  ...[11, 111].map((benchmarks): CommonRow => {
    return {
      name: `set of ${benchmarks} controls, unchanged machine: suspected`,
      share: (made, repetitions, seed) => suspectedShare(made, 0, repetitions, seed),
      benchmarks,
      repetitions: benchmarks === 11 ? 1000 : 250,
      promised: { most: 0.005 },
    };
  }),
  ...[11, 111].map((benchmarks): CommonRow => {
    return {
      name: `set of ${benchmarks} controls, machine 3 % slower: suspected`,
      share: (made, repetitions, seed) => suspectedShare(made, 0.03, repetitions, seed),
      benchmarks,
      repetitions: 50,
      promised: { least: 0.95 },
    };
  }),
];

/** Shares of a row, for each amount of knowledge, each of noise of its own. */
export function simulateCommon({ share, benchmarks }: CommonRow, repetitions: number, seed: number): number[] {
  return knowledge.map((repeated) => share({ benchmarks, correlation, repeated }, repetitions, 100 * seed + repeated));
}

/** Says by how much the average of the shares falls short; empty where it does not. */
export function commonShortfall({ promised }: CommonRow, shares: readonly number[]): string {
  const found = mean(shares);
  if ("least" in promised) return found >= promised.least ? "" : `${found.toFixed(3)} < ${promised.least}`;
  return found <= promised.most ? "" : `${found.toFixed(3)} > ${promised.most}`;
}
