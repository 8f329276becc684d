import { InvalidArgumentError } from "commander";
import * as z from "zod";
import type { Bench, BenchResult } from "./bench.ts";
import { killRunners, type CrashReport } from "./crash/campaign.ts";
import { removeHost } from "../lab/host.ts";
import { textTable } from "./table.ts";

const optionsSchema = z.object({ kills: z.number(), seed: z.number(), host: z.string(), keep: z.boolean().default(false) });

/** Proves that a runner may be killed at any moment: nothing is lost, nothing is left behind. */
export const crash: Bench = {
  name: "crash",
  summary: "kill the runner at random moments of short runs; prove that nothing is lost and nothing left behind",
  options: (command) =>
    command
      .option("--kills <n>", "how often", wholeNumber, 200)
      .option("--seed <n>", "of the random moments", wholeNumber, 1)
      .option("--host <name>", "the lab host to do it on: made anew", "crash")
      .option("--keep", "leave the host as it is at the end"),
  async run(given, log) {
    const options = optionsSchema.parse(given);
    try {
      const report = await killRunners(options, log);
      return { ...present(report), ok: report.ok };
    } finally {
      if (!options.keep) await removeHost(options.host);
    }
  },
};

function present({ byStage, ...rest }: CrashReport): Pick<BenchResult, "table" | "figures"> {
  const header = ["stage", "kills", "aimed at", "runner only", "whole tree", "blocks finished", "blocks lost", "leftovers"];
  const rows = [...byStage].map(([stage, { kills, aimedAt, runnerOnly, wholeTree, finished, lost, left }]) => {
    return [stage, kills, aimedAt, runnerOnly, wholeTree, finished, lost, left];
  });
  const sum = header.slice(1).map((_, column) => rows.reduce((total, row) => total + Number(row[column + 1]), 0));
  const told = Object.entries(rest.faults).flatMap(([kind, found]) => found.map((one) => `${kind}: ${one}`));
  return {
    table: [textTable(header, [...rows, ["all", ...sum]]), ...told].join("\n"),
    figures: { byStage: Object.fromEntries(byStage), ...rest },
  };
}

function wholeNumber(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 0) throw new InvalidArgumentError("write a whole number.");
  return number;
}
