import { execFile } from "node:child_process";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { setarchPath, tasksetPath } from "../../runner/system/machine.ts";
import { sampleProgram } from "../../runner/suites/runbench-python.ts";
import type { RunbenchBenchmark } from "../../runner/suites/runbench-listing.ts";
import { readSeconds } from "../../runner/suites/seconds.ts";
import { estimate } from "../../runner/timeline/estimate.ts";
import { shuffled, type Random } from "../random.ts";
import type { LaidOut, Library } from "./build.ts";

/** A benchmark, with its module in all layouts. */
export interface Subject {
  benchmark: RunbenchBenchmark;
  /** Copy of the suite that it runs in. */
  tree: string;
  builds: readonly LaidOut[];
}

export interface Sampling {
  python: string;
  /** Number of the core that samples are kept to. */
  core: number;
  /** Rounds that make a session: samples of each build in it. */
  rounds: number;
  random: Random;
}

const run = promisify(execFile);

/**
 * Takes one session of every build of every subject. A round has one sample of each build, each a fresh process; builds are in an order of chance,
 * which the next round reverses: drift favours none. @returns ln seconds of each build, by subject.
 */
export async function takeSession(subjects: readonly Subject[], sampling: Sampling): Promise<number[][]> {
  const samples = subjects.map(({ builds }) => builds.map((): number[] => []));
  let order: number[] = [];
  for (let round = 0; round < sampling.rounds; round++) {
    const builds = [...(subjects[0]?.builds.keys() ?? [])];
    order = round % 2 === 0 ? shuffled(builds, sampling.random) : [...order].reverse();
    for (const [index, subject] of subjects.entries()) {
      for (const build of order) samples[index]?.[build]?.push(await takeSample(subject, build, round, sampling));
    }
  }
  return samples.map((builds) => builds.map((seconds) => Math.log(estimate(seconds).seconds)));
}

/** Runs every build once, as the first process of a block is dropped. @returns the seconds that takes: a round's. */
export async function warmUp(subjects: readonly Subject[], sampling: Sampling): Promise<number> {
  const started = performance.now();
  for (const subject of subjects) for (const build of subject.builds.keys()) await takeSample(subject, build, 0, sampling);
  return (performance.now() - started) / 1000;
}

/**
 * One sample as the runner takes it: on one core, with addresses that do not vary, with the hash seed and the size of the environment that its
 * number has. Libraries are written anew for each, so that a build has no pages of its own in the machine's memory; their path is that of all builds.
 */
async function takeSample(
  { benchmark, tree, builds }: Subject,
  build: number,
  number: number,
  { python, core }: Sampling,
): Promise<number> {
  const { libraries = [], layout } = builds[build] ?? {};
  for (const library of libraries) await place(library, tree);
  const program = sampleProgram(benchmark.compiledModule, benchmark.name);
  const environment = {
    PATH: "/usr/bin:/bin",
    LANG: "C.UTF-8",
    PYTHONHASHSEED: benchmark.stableHashSeed ? "1" : String(number + 1),
    EVENKEEL_PADDING: "x".repeat(16 * number),
  };
  const command = ["-c", String(core), setarchPath, "-R", python, "-c", program];
  const { stdout } = await run(tasksetPath, command, { cwd: tree, env: environment, timeout: 120_000 });
  const read = readSeconds("elapsed line", stdout);
  if (!read.ok) throw new Error(`${benchmark.name}, ${layout?.name}: ${read.problem}`);
  return read.seconds;
}

async function place({ path, content }: Library, tree: string): Promise<void> {
  const file = join(tree, path);
  await rm(file, { force: true });
  await writeFile(file, content, { mode: 0o755 });
}
