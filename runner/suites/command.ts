import { join } from "node:path";
import { byName } from "../../config/by-name.ts";
import type { HostConfig } from "../../config/schema.ts";
import { fingerprintOf, shortHash } from "./fingerprint.ts";
import type { Benchmark, Failure, Listed } from "../model.ts";
import { stepFailure } from "../system/sandboxed-step.ts";
import { withLastLine } from "../system/last-line.ts";
import { makeTree } from "../system/trees.ts";
import { runStep } from "./step.ts";
import { suiteAt, targetAt, type BuiltBenchmark, type Runnable, type Suite, type Workspace } from "./suite.ts";
import { sha256Of } from "../text/sha256.ts";

export type CommandBenchmark = Extract<HostConfig["suite"], { adapter: "command" }>["benchmarks"][number];

interface ListedCommand extends Benchmark {
  commands: CommandBenchmark;
}

/** Returns the revision of a list of benchmarks: its hash, 40 hexadecimal digits. */
export function commandSuiteRevision(benchmarks: readonly CommandBenchmark[]): string {
  return sha256Of(JSON.stringify(["command 1", benchmarks]), 40);
}

/** Returns the listing of a list of commands, sorted by name. It depends on the configuration alone. */
export function listedCommands(benchmarks: readonly CommandBenchmark[]): Listed[] {
  return sorted(benchmarks).map(({ name, group, variants, workload }) => ({ name, group, variants, workload }));
}

function sorted(benchmarks: readonly CommandBenchmark[]): ListedCommand[] {
  return benchmarks.map(listed).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Adapter of suites that are lists of commands in the configuration. Commands build and run in the target's checkout. */
export function command(workspace: Workspace, benchmarks: readonly CommandBenchmark[]): Suite<ListedCommand> {
  return {
    async list() {
      return { ok: true, benchmarks: sorted(benchmarks), unlisted: [] };
    },
    interpreted: () => byName(),
    build: (wanted) =>
      workspace.target === undefined ? buildBaseline(workspace, wanted) : buildRevision(workspace, workspace.target, wanted),
  };
}

/** Returns the workload id of a benchmark's commands. */
export function commandWorkload({ name, build, run, baseline }: Pick<CommandBenchmark, "name" | "build" | "run" | "baseline">): string {
  return shortHash(["command 1", name, build ?? "", run, baseline ?? ""]);
}

function listed(commands: CommandBenchmark): ListedCommand {
  const { name, group, baseline } = commands;
  return {
    name,
    group,
    variants: baseline === undefined ? ["compiled"] : ["compiled", "interpreted"],
    workload: commandWorkload(commands),
    needsPreparation: false,
    stableHashSeed: false,
    commands,
  };
}

/** Builds the benchmarks of a revision. A build command that several benchmarks share runs once. */
async function buildRevision(workspace: Workspace, target: string, wanted: readonly ListedCommand[]): Promise<BuiltBenchmark[]> {
  const outcomes = new Map<string, Failure | undefined>();
  for (const build of new Set(wanted.flatMap(({ commands }) => commands.build ?? []))) {
    workspace.log(`building: ${build}`);
    const folders = { target: { writable: true }, cwd: targetAt, network: true };
    const result = await runStep(workspace, `\`${build}\``, ["/bin/sh", "-c", build], folders);
    outcomes.set(build, stepFailure("compile", `\`${build}\``, result));
  }
  const built: BuiltBenchmark[] = [];
  for (const benchmark of wanted) {
    const failure = outcomes.get(benchmark.commands.build ?? "");
    if (failure) built.push({ benchmark, variant: "compiled", failure });
    else built.push({ benchmark, variant: "compiled", runnable: await runnableOf(workspace, benchmark, target) });
  }
  return built;
}

async function runnableOf(workspace: Workspace, benchmark: ListedCommand, target: string): Promise<Runnable> {
  const fingerprint = await fingerprintOfFiles(workspace, benchmark);
  return {
    ...commandOf(workspace, benchmark, "compiled", benchmark.commands.run),
    ...(fingerprint && { fingerprint }),
    cwd: targetAt,
    target,
  };
}

/**
 * Script that hashes programs. Arguments: files of the checkout. Prints the SHA-256 of each file, of the program behind a libtool wrapper, and
 * of the checkout's libraries that they load, because a wrapper or a small main program may stay the same when its code changes. Finds
 * libraries as the wrapper does. Fails if a library is missing.
 */
const hashScript = `
set -e
sha256sum -- "$@"
for file do
  set_by_wrapper=
  started=$(LC_ALL=C sed -n '2,4s/^# .* - temporary wrapper script for //p' -- "$file")
  if [ -n "$started" ]; then
    set_by_wrapper=$(LC_ALL=C sed -n 's/^ *LD_LIBRARY_PATH="\\(.*\\):\\$LD_LIBRARY_PATH"$/\\1/p' -- "$file")
    file=$(dirname -- "$file")/$started
    sha256sum -- "$file"
  fi
  libraries=$(LD_LIBRARY_PATH=$PWD/$(dirname -- "$file")\${set_by_wrapper:+:$set_by_wrapper} ldd -- "$file" 2>/dev/null) || continue
  missing=$(echo "$libraries" | sed -n 's/ => not found.*//p')
  if [ -n "$missing" ]; then
    echo "the libraries of $file are not found:" $missing >&2
    exit 1
  fi
  echo "$libraries" | sed -n "s|.* => \\($PWD/.*\\) (0x.*|\\1|p" | sort | while read -r library; do sha256sum -- "$library"; done
done`;

/** Returns the fingerprint from the configured files of a program; undefined without them, since nothing else names them. */
async function fingerprintOfFiles(workspace: Workspace, { name, workload, commands }: ListedCommand): Promise<string | undefined> {
  if (commands.program.length === 0) return undefined;
  const what = `hashing the program of ${name}`;
  const hash = await runStep(workspace, what, ["/bin/sh", "-c", hashScript, "sh", ...commands.program], { cwd: targetAt, network: false });
  if (hash.exitCode !== 0) {
    workspace.log(withLastLine(`the program of ${name} is not known, so it is measured at each revision: correct its \`program\``, hash));
    return undefined;
  }
  return fingerprintOf({ variant: "compiled", workload, libraries: hash.stdout, dependencies: workspace.dependencies });
}

async function buildBaseline(workspace: Workspace, wanted: readonly ListedCommand[]): Promise<BuiltBenchmark[]> {
  const folder = join(workspace.folder, "baseline");
  await makeTree(workspace.steps.account, folder);
  return wanted.flatMap((benchmark) => {
    const { baseline } = benchmark.commands;
    if (baseline === undefined) return [];
    return {
      benchmark,
      variant: "interpreted",
      runnable: { ...commandOf(workspace, benchmark, "interpreted", baseline), suite: [folder], cwd: suiteAt },
    };
  });
}

function commandOf(
  { readOnly, environment }: Workspace,
  { name, workload, stableHashSeed }: ListedCommand,
  variant: Runnable["variant"],
  shellCommand: string,
): Omit<Runnable, "cwd"> {
  return {
    benchmark: name,
    variant,
    workload,
    command: ["/bin/sh", "-c", shellCommand],
    suite: [],
    readOnly: [...readOnly],
    environment,
    stableHashSeed,
    reads: "number line",
  };
}
