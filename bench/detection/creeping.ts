import { noiseAt } from "../../runner/timeline/detection/candidate.ts";
import type { Fresh } from "../../runner/timeline/detection/confirmation.ts";
import { creeping, creepingPair, distance } from "../../runner/timeline/detection/creeping.ts";
import { seeded, type Random } from "../random.ts";
import { textTable } from "../table.ts";
import { detect, type Known } from "./evenkeel.ts";
import { drifting, independent, real } from "./noise.ts";
import { isolated, manyPoints, streamOf, type Stream } from "./stream.ts";
import { realWindows } from "./windows.ts";
import { percentText } from "../../runner/text/quantities.ts";

/** Series in which a change creeps, or none does, and how many ranges may be reported. */
export interface CreepingRow {
  name: string;
  stream: (random: Random, number: number) => Stream;
  /** The first creeping revision and the one after the last; absent where nothing creeps. */
  range?: readonly [from: number, to: number];
  /** Share of series in which a range is reported, if something creeps; otherwise the most ranges per 400 points. */
  promised: { reported: number; scapegoats: number } | { falseRanges: number };
}

export interface CreepingFigures {
  /** Share of series in which a range that overlaps the creeping one is reported. */
  reported: number;
  /** Confirmed changes of single revisions in a series, besides those that there are. */
  scapegoats: number;
  /** Reported ranges where nothing creeps, per 400 points. */
  falseRanges: number;
  /** Sessions that pairs of programs far apart took, as a share of the points. */
  pairs: number;
  /** All sessions besides one a point, as a share of the points. */
  extra: number;
}

/** Programs that a week brings. */
const week = 10;
const tolerance = 5;

interface Reported {
  older: number;
  newer: number;
}

/** Looks for creeping changes once a week, as the runner does: an older program whose build was kept is any of those that may be. */
function simulateSeries(stream: Stream, random: Random): { alarms: number[]; ranges: Reported[]; pairs: number; extra: number } {
  const ranges: Reported[] = [];
  let pairs = 0;
  const check = ({ readings, changes }: Known, now: number): void => {
    if (now % week !== week - 1) return;
    const last = ranges.at(-1)?.newer ?? 0;
    const from = Math.max(0, last, now - distance.most);
    const to = now - distance.least;
    const sigma = noiseAt(readings, now, stream.known);
    if (to < from || sigma === undefined) return;
    const older = last >= from ? last : from + Math.floor(random() * (to - from + 1));
    const pair = creepingPair({ readings, older, newer: now, changes, sigma });
    if (!pair?.isSuspected) return;
    const fresh: Fresh[] = [];
    let state = creeping(pair, fresh);
    while (state.status === "open") {
      fresh.push({ side: state.next, value: stream.session(state.next === "after" ? now : older, now) });
      state = creeping(pair, fresh);
    }
    pairs += fresh.length;
    if (state.status === "confirmed") ranges.push({ older, newer: now });
  };
  const { alarms, sessions } = detect(stream, check);
  return { alarms: alarms.map(({ split }) => split), ranges, pairs, extra: sessions + pairs };
}

/** Simulates so many series of a row. */
export function simulateCreeping({ stream, range }: CreepingRow, repetitions: number, seed: number): CreepingFigures {
  let [reported, scapegoats, falseRanges, pairs, extra, points] = [0, 0, 0, 0, 0, 0];
  for (let repetition = 0; repetition < repetitions; repetition++) {
    const series = stream(seeded(seed * 100_003 + repetition), repetition);
    const found = simulateSeries(series, seeded(seed * 7_919 + repetition));
    const right = found.ranges.filter(({ older, newer }) => range && older < range[1] && newer >= range[0]).length;
    if (right > 0) reported++;
    falseRanges += found.ranges.length - right;
    scapegoats += found.alarms.filter((split) => !series.changes.some((at) => Math.abs(at - split) <= tolerance)).length;
    pairs += found.pairs;
    extra += found.extra;
    points += series.points;
  }
  return {
    reported: reported / repetitions,
    scapegoats: scapegoats / repetitions,
    falseRanges: (falseRanges / points) * manyPoints,
    pairs: pairs / points,
    extra: extra / points,
  };
}

/** Creeping: so much a revision, over so many. */
const creep = { each: 0.001, from: 40, over: 30, points: 110 };

function creepingRow(sigma: number): CreepingRow {
  const at = new Map(Array.from({ length: creep.over }, (_, index) => [creep.from + index, creep.each]));
  return {
    name: `${percentText(sigma, 2)}, creeping 0.1 % a revision over 30`,
    stream: (random) => ({ ...streamOf(creep.points, at, independent(sigma, random)), changes: [] }),
    range: [creep.from, creep.from + creep.over],
    promised: { reported: 0.9, scapegoats: 0.1 },
  };
}

const windows = realWindows("held out");

/** Creeping changes, and series in which nothing creeps. */
export const creepingRows: readonly CreepingRow[] = [
  ...[0.0015, 0.005].map(creepingRow),
  ...[0.0015, 0.005].map((sigma): CreepingRow => ({
    name: `${percentText(sigma, 2)}, unchanged`,
    stream: (random) => streamOf(manyPoints, new Map(), independent(sigma, random)),
    promised: { falseRanges: 0.1 },
  })),
  ...[0.25].map((share): CreepingRow => ({
    name: `0.50 %, unchanged, ${percentText(share, 0)} of the variance slow drift`,
    stream: (random) => streamOf(manyPoints, new Map(), drifting(0.005, share, random)),
    promised: { falseRanges: 0.1 },
  })),
  {
    name: "real noise, unchanged",
    stream: (random, number) => {
      const window = windows[number % windows.length] ?? [];
      return streamOf(window.length, new Map(), real(window, random));
    },
    promised: { falseRanges: 0.1 },
  },
  ...[0.01].map((step): CreepingRow => ({
    name: `0.50 %, isolated steps of ${percentText(step, 0)}`,
    stream: (random) => streamOf(manyPoints, isolated(step, random), independent(0.005, random)),
    promised: { falseRanges: 0.1 },
  })),
];

/** Returns which promised figures fall short. */
function creepingShortfalls({ reported, scapegoats, falseRanges }: CreepingFigures, { promised }: CreepingRow): string[] {
  if ("falseRanges" in promised) return falseRanges <= promised.falseRanges ? [] : [`${falseRanges.toFixed(2)} false ranges`];
  return [
    ...(reported >= promised.reported ? [] : [`reported ${reported.toFixed(2)} < ${promised.reported}`]),
    ...(scapegoats <= promised.scapegoats ? [] : [`scapegoats ${scapegoats.toFixed(2)} > ${promised.scapegoats}`]),
  ];
}

/** Share of the series that long rows take. */
const ofLong = 0.5;

/** The rows as a part of the bench: what was reported where a change creeps, and where none does. */
export function creepingPart(series: number, seed: number, log: (text: string) => void): { table: string; rows: object[]; ok: boolean } {
  log("creeping changes");
  const found = creepingRows.map((row) => {
    const figures = simulateCreeping(row, row.range ? series : Math.ceil(ofLong * series), seed);
    return { row, figures, short: creepingShortfalls(figures, row) };
  });
  return {
    table: textTable(
      ["creeping changes", "reported", "scapegoats", "false ranges", "sessions of pairs", "more sessions", "falls short"],
      found.map(({ row, figures, short }) => [
        row.name,
        row.range ? figures.reported.toFixed(2) : "",
        row.range ? figures.scapegoats.toFixed(2) : "",
        figures.falseRanges.toFixed(2),
        percentText(figures.pairs, 1),
        percentText(figures.extra, 1),
        short.join(", "),
      ]),
    ),
    rows: found.map(({ row: { name, promised }, figures }) => ({ name, promised, found: figures })),
    ok: found.every(({ short }) => short.length === 0),
  };
}
