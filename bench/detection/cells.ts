import type { Decision, Listed, Session } from "../../runner/model.ts";
import { cellWithin, courseOf } from "../../runner/report/cell.ts";
import { month, quarter } from "../../runner/report/summary-row.ts";
import { interval } from "../../runner/timeline/quantity.ts";
import { valueThen } from "../../runner/timeline/recent.ts";
import { mean } from "../../runner/timeline/stats.ts";
import { change, newestMeasured, timeline, type Series } from "../../runner/timeline/timeline.ts";
import { decision, history, measured, revision, session } from "../../tests/runner/report/fixture.ts";
import { seeded } from "../random.ts";
import { textTable } from "../table.ts";
import { evenkeel } from "./evenkeel.ts";
import { independent } from "./noise.ts";
import { streamOf } from "./stream.ts";

/** A suite of so many benchmarks, of which a program a day was measured for so long. */
const benchmarks = 111;
const programs = 120;
/** Programs that were measured twice: A/A pairs, which tell the noise. */
const pairs = 10;
const sigma = 0.005;
const within = 0.001;
const columns = [
  { name: "last month", days: month },
  { name: "last 3 months", days: quarter },
];

interface Suite {
  name: string;
  /** ln seconds after a change of every benchmark - before; it begins so many programs before the newest. */
  step: number;
  ago: number;
  /** Suites that are simulated, by the number of series a row. */
  repetitions: (series: number) => number;
  /** Share of the cells that say a change: at least, and at most. */
  least: number;
  most: number;
}

/** In each column of 111: fewer than one cell. */
const fewest = 1 / benchmarks;

const suites: readonly Suite[] = [
  { name: "unchanged", step: 0, ago: 0, repetitions: (series) => Math.max(1, Math.round(series / 20)), least: 0, most: fewest },
  { name: "+1 % 20 programs ago", step: Math.log1p(0.01), ago: 20, repetitions: () => 1, least: 0.95, most: 1 },
];

/** Claims of the cells of one column. */
interface CellFigures {
  suite: string;
  column: string;
  /** Share of cells of which the two single sessions differ by more than their interval. */
  bySessions: number;
  /** Share of cells that say a confirmed change. */
  confirmed: number;
  /** Share of the intervals of these that hold the change. */
  covered: number | undefined;
}

/** Simulates what the cells of the summary and of the page say of unchanged benchmarks, and of a change of 1 %. */
export function cellsPart(series: number, seed: number): { table: string; rows: object[]; ok: boolean } {
  const found = suites.map((suite) => ({ suite, figures: figuresOf(suite, suite.repetitions(series), seed) }));
  return {
    table: textTable(
      [
        `cells of ${benchmarks} benchmarks, noise ${100 * sigma} %`,
        "column",
        "by two sessions",
        "confirmed",
        "interval holds it",
        "falls short",
      ],
      found.flatMap(({ suite, figures }) =>
        figures.map((one) => [
          suite.name,
          one.column,
          cellsText(one.bySessions),
          cellsText(one.confirmed),
          one.covered === undefined ? "-" : one.covered.toFixed(2),
          isKept(suite, one) ? "" : `${one.confirmed.toFixed(3)} is not within ${suite.least.toFixed(3)} and ${suite.most.toFixed(3)}`,
        ]),
      ),
    ),
    rows: found.flatMap(({ figures }) => figures),
    ok: found.every(({ suite, figures }) => figures.every((one) => isKept(suite, one))),
  };
}

function isKept({ least, most }: Suite, { confirmed }: CellFigures): boolean {
  return confirmed >= least && confirmed <= most;
}

/** `0.3 of 111`. */
function cellsText(share: number): string {
  return `${(share * benchmarks).toFixed(1)} of ${benchmarks}`;
}

function figuresOf(suite: Suite, repetitions: number, seed: number): CellFigures[] {
  const cells = Array.from({ length: repetitions }, (_, repetition) => cellsOf(suite, seed * 100_003 + repetition)).flat();
  return columns.map(({ name }) => {
    const those = cells.filter(({ column }) => column === name);
    const held = those.flatMap(({ isCovered }) => isCovered ?? []);
    return {
      suite: suite.name,
      column: name,
      bySessions: mean(those.map(({ isBySessions }) => Number(isBySessions))),
      confirmed: mean(those.map(({ isConfirmed }) => Number(isConfirmed))),
      covered: held.length > 0 ? mean(held.map(Number)) : undefined,
    };
  });
}

interface SimulatedCell {
  column: string;
  isBySessions: boolean;
  isConfirmed: boolean;
  /** True if its interval contains the true change; undefined if it claims none. */
  isCovered?: boolean;
}

/** The cells of a suite that is measured for the first time. */
function cellsOf({ step, ago }: Suite, seed: number): SimulatedCell[] {
  const made = Array.from({ length: benchmarks }, (_, number) => measuredSeries(`b${number}`, step, ago, seed * 1009 + number));
  const revisions = history(programs);
  const listed = made.map(({ name }): Listed => ({ name, group: "main", variants: ["compiled"], workload: "w1" }));
  const now = revision(programs - 1).committed;
  const known = timeline({ history: revisions, sessions: sessionsOf(made), listed, currentEnvironment: "e1", scalingFactors: [] });
  const decisions = made.flatMap((one) => one.decisions);
  return known.benchmarks.flatMap(({ name, series: [series] }) => {
    if (!series) return [];
    const course = courseOf(name, series, decisions);
    return columns.map(({ name: column, days }): SimulatedCell => {
      const { direction, ratio } = cellWithin(days, course, now);
      const isConfirmed = direction !== undefined || ratio !== undefined;
      const covered = isConfirmed && ratio ? { isCovered: holds(interval(ratio), Math.exp(step)) } : {};
      return { column, isBySessions: differsBySessions(series, days, now), isConfirmed, ...covered };
    });
  });
}

interface MeasuredSeries {
  name: string;
  /** ln seconds of the first session of each program, in their order; and of the second one of those measured twice. */
  first: number[];
  again: number[];
  decisions: Decision[];
}

/** A series as it is measured, with what was confirmed of it. */
function measuredSeries(name: string, step: number, ago: number, seed: number): MeasuredSeries {
  const at = new Map(step === 0 ? [] : [[programs - ago, step]]);
  const stream = streamOf(programs, at, independent(sigma, seeded(seed)));
  const first: number[] = [];
  const session = (index: number, now: number): number => {
    const value = stream.session(index, now);
    first[index] ??= value;
    return value;
  };
  const { alarms } = evenkeel({ ...stream, session });
  const again = Array.from({ length: pairs }, (_, index) => stream.session(index, programs - 1));
  return {
    name,
    first,
    again,
    decisions: alarms.map(({ split, change: size }) =>
      decision(split, { benchmark: name, ...(size && { change: size, direction: size.phi > 0 ? "slower" : "faster" }) }),
    ),
  };
}

function sessionsOf(made: readonly MeasuredSeries[]): Session[] {
  const sessionAt = (number: number, serial: number, value: (one: MeasuredSeries) => number | undefined): Session => {
    const outcomes = made.map((one): [string, Session["benchmarks"][string]] => [
      one.name,
      { compiled: measured(Math.exp(value(one) ?? 0), { error: within }) },
    ]);
    return session(number, Object.fromEntries(outcomes), { serial });
  };
  return [
    ...Array.from({ length: programs }, (_, number) => sessionAt(number, number, ({ first }) => first[number])),
    ...Array.from({ length: pairs }, (_, number) => sessionAt(number, programs + number, ({ again }) => again[number])),
  ];
}

/** Compares two single sessions: the newest one and the one of then differ if the 95 % interval of their difference leaves out 0. */
function differsBySessions(series: Series, days: number, now: string): boolean {
  const [then, newest] = [valueThen(days, series, now), newestMeasured(series)];
  const ratio = then.kind === "value" && newest ? change(series, then.entry, newest) : undefined;
  return ratio !== undefined && !holds(interval(ratio), 1);
}

function holds({ low, high }: { low: number; high: number }, value: number): boolean {
  return low <= value && value <= high;
}
