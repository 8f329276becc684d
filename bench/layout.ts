import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import * as z from "zod";
import type { Log } from "../lab/progress.ts";
import { shell } from "../lab/shell.ts";
import type { Bench, BenchResult } from "./bench.ts";
import { layOut } from "./layout/build.ts";
import { layouts, quickLayouts } from "./layout/layouts.ts";
import { takeSession, warmUp, type Sampling, type Subject } from "./layout/measure.ts";
import { presentLayouts, type Measured } from "./layout/present.ts";
import { listBenchmarks, openWorkshop, type Workshop } from "./layout/suite.ts";
import { seeded } from "./random.ts";

const optionsSchema = z.object({
  suite: z.string().optional(),
  target: z.string().optional(),
  python: z.string(),
  compiler: z.string(),
  benchmarks: z.array(z.string()).optional(),
  minutes: z.coerce.number().positive(),
  core: z.coerce.number().int().min(0).optional(),
  seed: z.coerce.number().int(),
  quick: z.boolean().optional(),
});
type Options = z.infer<typeof optionsSchema>;

/** Calls of methods, generators, floats, exceptions, strings and collections; none takes longer than a quarter of a second. */
const usualBenchmarks = [
  "richards",
  "hexiom",
  "nqueens",
  "spectral_norm",
  "sieve",
  "catch_exceptions",
  "dict_iteration",
  "str_methods",
  "sum_tree_singledispatch",
];
const quickBenchmarks = ["richards", "nqueens"];
const usual = { layouts, rounds: 10, leastSessions: 4 };
const quick = { layouts: quickLayouts, rounds: 5, leastSessions: 3 };
const quickMinutes = 0.5;

/** Differences of builds of one program that only the linker's placement of it explains. */
export const layout: Bench = {
  name: "layout",
  summary: "measure what other layouts of the same C code do to mypyc's own suite, beside a third of the threshold for changes",
  options: (command) =>
    command
      .option("--suite <dir>", "a clone of mypyc/mypyc-benchmarks, bare or not; nothing is measured without it")
      .option("--target <dir>", "a clone of python/mypy, bare or not; nothing is measured without it")
      .option("--python <command>", "the interpreter to make a venv with; needs its C headers", "python3")
      .option("--compiler <command>", "the C compiler", "cc")
      .option("--benchmarks <names...>", `benchmarks to measure (default: ${usualBenchmarks.join(" ")})`)
      .option("--minutes <n>", "minutes to measure for; building comes before", "10")
      .option("--core <n>", "the core that samples are kept to (default: the last one)")
      .option("--seed <n>", "of the order of builds", "1")
      .option("--quick", "fewer layouts, benchmarks and sessions: a look of a minute or two"),
  async run(given, log) {
    const options = optionsSchema.parse(given);
    const { suite, target } = options;
    if (suite === undefined || target === undefined) return skipped;
    const root = await mkdtemp(join(tmpdir(), "evenkeel-bench-layout-"));
    try {
      const workshop = await openWorkshop(root, { ...options, suite: resolve(suite), target: resolve(target) }, log);
      return await measureLayouts(workshop, options, log);
    } finally {
      await rm(root, { recursive: true, force: true });
    }
  },
};

const skipped: BenchResult = {
  table: "skipped: measuring layouts takes a clone of the suite and one of the target: --suite DIR --target DIR",
  figures: { skipped: true },
  ok: true,
};

async function measureLayouts(workshop: Workshop, options: Options, log: Log): Promise<BenchResult> {
  const how = options.quick ? quick : usual;
  const names = options.benchmarks ?? (options.quick ? quickBenchmarks : usualBenchmarks);
  const subjects: Subject[] = [];
  for (const benchmark of await listBenchmarks(workshop, names)) {
    log(`${benchmark.compiledModule} in ${how.layouts.length} builds`);
    subjects.push({ benchmark, ...(await layOut(workshop, benchmark.compiledModule, how.layouts)) });
  }
  const core = options.core ?? availableParallelism() - 1;
  const sampling = { python: workshop.python, core, rounds: how.rounds, random: seeded(options.seed) };
  const load = [loadavg()[0]];
  const benchmarks = await takeSessions(subjects, sampling, how.leastSessions, 60 * (options.quick ? quickMinutes : options.minutes), log);
  load.push(loadavg()[0]);
  return presentLayouts({ layouts: how.layouts, rounds: how.rounds, benchmarks, facts: { ...(await factsOf(workshop)), core, load } });
}

/** Takes as many sessions of all as there is time for, and at least so many. */
async function takeSessions(
  subjects: readonly Subject[],
  sampling: Sampling,
  least: number,
  seconds: number,
  log: Log,
): Promise<Measured[]> {
  const round = await warmUp(subjects, sampling);
  const count = Math.max(least, Math.floor(seconds / (sampling.rounds * round)));
  const measured = subjects.map(({ benchmark, builds }) => ({ name: benchmark.name, values: builds.map((): number[] => []) }));
  for (let session = 1; session <= count; session++) {
    log(`session ${session} of ${count}: ${(sampling.rounds * round).toFixed(0)} s`);
    for (const [index, values] of (await takeSession(subjects, sampling)).entries()) {
      for (const [build, value] of values.entries()) measured[index]?.values[build]?.push(value);
    }
  }
  return measured;
}

async function factsOf({ python, compiler, suite, target }: Workshop): Promise<object> {
  const { stdout } =
    await shell`${python} --version; ${compiler} --version | head -n 1; git -C ${suite} rev-parse HEAD; git -C ${target} rev-parse HEAD`;
  const [interpreter, compiledBy, suiteRevision, targetRevision] = stdout.trim().split("\n");
  return { python: interpreter, compiler: compiledBy, suite: suiteRevision, target: targetRevision };
}
