import { InvalidArgumentError } from "commander";
import * as z from "zod";
import { removeServer } from "../lab/mypy-server.ts";
import type { Log } from "../lab/progress.ts";
import { mean, median } from "../runner/timeline/stats.ts";
import type { Bench, BenchResult } from "./bench.ts";
import { makeLoop, type Loop } from "./runner/loop.ts";
import { neighbours } from "./runner/neighbours.ts";
import { lengthenSamples, measureRevision, openServer, type Measurement } from "./runner/server.ts";
import { textTable } from "./table.ts";
import { percentText } from "../runner/text/quantities.ts";

const optionsSchema = z.object({ budget: z.number(), sessions: z.number(), host: z.string(), keep: z.boolean().optional() });

/**
 * Where the time of a run goes, what is saved on neighbouring revisions, and how much sessions of one program differ: each against a
 * shell loop over runbench.py on the same host and the same revision.
 */
export const runner: Bench = {
  name: "runner",
  summary:
    "measure what a run spends its time on, what ten neighbouring revisions save, and how much sessions differ, against a loop over runbench.py",
  options: (command) =>
    command
      .option("--budget <minutes>", "samples of a revision: 10 minutes are for 111 benchmarks, the sample suite has 10", number, 0.9)
      .option("--sessions <n>", "sessions of one program, for what differs between them", number, 6)
      .option("--host <name>", "the lab host to do it on: made anew", "bench")
      .option("--keep", "leave the host as it is at the end"),
  async run(given, log) {
    const { budget, sessions, host, keep } = optionsSchema.parse(given);
    const result = await compare({ budget, sessions, name: host }, log);
    if (!keep) await removeServer(host, log);
    return result;
  },
};

/** Of the loop's time: on ten neighbours, and where every program changed. */
const mostOnNeighbours = 1 / 3;
const mostOnChanged = 1 / 2;
/** Of the time after the build, inside measured processes. */
const leastInProcesses = 0.9;

async function compare({ budget, sessions, name }: { budget: number; sessions: number; name: string }, log: Log): Promise<BenchResult> {
  const server = await openServer(name, budget, log);
  const measure = async (revision: string, what: string, options?: string): Promise<Measurement> => {
    const one = await measureRevision(server.host, revision, options);
    log(
      `${what}: ${one.wallSeconds.toFixed(0)} s, ${countOf(one, "ok")} measured, ${countOf(one, "reused")} the same, ${failed(one)} failed`,
    );
    return one;
  };
  const releases: Measurement[] = [];
  for (const revision of server.releases) releases.push(await measure(revision, "a release"));
  const ten: Measurement[] = [];
  for (const [index, revision] of server.neighbours.entries()) ten.push(await measure(revision, neighbours[index]?.title ?? ""));

  const release = server.releases[1] ?? "";
  const loop = await makeLoop(server.host, release);
  const whole = await loop.whole();
  const loopSeconds = sum([...whole.values()]);
  log(`the loop over runbench.py: ${loopSeconds.toFixed(0)} s for ${whole.size} benchmarks`);
  const spread = await compareSpread(sessions, loop, () => measure(release, "the same program again", "--force"), log);
  await lengthenSamples(server.host);
  const long: Measurement[] = [];
  for (const revision of server.releases) long.push(await measure(revision, "a release, samples as long as a real suite's"));
  return present({ releases, long, ten, loopSeconds, spread });
}

/** Sessions of one program by either way, in turns, so that both see the same machine. */
async function compareSpread(sessions: number, loop: Loop, again: () => Promise<Measurement>, log: Log): Promise<Spread | undefined> {
  if (sessions < 2) return undefined;
  const ours: Map<string, number>[] = [];
  const theirs: Map<string, number>[] = [];
  for (let session = 0; session < sessions; session++) {
    ours.push(valuesOf(await again()));
    theirs.push(await loop.sample());
    log(`sessions of one program: ${session + 1} of ${sessions}`);
  }
  const names = [...(ours[0]?.keys() ?? [])].filter((name) => theirs.every((values) => values.has(name)));
  return { sessions, benchmarks: names.map((name) => ({ name, runner: deviation(ours, name), loop: deviation(theirs, name) })) };
}

/** Standard deviations of ln seconds between sessions. */
interface Spread {
  sessions: number;
  benchmarks: { name: string; runner: number; loop: number }[];
}

interface Findings {
  releases: readonly Measurement[];
  /** The same, with samples as long as a real suite's. */
  long: readonly Measurement[];
  ten: readonly Measurement[];
  loopSeconds: number;
  spread: Spread | undefined;
}

function present({ releases, long, ten, loopSeconds, spread }: Findings): BenchResult {
  const changed = ten.filter((_, index) => neighbours[index]?.changes === "every program");
  const tenSeconds = sum(ten.map(({ wallSeconds }) => wallSeconds));
  const changedSeconds = sum(changed.map(({ wallSeconds }) => wallSeconds)) / changed.length;
  const shares = long.map(shareInProcesses);
  const figures = {
    loop: loopSeconds,
    neighbours: tenSeconds,
    neighboursOfLoop: tenSeconds / (ten.length * loopSeconds),
    changed: changedSeconds,
    changedOfLoop: changedSeconds / loopSeconds,
    inProcesses: shares,
    inProcessesOfShort: releases.map(shareInProcesses),
    revisionsADay: [...releases, ...long].map(({ wallSeconds }) => Math.floor(86_400 / wallSeconds)),
    ...(spread && {
      spread: { runner: median(spread.benchmarks.map((one) => one.runner)), loop: median(spread.benchmarks.map((one) => one.loop)) },
    }),
  };
  return {
    table: [
      `two releases: the sample suite, then with samples as long as a real suite's\n${timeTable([...releases, ...long])}`,
      neighbourTable(ten),
      [
        `a loop over runbench.py: ${fixed(loopSeconds)} s a revision (compiling and sampling alone: neither pip nor checkout)`,
        `ten neighbours: ${fixed(tenSeconds)} s / (10 x ${fixed(loopSeconds)} s) = ${figures.neighboursOfLoop.toFixed(2)} (at most ${mostOnNeighbours.toFixed(2)})`,
        `every program changed: ${fixed(changedSeconds)} s / ${fixed(loopSeconds)} s = ${figures.changedOfLoop.toFixed(2)} (at most ${mostOnChanged.toFixed(2)})`,
      ].join("\n"),
      ...(spread ? [spreadTable(spread)] : []),
    ].join("\n\n"),
    figures,
    ok:
      [...releases, ...long, ...ten].every((one) => failed(one) === 0) &&
      figures.neighboursOfLoop <= mostOnNeighbours &&
      figures.changedOfLoop <= mostOnChanged &&
      shares.every((share) => share >= leastInProcesses) &&
      (!figures.spread || figures.spread.runner <= figures.spread.loop),
  };
}

/** A column a release. */
function timeTable(releases: readonly Measurement[]): string {
  const step = (name: string, of: (one: Measurement) => number): (string | number)[] => [name, ...releases.map((one) => fixed(of(one)))];
  return textTable(
    ["seconds", ...releases.map(({ revision }) => revision.slice(0, 12))],
    [
      step("fetch", ({ seconds }) => seconds["fetch"] ?? 0),
      step("checkout", ({ build }) => build["checkout"] ?? 0),
      step("dependencies", ({ build }) => build["dependencies"] ?? 0),
      step("compile", ({ build }) => build["compile"] ?? 0),
      step("measure: processes", ({ seconds }) => seconds["processes"] ?? 0),
      step("measure: around them", ({ seconds }) => (seconds["session"] ?? 0) - (seconds["processes"] ?? 0) - (seconds["store"] ?? 0)),
      step("store", ({ seconds }) => seconds["store"] ?? 0),
      step("publish", ({ seconds }) => seconds["publish"] ?? 0),
      step("reports", ({ seconds }) => seconds["report"] ?? 0),
      step(
        "start, checks, planning",
        (one) => one.wallSeconds - sum(Object.values(one.build)) - afterBuild(one) - (one.seconds["fetch"] ?? 0),
      ),
      step("all", ({ wallSeconds }) => wallSeconds),
      ["after the build, in processes", ...releases.map((one) => `${(100 * shareInProcesses(one)).toFixed(1)} %`)],
      ["revisions a day", ...releases.map(({ wallSeconds }) => String(Math.floor(86_400 / wallSeconds)))],
    ],
  );
}

function neighbourTable(ten: readonly Measurement[]): string {
  const rows = ten.map((one, index) => {
    const { title = "", changes = "" } = neighbours[index] ?? {};
    const { checkout, dependencies, compile } = one.build;
    const build = compile === undefined ? "-" : fixed((checkout ?? 0) + (dependencies ?? 0) + compile);
    return [
      title,
      changes,
      countOf(one, "ok"),
      countOf(one, "reused"),
      build,
      fixed(one.seconds["processes"] ?? 0),
      fixed(one.wallSeconds),
    ];
  });
  return textTable(["ten neighbours", "changes", "measured", "same", "build s", "processes s", "all s"], rows);
}

function spreadTable({ sessions, benchmarks }: Spread): string {
  const middle = (of: "runner" | "loop"): string => percentText(median(benchmarks.map((one) => one[of])), 2);
  const rows = benchmarks.map((one) => [one.name, percentText(one.runner, 2), percentText(one.loop, 2)]);
  return textTable([`spread of ${sessions} sessions`, "the runner", "the loop"], [...rows, ["median", middle("runner"), middle("loop")]]);
}

function afterBuild({ seconds }: Measurement): number {
  return sum(["session", "publish", "report"].map((step) => seconds[step] ?? 0));
}

function shareInProcesses(one: Measurement): number {
  return (one.seconds["processes"] ?? 0) / afterBuild(one);
}

function valuesOf({ session }: Measurement): Map<string, number> {
  return new Map(
    Object.entries(session.benchmarks).flatMap(([name, { compiled }]) => (compiled?.status === "ok" ? [[name, compiled.seconds]] : [])),
  );
}

function countOf({ session }: Measurement, status: "ok" | "reused" | "failed"): number {
  return Object.values(session.benchmarks).filter(({ compiled }) => compiled?.status === status).length;
}

function failed(one: Measurement): number {
  return countOf(one, "failed") + (one.session.failure ? 1 : 0);
}

/** Standard deviation of ln seconds of a benchmark between sessions. */
function deviation(sessions: readonly Map<string, number>[], name: string): number {
  const values = sessions.map((one) => Math.log(one.get(name) ?? Number.NaN));
  const centre = mean(values);
  return Math.sqrt(sum(values.map((value) => (value - centre) ** 2)) / (values.length - 1));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function fixed(value: number): string {
  return value.toFixed(1);
}

function number(value: string): number {
  const given = Number(value);
  if (value.trim() === "" || !(given >= 0)) throw new InvalidArgumentError("write a number.");
  return given;
}
