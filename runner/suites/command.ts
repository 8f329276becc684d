import { createHash } from "node:crypto";
import { join } from "node:path";
import type { HostConfig } from "../../config/schema.ts";
import { shortHash } from "../fingerprint.ts";
import type { Benchmark, Failure } from "../model.ts";
import { makeTree } from "../trees.ts";
import { runStep, stepFailure } from "./step.ts";
import type { BuiltBenchmark, Runnable, Suite, Workspace } from "./suite.ts";

export type CommandBenchmark = Extract<HostConfig["suite"], { adapter: "command" }>["benchmarks"][number];

interface ListedCommand extends Benchmark {
  commands: CommandBenchmark;
}

/** The revision of a list of benchmarks: a hash of it, 40 hexadecimal digits. */
export function commandSuiteRevision(benchmarks: readonly CommandBenchmark[]): string {
  return createHash("sha256")
    .update(JSON.stringify(["command 1", benchmarks]))
    .digest("hex")
    .slice(0, 40);
}

/** The adapter of suites that are a list of commands in the configuration: built and run in the target's checkout. */
export function command(workspace: Workspace, benchmarks: readonly CommandBenchmark[]): Suite<ListedCommand> {
  return {
    async list() {
      return { ok: true, benchmarks: benchmarks.map(listed).sort((a, b) => (a.name < b.name ? -1 : 1)) };
    },
    build: (wanted) =>
      workspace.target === undefined ? buildBaseline(workspace, wanted) : buildRevision(workspace, workspace.target, wanted),
  };
}

function listed(commands: CommandBenchmark): ListedCommand {
  const { name, group, build, run, baseline } = commands;
  return {
    name,
    group,
    variants: baseline === undefined ? ["compiled"] : ["compiled", "interpreted"],
    workload: shortHash(["command 1", name, build ?? "", run, baseline ?? ""]),
    needsPreparation: false,
    stableHashSeed: false,
    commands,
  };
}

/** A build command that several benchmarks share runs once. */
async function buildRevision(workspace: Workspace, target: string, wanted: readonly ListedCommand[]): Promise<BuiltBenchmark[]> {
  const outcomes = new Map<string, Failure | undefined>();
  for (const build of new Set(wanted.flatMap(({ commands }) => commands.build ?? []))) {
    workspace.say(`building: ${build}`);
    const result = await runStep(workspace, `\`${build}\``, ["/bin/sh", "-c", build], { cwd: target });
    outcomes.set(build, stepFailure("compile", `\`${build}\``, result));
  }
  return wanted.map((benchmark) => {
    const failure = outcomes.get(benchmark.commands.build ?? "");
    return failure
      ? { benchmark, variant: "compiled", failure }
      : { benchmark, variant: "compiled", runnable: runnableOf(workspace, benchmark, "compiled", benchmark.commands.run, target) };
  });
}

async function buildBaseline(workspace: Workspace, wanted: readonly ListedCommand[]): Promise<BuiltBenchmark[]> {
  const folder = join(workspace.folder, "baseline");
  await makeTree(workspace.account, folder);
  return wanted.flatMap((benchmark) => {
    const { baseline } = benchmark.commands;
    return baseline === undefined
      ? []
      : { benchmark, variant: "interpreted", runnable: runnableOf(workspace, benchmark, "interpreted", baseline, folder) };
  });
}

function runnableOf(
  workspace: Workspace,
  benchmark: ListedCommand,
  variant: Runnable["variant"],
  shellCommand: string,
  cwd: string,
): Runnable {
  return {
    benchmark: benchmark.name,
    variant,
    workload: benchmark.workload,
    command: ["/bin/sh", "-c", shellCommand],
    cwd,
    environment: workspace.environment,
    stableHashSeed: benchmark.stableHashSeed,
    reads: "last number",
  };
}
