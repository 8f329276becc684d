import { dirname, join } from "node:path";
import { InvalidArgumentError } from "commander";
import * as z from "zod";
import type { LabServer } from "../lab/server.ts";
import type { Log } from "../lab/progress.ts";
import { median } from "../runner/timeline/stats.ts";
import type { Bench, BenchResult } from "./bench.ts";
import { partsAlone } from "./provision/alone.ts";
import { ansible } from "./provision/ansible.ts";
import { timePhases } from "./provision/breakdown.ts";
import { converge, runComparator, type Comparator } from "./provision/comparator.ts";
import { writeDeclaration } from "./provision/declaration.ts";
import { ours, refuseChanges, type Timed } from "./provision/ours.ts";
import { pyinfra } from "./provision/pyinfra.ts";
import { openServer, timeFirstUp } from "./provision/server.ts";
import { phases, type Phase } from "./provision/timeline.ts";
import { seeded, shuffled, type Random } from "./random.ts";
import { textTable } from "./table.ts";

const optionsSchema = z.object({ runs: z.number(), first: z.number(), host: z.string() });
type Options = z.infer<typeof optionsSchema>;

/** How long `up` and `plan` take, where the time of a no-op goes, and how long other tools take for the same declaration on the same host. */
export const provision: Bench = {
  name: "provision",
  summary: "time up and plan if nothing, one setting or everything changes, against pyinfra and Ansible on the same host",
  options: (command) =>
    command
      .option("--runs <n>", "how often each is timed, in turns", atLeast(1), 10)
      .option("--first <n>", "how many bare hosts get a first up: a minute or two each", atLeast(0), 3)
      .option("--host <name>", "the lab host to do it on: made if need be, and kept; bare ones are NAME-first", "bench-provision"),
  async run(given, log) {
    const options = optionsSchema.parse(given);
    const server = await openServer(options.host, log);
    const noOps = await timeNoOps(server, options.runs, log);
    const first: number[] = [];
    for (let n = 0; n < options.first; n++) first.push(await timeFirstUp(`${options.host}-first`, log));
    return present({ ...noOps, first }, options);
  },
};

/** Of the time that pyinfra takes. */
const mostOfPyinfra = 0.8;
/** Medians of fewer are told as such. */
const usualRuns = 10;

/** What is timed, as the table names it. */
const labels = {
  up: "no-op up, as npm run up starts it",
  pulumiUp: "no-op up, by pulumi up itself",
  pulumiPreview: "no-op preview, by pulumi preview itself",
  plan: "no-op plan, as npm run plan starts it",
  changedPlan: "the same with one setting changed",
  pyinfra: "pyinfra: the same declaration, a no-op",
  ansible: "Ansible: the same declaration, a no-op",
};
type Label = keyof typeof labels;
const names = Object.keys(labels) as Label[];

interface NoOps {
  seconds: Record<Label, number[]>;
  /** Of `up`. */
  phases: Record<Phase, number>[];
  /** Parts of it by themselves. */
  alone: Map<string, number[]>;
}

/** Everything in turns and in another order each round, so that a machine that is busy for a while is so for all of them. */
async function timeNoOps(server: LabServer, runs: number, log: Log): Promise<NoOps> {
  const { up, ...others } = ours(server.stack);
  const folder = join(dirname(server.host.root), "comparators");
  await writeDeclaration(server, folder);
  for (const one of [pyinfra, ansible]) await converge(one, server.host, folder, log);
  // As Evenkeel declares it still: the declarations agree.
  await up();
  const again =
    (one: Comparator): Timed =>
    async () => {
      const run = await runComparator(one, server.host, folder, log);
      refuseChanges(one.name, run.changes);
      return run.seconds;
    };
  const timed: Record<Label, Timed> = { up, ...others, pyinfra: again(pyinfra), ansible: again(ansible) };
  const parts = await partsAlone(server);
  const found: NoOps = { seconds: perName(names), phases: [], alone: new Map([...parts.keys()].map((part) => [part, []])) };
  const random = seeded(1);
  for (let round = 1; round <= runs; round++) {
    await timeRound(found, timed, random);
    found.phases.push(await timePhases(server.stack));
    for (const [part, run] of parts) found.alone.get(part)?.push(await run());
    const told = names.map((name) => `${name} ${fixed(found.seconds[name].at(-1) ?? Number.NaN)}`);
    log(`round ${round} of ${runs}: ${told.join(", ")} s`);
  }
  await up();
  return found;
}

async function timeRound({ seconds }: NoOps, timed: Record<Label, Timed>, random: Random): Promise<void> {
  for (const name of shuffled(names, random)) seconds[name].push(await timed[name]());
}

function perName(names: readonly Label[]): Record<Label, number[]> {
  return Object.fromEntries(names.map((name): [Label, number[]] => [name, []])) as Record<Label, number[]>;
}

function present({ seconds, phases: each, alone, first }: NoOps & { first: readonly number[] }, { runs }: Options): BenchResult {
  const medians = Object.fromEntries(names.map((name) => [name, median(seconds[name])])) as Record<Label, number>;
  const ofPyinfra = medians.up / medians.pyinfra;
  const ofAnsible = medians.up / medians.ansible;
  const ok = ofPyinfra < mostOfPyinfra;
  const inPhases = new Map(phases.map((phase) => [phase, each.map((one) => one[phase])]));
  return {
    table: [
      timeTable("seconds", [
        ...names.map((name): Row => [labels[name], seconds[name]]),
        ["first up of a bare host, key authorized half-way", first],
      ]),
      timeTable("where a no-op up's go", [...inPhases]),
      timeTable("parts of it by themselves: they overlap", [...alone]),
      [
        ...remarks(runs, first.length),
        `no-op up / pyinfra: ${ofPyinfra.toFixed(2)} (below ${mostOfPyinfra.toFixed(2)}); no-op up / Ansible: ${ofAnsible.toFixed(2)}`,
        ok
          ? `the goal is met: a no-op up is faster than ${mostOfPyinfra} of pyinfra's`
          : `the goal is missed: a no-op up takes ${fixed(medians.up)} s, and ${mostOfPyinfra} of pyinfra's are ${fixed(mostOfPyinfra * medians.pyinfra)} s`,
      ].join("\n"),
    ].join("\n\n"),
    figures: {
      runs,
      ...medians,
      first: first.length === 0 ? undefined : median(first),
      firstRuns: first.length,
      ofPyinfra,
      ofAnsible,
      phases: mediansOf(inPhases),
      alone: mediansOf(alone),
    },
    ok,
  };
}

type Row = [string, readonly number[]];

function timeTable(title: string, rows: readonly Row[]): string {
  return textTable(
    [title, "median", "least", "most", "runs"],
    rows
      .filter(([, values]) => values.length > 0)
      .map(([name, values]) => [name, ...[median(values), Math.min(...values), Math.max(...values)].map(fixed), values.length]),
  );
}

function remarks(runs: number, first: number): string[] {
  return [
    ...(runs < usualRuns ? [`medians of ${runs}, not of ${usualRuns}: --runs ${usualRuns}`] : []),
    ...(first < usualRuns
      ? [`first up: ${first === 0 ? "not timed" : `the median of ${first}`}, not of ${usualRuns}: --first ${usualRuns}`]
      : []),
  ];
}

function mediansOf(values: ReadonlyMap<string, readonly number[]>): Record<string, number> {
  return Object.fromEntries([...values].map(([name, some]) => [name, median(some)]));
}

function fixed(value: number): string {
  return value.toFixed(2);
}

function atLeast(least: number): (value: string) => number {
  return (value) => {
    const number = Number(value);
    if (!Number.isInteger(number) || number < least) throw new InvalidArgumentError(`write a whole number, at least ${least}.`);
    return number;
  };
}
