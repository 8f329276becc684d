import * as z from "zod";
import { removeHost, ssh, type Host } from "../lab/host.ts";
import type { Log } from "../lab/progress.ts";
import type { Measured, Session } from "../runner/model.ts";
import type { Bench, BenchResult } from "./bench.ts";
import { presentReal, type Baselines } from "./real/present.ts";
import { referenceTime } from "./real/estimate.ts";
import { openReference, type Reference, type ReferenceBenchmark } from "./real/reference.ts";
import { chooseRevisions } from "./real/revisions.ts";
import { openRealServer } from "./real/server.ts";
import { measureRevision, type Measurement } from "./runner/server.ts";

const optionsSchema = z.object({
  suite: z.string(),
  target: z.string(),
  host: z.string(),
  keep: z.boolean().optional(),
  fast: z.boolean().optional(),
  reference: z.coerce.number().int().min(1),
});
type Options = z.infer<typeof optionsSchema>;

/** The public suite on a host provisioned with the model configuration, beside the reference's way of measuring it. */
export const real: Bench = {
  name: "real",
  summary: "measure mypyc's own suite with config/mypyc.yaml: baselines, a first revision, two others; beside the reference's way",
  options: (command) =>
    command
      .requiredOption("--suite <dir>", "a clone of mypyc/mypyc-benchmarks, bare or not")
      .requiredOption("--target <dir>", "a clone of python/mypy with its history, bare or not")
      .option("--reference <n>", "benchmarks to run as the reference runs them; the others are extrapolated", "8")
      .option("--fast", "leave out the benchmarks that have no baseline: they build mypy first")
      .option("--host <name>", "the lab host to do it on: made anew", "real")
      .option("--keep", "leave the host as it is at the end"),
  async run(given, log) {
    const options = optionsSchema.parse(given);
    const host = await openRealServer(options.host, options, log);
    try {
      return await measureAll(host, options, log);
    } finally {
      if (!options.keep) await removeHost(host.name);
    }
  },
};

async function measureAll(host: Host, options: Options, log: Log): Promise<BenchResult> {
  const revisions = await chooseRevisions(options.target);
  log("evenkeel baselines");
  const baselines = await collectBaselines(host);
  log(`${baselines.verdict}: ${baselines.seconds.toFixed(0)} s`);
  const reference = await openReference(host, revisions.first);
  const benchmarks = await reference.list();
  const usual = benchmarks.filter((one) => !isSlow(one));
  const measure = async (what: string, revision: string, some: readonly ReferenceBenchmark[]): Promise<Measurement> => {
    log(`evenkeel measure ${revision.slice(0, 12)}: ${what}`);
    const one = await measureRevision(host, revision, some.map(({ name }) => `--benchmark ${name}`).join(" "));
    log(`${what}: ${one.wallSeconds.toFixed(0)} s`);
    return one;
  };
  const measurements = {
    first: await measure("a first revision", revisions.first, usual),
    neighbour: await measure("a neighbour that changes no program", revisions.neighbour, usual),
    changed: await measure("a revision that changes all programs", revisions.changed, usual),
    ...(!options.fast && { slow: await measure("the benchmarks of mypy itself", revisions.first, benchmarks.filter(isSlow)) }),
  };
  log("the reference");
  const results = resultsOf(measurements.changed.session);
  const time = await timeReference(reference, usual, options.reference, log);
  return presentReal({
    benchmarks,
    baselines,
    measurements,
    reference: referenceTime({ benchmarks: usual, results, ...time }),
    ran: time.steps.size,
  });
}

/** They measure mypy itself and build it first. */
function isSlow({ name }: ReferenceBenchmark): boolean {
  return name.startsWith("mypy_");
}

async function collectBaselines(host: Host): Promise<Baselines> {
  const started = performance.now();
  const { stdout } = await ssh(host, "/opt/evenkeel/current/evenkeel baselines");
  return { verdict: stdout.trimEnd().split("\n").at(-1) ?? "", seconds: (performance.now() - started) / 1000 };
}

/** Runs benchmarks spread over the list as the reference does, and compiles the modules of all others. */
async function timeReference(reference: Reference, benchmarks: readonly ReferenceBenchmark[], count: number, log: Log) {
  const every = Math.max(1, Math.floor(benchmarks.length / count));
  const chosen = benchmarks.filter((_, index) => index % every === 0).slice(0, count);
  const steps = new Map<string, Awaited<ReturnType<Reference["steps"]>>>();
  for (const { name } of chosen) {
    steps.set(name, await reference.steps(name));
    log(`the reference: ${name}, ${steps.size} of ${chosen.length}`);
  }
  const compile = new Map<string, number>();
  for (const module of new Set(benchmarks.map((one) => one.module))) compile.set(module, await reference.compile(module));
  return { steps, compile };
}

function resultsOf({ benchmarks }: Session): Map<string, Measured> {
  return new Map(Object.entries(benchmarks).flatMap(([name, { compiled }]) => (compiled?.status === "ok" ? [[name, compiled]] : [])));
}
