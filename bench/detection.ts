import { InvalidArgumentError } from "commander";
import { z } from "zod";
import { designedErrors, factorErrors } from "../tests/runner/timeline/bridge-simulation.ts";
import { evenkeel, simulate, type Detector, type Figures, type Made } from "../tests/runner/timeline/detection-simulation.ts";
import type { Bench } from "./bench.ts";
import { divisive } from "./detection/divisive.ts";
import { fixedThreshold } from "./detection/fixed.ts";
import { textTable } from "./table.ts";

const optionsSchema = z.object({ series: z.number(), seed: z.number() });

/** What is to be reached at least: precision and recall, and latency in points at most. */
interface Promised {
  precision: number;
  recall: number;
  latency: number;
}

const steps: (Made & Promised)[] = [
  { noise: 0.0015, step: 0.01, precision: 0.99, recall: 0.99, latency: 0 },
  { noise: 0.005, step: 0.01, precision: 0.97, recall: 0.96, latency: 3 },
  { noise: 0.005, step: 0.02, precision: 0.98, recall: 0.99, latency: 0 },
  { noise: 0.005, step: 0.05, precision: 0.98, recall: 0.99, latency: 0 },
  { noise: 0.01, step: 0.01, precision: 0.8, recall: 0.62, latency: 20 },
  { noise: 0.01, step: 0.02, precision: 0.97, recall: 0.97, latency: 3 },
  { noise: 0.03, step: 0.05, precision: 0.95, recall: 0.93, latency: 5 },
  { noise: 0.002, step: 0.03, bimodal: 0.1, precision: 0.88, recall: 0.96, latency: 10 },
];
const unchanged: Made[] = [0.0015, 0.005, 0.01, 0.03].map((noise) => ({ noise, step: 0 }));
const factorRepetitions = 20_000;
/** Of so many repetitions of noise with heavy tails. */
const monteCarloError = 1.07;
const mostFalseAlarms = 0.2;
const mostExtra = 0.06;

const detectors: readonly (readonly [string, Detector])[] = [
  ["fixed 3 %", fixedThreshold(0.03)],
  ["E-divisive", divisive],
  ["evenkeel", evenkeel],
];

/** Proves how well changes are found, beside what others give. */
export const detection: Bench = {
  name: "detection",
  summary: "finds changes made in series with noise of heavy tails, beside two other detectors, and links environments: how well",
  options: (command) =>
    command.option("--series <n>", "series a row, of 400 points", wholeNumber, 60).option("--seed <n>", "of the noise", wholeNumber, 1),
  run(given, say) {
    const { series, seed } = optionsSchema.parse(given);
    const found = [...steps, ...unchanged].map((made) => {
      say(describe(made));
      return { made, figures: detectors.map(([, detector]) => simulate(detector, made, series, seed)) };
    });
    say("factors of bridges");
    const bridged = designedErrors.map((promised) => ({
      promised,
      found: factorErrors(promised.noise, promised.points, factorRepetitions, seed),
    }));
    const [changed, still] = [found.slice(0, steps.length), found.slice(steps.length)];
    const table = [
      textTable(
        ["noise, step", ...detectors.map(([name]) => name), "more sessions"],
        changed.map(({ made, figures }) => [describe(made), ...figures.map(found3), percent(figures.at(-1)?.extra ?? 0)]),
      ),
      textTable(
        ["false alarms per 400 unchanged points", ...detectors.map(([name]) => name), "more sessions"],
        still.map(({ made, figures }) => [
          describe(made),
          ...figures.map(({ falseAlarms }) => falseAlarms.toFixed(2)),
          percent(figures.at(-1)?.extra ?? 0),
        ]),
      ),
      "precision / recall / latency in points; an alarm is right within 5 points of a change",
      textTable(
        ["factor of a bridge", "root mean square error", "95 % of errors below"],
        bridged.map(({ promised: { noise, points }, found }) => [
          `${percent(noise)}, ${points === 1 ? "one revision" : `${points} revisions`}`,
          percent(found.rootMeanSquare, 2),
          percent(found.quantile95, 2),
        ]),
      ),
    ].join("\n\n");
    const ok =
      changed.every(({ figures }, row) => keeps(figures.at(-1), steps[row])) &&
      still.every(({ figures }) => {
        const { falseAlarms = Infinity, extra = Infinity } = figures.at(-1) ?? {};
        return falseAlarms <= mostFalseAlarms && extra <= mostExtra;
      }) &&
      bridged.every(
        ({ promised, found }) =>
          found.rootMeanSquare <= promised.rootMeanSquare * monteCarloError && found.quantile95 <= promised.quantile95 * monteCarloError,
      );
    return Promise.resolve({ table, figures: { series, seed, rows: found, factors: bridged }, ok });
  },
};

function keeps(found: Figures | undefined, promised: Promised | undefined): boolean {
  if (!found || !promised) return false;
  const { precision = 0, recall = 0, latency = Infinity } = found;
  return precision >= promised.precision && recall >= promised.recall && latency <= promised.latency;
}

function describe({ noise, step, bimodal }: Made): string {
  const size = step > 0 ? `, ${percent(step, 0)}` : "";
  return `${percent(noise, 2)}${size}${bimodal === undefined ? "" : `, ${percent(bimodal, 0)} of sessions slow`}`;
}

function found3({ precision, recall, latency }: Figures): string {
  return [precision?.toFixed(2) ?? "-", recall?.toFixed(2) ?? "-", latency ?? "-"].join("/");
}

function percent(share: number, digits = 1): string {
  return `${(100 * share).toFixed(digits)} %`;
}

function wholeNumber(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError("write a whole number.");
  return number;
}
