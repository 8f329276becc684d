import { execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { gitIn } from "../lab/git.ts";
import { needPrograms } from "../lab/machine.ts";
import type { Log } from "../lab/progress.ts";
import { makeSuite } from "../lab/suite.ts";
import { makeTarget } from "../lab/target.ts";
import { compileVenv } from "../lab/venv.ts";
import { currentSuiteRevision, prepareBuild } from "../runner/build/build.ts";
import type { BuildInput } from "../runner/build/build-input.ts";
import type { Build } from "../runner/build/stored-build.ts";
import { accountOf } from "../runner/system/account.ts";
import type { Bench, BenchResult } from "./bench.ts";
import { textTable } from "./table.ts";

/** The same revision of mypy and of the sample suite made ready twice: as the runner does, and as a loop over runbench.py does. */
export const build: Bench = {
  name: "build",
  summary: "compare building once per revision with compiling per benchmark, on one revision of mypy and the sample suite",
  options: (command) => command,
  async run(_given, log) {
    await needPrograms(["git", "python3", "bwrap"], log);
    const root = await mkdtemp(join(tmpdir(), "evenkeel-bench-build-"));
    try {
      return await compare(root, log);
    } finally {
      await rm(root, { recursive: true, force: true });
    }
  },
};

async function compare(root: string, log: Log): Promise<BenchResult> {
  const fixture = await makeFixture(root, log);
  const once = await timed(() => prepareBuild({ ...fixture.input, log }));
  const built = once.value;
  const modules = new Set(built.benchmarks.map((one) => ("runnable" in one ? one.runnable.suite.at(-1) : undefined)));
  log(`the runner: ${seconds(once.seconds)} for ${built.benchmarks.length} benchmarks in ${modules.size} modules`);
  const kept = await timed(() => prepareBuild(fixture.input));

  const loop = await timed(async () => perBenchmark(fixture, built, log));
  const ratio = loop.seconds / once.seconds;
  const rows: (string | number)[][] = [
    ["the runner: every module once, jobs in parallel", modules.size, rounded(once.seconds)],
    ["the runner again: the cached build", 0, rounded(kept.seconds)],
    ["a loop over runbench.py: each benchmark", built.benchmarks.length, rounded(loop.seconds)],
  ];
  return {
    table: `${textTable(["how", "compilations", "seconds"], rows)}\n\nloop / runner: ${ratio.toFixed(2)}`,
    figures: {
      benchmarks: built.benchmarks.length,
      modules: modules.size,
      runner: once.seconds,
      kept: kept.seconds,
      loop: loop.seconds,
      ratio,
      steps: built.durations,
    },
    ok: built.failure === undefined && built.benchmarks.every((one) => "runnable" in one) && ratio > 1,
  };
}

interface BuildFixture {
  root: string;
  input: BuildInput;
  python: string;
}

async function makeFixture(root: string, log: Log): Promise<BuildFixture> {
  const at = (name: string): string => join(root, name);
  log("mypy and the sample suite as repositories");
  await makeTarget(at("target"), 1, log);
  await makeSuite(at("suite-upstream"));
  await gitIn(root)`git clone --quiet ${at("suite-upstream")} ${at("suite")}`;
  const revision = (await gitIn(at("target"))`git rev-parse main`).stdout.trim();
  const venv = await compileVenv(log);
  const suite = {
    adapter: "runbench",
    repository: "unused",
    branch: "main",
    submodules: [] as string[],
    versions: [] as { benchmark: string; version: number }[],
  } as const;
  const account = await accountOf(userInfo().username);
  const paths = {
    target: at("target"),
    suite: at("suite"),
    submodules: at("submodules"),
    venv,
    work: at("work"),
    builds: at("builds"),
    dependencies: at("dependencies"),
    wheels: at("wheels"),
  };
  const input: BuildInput = {
    subject: { kind: "revision", revision },
    suiteRevision: await currentSuiteRevision(suite, account, paths.suite),
    environmentId: "e0e1e2e3e4e5e6e7",
    config: {
      suite,
      target: { requirements: ["build-requirements.txt"], submodules: [] },
      measure: { compiler: "cc", prepareTimeoutMinutes: 60, memoryGigabytes: 4, processes: 512, diskGigabytes: 4 },
    },
    account,
    sandboxAccount: account,
    log: () => undefined,
    paths,
  };
  return { root, input, python: join(venv, "bin/python") };
}

/** What runbench.py does before it samples a benchmark, with its own functions: delete what is compiled, compile the benchmark's module. */
const compileOne = `
import sys, runbench
runbench.delete_compiled_modules()
runbench.import_benchmarks()
plain, compiled = runbench.find_benchmark(sys.argv[1])
runbench.compile_module(compiled.module, sys.argv[2])
`;

async function perBenchmark({ root, input, python }: BuildFixture, built: Build, log: Log): Promise<void> {
  const target = join(root, "loop-target");
  const suite = join(root, "loop-suite");
  await gitIn(root)`git clone --quiet ${join(root, "target")} ${target}`;
  await gitIn(root)`git clone --quiet ${join(root, "suite-upstream")} ${suite}`;
  // runbench.py gives the compiler nothing but the target on PYTHONPATH: its operator installs the requirements into the venv.
  const venv = join(root, "loop-venv");
  execFileSync(python, ["-m", "venv", "--system-site-packages", venv]);
  const environment = { ...process.env, CC: input.config.measure.compiler };
  const run = (args: readonly string[]): void =>
    void execFileSync(join(venv, "bin/python"), args, { cwd: suite, env: environment, stdio: ["ignore", "ignore", "pipe"] });
  run(["-m", "pip", "install", "--quiet", "-r", join(target, "build-requirements.txt")]);
  for (const { name } of built.benchmarks.map(({ benchmark }) => benchmark)) {
    const { seconds: taken } = await timed(async () => run(["-c", compileOne, name, target]));
    log(`the loop: ${name} ${seconds(taken)}`);
  }
}

async function timed<T>(work: () => Promise<T>): Promise<{ value: T; seconds: number }> {
  const started = performance.now();
  const value = await work();
  return { value, seconds: (performance.now() - started) / 1000 };
}

function seconds(value: number): string {
  return `${value.toFixed(1)} s`;
}

function rounded(value: number): number {
  return Number(value.toFixed(1));
}
