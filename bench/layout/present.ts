import { noticedChange, noticedZ } from "../../runner/timeline/detection/candidate.ts";
import { mean, median } from "../../runner/timeline/stats.ts";
import type { BenchResult } from "../bench.ts";
import { textTable } from "../table.ts";
import { components, deviation, evidence, exceeds, largestDifference, type Values } from "./components.ts";
import type { Layout } from "./layouts.ts";

/** One benchmark in all layouts. */
export interface Measured {
  name: string;
  /** ln seconds: a row for each build. */
  values: Values;
}

export interface Findings {
  layouts: readonly Layout[];
  benchmarks: readonly Measured[];
  /** Samples of each build in a session. */
  rounds: number;
  /** Facts of the machine and of the run. */
  facts: object;
}

/** Share of the usual threshold from which on layout would be taken for code. */
const tolerated = 1 / 3;
/** Share of the benchmarks that may exceed it. */
const relevantShare = 1 / 4;
/** Evidence that builds of one layout differ, of which there may be no more. */
const mostEvidence = 3;

/** A benchmark's layout effect, all of ln seconds. */
interface Effect {
  name: string;
  /** Mean of all. */
  seconds: number;
  /** Deviation of sessions of one build, without drift that all builds share. */
  session: number;
  layouts: { sigma: number; standardError: number };
  largest: { difference: number; standardError: number };
  sameLargest: number;
  /** A third of the usual threshold. */
  limit: number;
  /** undefined where the run does not tell. */
  exceeds: boolean | undefined;
}

export function presentLayouts({ layouts, benchmarks, rounds, facts }: Findings): BenchResult {
  const effects = benchmarks.map((one) => effectOf(one, layouts));
  const sigma = median(effects.map(({ layouts }) => layouts.sigma));
  const ofSame = evidence(benchmarks.map(({ values }) => components(sameRows(values, layouts))));
  const exceeding = effects.filter(({ exceeds }) => exceeds === true);
  const open = effects.filter(({ exceeds }) => exceeds === undefined);
  const isSound = ofSame <= mostEvidence;
  const sessions = benchmarks[0]?.values[0]?.length ?? 0;
  const notes = [
    `layouts differ by ${percent(sigma)} %, the median of the benchmarks; builds of one layout differ with z = ${ofSame.toFixed(1)}, to be at most ${mostEvidence}`,
    `${layouts.length} builds of ${layouts.filter(({ kind }) => kind !== "same").length + 1} layouts, ${sessions} sessions of ${rounds} samples each`,
    `a third of the usual threshold: the larger of ${percent(noticedChange)} % and ${noticedZ} deviations of a session, by three`,
    `${exceeding.length} of ${effects.length} benchmarks exceed it, ${open.length} may: ${verdict(exceeding.length, open.length, effects.length)}`,
    ...(isSound ? [] : ["builds of one layout differ as well: the figures of the layouts cannot be trusted"]),
  ];
  return {
    table: [effectTable(effects), ...notes].join("\n"),
    figures: {
      ...facts,
      sessions,
      rounds,
      exceeding: exceeding.map(({ name }) => name),
      open: open.map(({ name }) => name),
      sigma,
      evidenceOfSame: ofSame,
      benchmarks: benchmarks.map((one, index) => ({
        ...effects[index],
        builds: Object.fromEntries(layouts.map(({ name }, build) => [name, Number(percent(shift(one.values, build)))])),
      })),
    },
    ok: isSound,
  };
}

function verdict(exceeding: number, open: number, all: number): string {
  if (exceeding > relevantShare * all) return "layouts matter: a confirmed change is to be checked with builds in other layouts";
  if (exceeding + open > relevantShare * all)
    return "the run is too noisy or too short to decide; measure for more minutes on a quieter machine";
  return "layouts matter too little for confirmed changes to be checked with builds in other ones";
}

function effectOf({ name, values }: Measured, layouts: readonly Layout[]): Effect {
  const found = components(distinct(values, layouts));
  const session = Math.sqrt(components(values).within);
  const limit = tolerated * Math.max(noticedChange, noticedZ * session);
  return {
    name,
    seconds: Math.exp(mean(values.map(mean))),
    session,
    layouts: deviation(found),
    largest: largestDifference(distinct(values, layouts)),
    sameLargest: largestDifference(sameRows(values, layouts)).difference,
    limit,
    exceeds: exceeds(found, limit),
  };
}

function effectTable(effects: readonly Effect[]): string {
  return textTable(
    ["all but seconds in %", "seconds", "session", "layouts", "+-", "largest", "+-", "largest of same", "third of threshold", ""],
    effects.map(({ name, seconds, session, layouts, largest, sameLargest, limit, exceeds }) => [
      name,
      Number(seconds.toPrecision(3)),
      percent(session),
      percent(layouts.sigma),
      percent(layouts.standardError),
      percent(largest.difference),
      percent(largest.standardError),
      percent(sameLargest),
      percent(limit),
      exceeds === undefined ? "not told" : exceeds ? "exceeds" : "",
    ]),
  );
}

/** Rows of one build of each layout. */
function distinct(values: Values, layouts: readonly Layout[]): Values {
  const first = layouts.findIndex(({ kind }) => kind === "same");
  return values.filter((_, build) => build === first || layouts[build]?.kind !== "same");
}

/** Rows of the builds that have the layout of the suite's own compilation. */
function sameRows(values: Values, layouts: readonly Layout[]): Values {
  return values.filter((_, build) => layouts[build]?.kind === "same");
}

/** Difference of a build from the mean of all. */
function shift(values: Values, build: number): number {
  return mean(values[build] ?? []) - mean(values.map(mean));
}

function percent(value: number): string {
  return (100 * value).toFixed(2);
}
