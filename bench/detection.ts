import { InvalidArgumentError } from "commander";
import * as z from "zod";
import { designedErrors, factorErrors } from "./simulation/bridge.ts";
import { mean } from "../runner/timeline/stats.ts";
import type { Bench } from "./bench.ts";
import { backlogs, simulateBacklog } from "./detection/backlog.ts";
import { cellsPart } from "./detection/cells.ts";
import { commonRows, commonShortfall, knowledge, simulateCommon } from "./detection/common-mode.ts";
import { creepingPart } from "./detection/creeping.ts";
import { divisive } from "./detection/divisive.ts";
import { evenkeel } from "./detection/evenkeel.ts";
import { fixedThreshold } from "./detection/fixed.ts";
import { layoutsPart } from "./detection/layouts.ts";
import { noisyBridges } from "./detection/noisy-bridge.ts";
import { groupsOn, shortfalls, type Group, type Row } from "./detection/scenarios.ts";
import { simulate, type Figures } from "./detection/simulate.ts";
import type { Detector } from "./detection/stream.ts";
import { textTable } from "./table.ts";
import { percentText } from "../runner/text/quantities.ts";

const optionsSchema = z.object({ series: z.number(), histories: z.number(), seed: z.number(), tuning: z.boolean() });

const defaultSeries = 40;
const factorRepetitions = 20_000;
/** Of so many repetitions of noise with heavy tails. */
const monteCarloError = 1.07;
/** Share of histories that come out right, in whatever order they are measured. */
const rightHistories = 0.95;

const others: readonly (readonly [string, Detector])[] = [
  ["fixed 3 %", fixedThreshold(0.03)],
  ["E-divisive", divisive],
];

interface Part {
  table: string;
  rows: object[];
  ok: boolean;
}

/** Proves how well changes are found, beside what others give. */
export const detection: Bench = {
  name: "detection",
  summary: "simulate synthetic and real noise, with and without changes, and compare what three detectors find",
  options: (command) =>
    command
      .option("--series <n>", "series a row", wholeNumber, defaultSeries)
      .option("--histories <n>", "histories measured in another order", wholeNumber, 10)
      .option("--seed <n>", "of the noise", wholeNumber, 1)
      .option("--tuning", "real noise of the windows that constants are chosen by, not of those held out", false),
  run(given, log) {
    const { series, histories, seed, tuning } = optionsSchema.parse(given);
    const parts = [
      ...groupsOn(tuning ? "tuning" : "held out").map((group) => {
        log(group.title);
        return partOf(group, series, seed);
      }),
      backlogPart(histories, seed, log),
      cellsPart(series, seed),
      commonPart(series, seed, log),
      creepingPart(series, seed, log),
      layoutsPart(series, seed),
      factorPart(seed),
      noisyBridges(seed),
    ];
    const notes =
      "precision / recall / exact revision / latency in points; an alarm is right within 5 points of a change, or where it is one of several at it";
    const table = [...parts.map((part) => part.table), notes].join("\n\n");
    return Promise.resolve({ table, figures: { series, seed, rows: parts.flatMap(({ rows }) => rows) }, ok: parts.every(({ ok }) => ok) });
  },
};

function partOf({ title, rows, mostSessions = Infinity, times = 1 }: Group, series: number, seed: number): Part {
  const found = rows.map((row) => {
    const [own, ...theirs] = [evenkeel, ...others.map(([, detector]) => detector)].map((one) => simulate(one, row, times * series, seed));
    return { row, own, theirs, short: own ? shortfalls(own, row.promised) : ["unknown"] };
  });
  const spent = mean(found.map(({ own }) => own?.extra ?? 0));
  const average = `on average ${percentText(spent, 1)} more sessions${mostSessions < Infinity ? `, to be at most ${percentText(mostSessions, 1)}` : ""}`;
  const table = textTable(
    [title, ...others.map(([name]) => name), "evenkeel", "more sessions", "falls short"],
    found.map(({ row, own, theirs, short }) => [
      row.name,
      ...theirs.map((one) => cell(row, one)),
      own ? cell(row, own) : "",
      percentText(own?.extra ?? 0, 1),
      short.join(", "),
    ]),
  );
  return {
    table: `${table}\n${average}`,
    rows: found.map(({ row: { name, promised }, own, theirs }) => ({ name, promised, found: own, others: theirs })),
    ok: spent <= mostSessions && found.every(({ short }) => short.length === 0),
  };
}

/** Wrong alarms if nothing is to be found; otherwise the figures of what was found, and wrong alarms a series if they are promised. */
function cell({ promised }: Row, { precision, recall, exact, latency, falseAlarms, wrong }: Figures): string {
  if (promised.falseAlarms !== undefined) return `${falseAlarms.toFixed(2)} false`;
  if (promised.recall === undefined) return `${wrong.toFixed(2)} false`;
  return [precision?.toFixed(2) ?? "-", recall?.toFixed(2) ?? "-", exact?.toFixed(2) ?? "-", latency ?? "-"].join("/");
}

function backlogPart(histories: number, seed: number, log: (text: string) => void): Part {
  log("orders of measuring");
  const found = backlogs.map((backlog) => ({ name: backlog.name, ...simulateBacklog(backlog, histories, seed) }));
  return {
    table: textTable(
      ["order of measuring, noise 0.3 %", "right histories", "wrong changes", "more sessions", "falls short"],
      found.map(({ name, right, wrong, extra }) => [
        name,
        right.toFixed(2),
        wrong.toFixed(2),
        percentText(extra, 1),
        right >= rightHistories ? "" : `${right.toFixed(2)} < ${rightHistories}`,
      ]),
    ),
    rows: found,
    ok: found.every(({ right }) => right >= rightHistories),
  };
}

/** @param series a row of other parts, as many as which the repetitions are scaled by. */
function commonPart(series: number, seed: number, log: (text: string) => void): Part {
  log("sessions that share noise");
  const found = commonRows.map((row) => {
    const shares = simulateCommon(row, Math.max(1, Math.round((row.repetitions * series) / defaultSeries)), seed);
    return { name: row.name, promised: row.promised, shares, short: commonShortfall(row, shares) };
  });
  return {
    table: textTable(
      [`sessions that share .1 of their noise's variance`, ...knowledge.map((sessions) => `after ${sessions}`), "average", "falls short"],
      found.map(({ name, shares, short }) => [name, ...[...shares, mean(shares)].map((share) => share.toFixed(3)), short]),
    ),
    rows: found,
    ok: found.every(({ short }) => short === ""),
  };
}

function factorPart(seed: number): Part {
  const found = designedErrors.map((promised) => ({
    promised,
    found: factorErrors(promised.noise, promised.points, factorRepetitions, seed),
  }));
  return {
    table: textTable(
      ["factor of a bridge", "root mean square error", "95 % of errors below"],
      found.map(({ promised: { noise, points }, found: errors }) => [
        `${percentText(noise, 1)}, ${points === 1 ? "one revision" : `${points} revisions`}`,
        percentText(errors.rootMeanSquare, 2),
        percentText(errors.quantile95, 2),
      ]),
    ),
    rows: found,
    ok: found.every(
      ({ promised, found: errors }) =>
        errors.rootMeanSquare <= promised.rootMeanSquare * monteCarloError && errors.quantile95 <= promised.quantile95 * monteCarloError,
    ),
  };
}

function wholeNumber(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError("write a whole number.");
  return number;
}
