import { commandLine } from "../../config/command-line.ts";
import { isNamedBy } from "../../config/benchmark-pattern.ts";
import { paths } from "../../config/paths.ts";
import { writeCpuList } from "../system/cpu-list.ts";
import { hasSystemd, kernel, readMachine, readPrograms, setarchPath, tasksetPath } from "../system/machine.ts";
import { planTuning, type TuningPlan } from "../system/tuning-plan.ts";
import { systemd } from "../system/units.ts";
import { counted } from "../text/quantities.ts";
import { InfrastructureError } from "../system/infrastructure-error.ts";
import { endScopes, openScope, type Scope } from "../system/scope.ts";
import { restore, tune, writeKernelFile, type Workbench } from "../measure/tuning.ts";
import type { RunnerContext } from "../runner-context.ts";

/** Starter of measured processes on this machine while it is tuned. */
export interface TunedMachine {
  /** Returns the command that root prefixes to that of a measured process: in the run's scope, on its core, without address randomization. */
  prefixOf(benchmark: string): string[];
}

/** Restores the tuning that a killed run changed, and ends its scopes. Requires the host's lock. */
export async function restoreMachine({ bootId, log }: Pick<RunnerContext, "bootId" | "log">): Promise<void> {
  const bench = await workbench(bootId);
  if (bench.units) await endScopes();
  await restore(bench, log);
}

/**
 * Performs an action while this machine is tuned, and always restores the machine afterwards.
 * @throws InfrastructureError if the tuning differs from that of the environment record.
 */
export async function tuned<T>(context: RunnerContext, action: (machine: TunedMachine) => Promise<T>): Promise<T> {
  const { config, environment, bootId, log } = context;
  const bench = await workbench(bootId);
  // Tuning that could not be restored last time must not pass for the machine's own state.
  await restore(bench, log);
  const plan = planTuning(await readMachine(kernel, await readPrograms()));
  refuseOther(plan, environment.tuning ?? []);
  try {
    const { unmovable } = await tune(plan, bench);
    if (unmovable > 0) log(`cannot move ${counted(unmovable, "interrupt")} off CPU ${plan.cpu}`);
    return await inScopes(plan, config.measure, bench.units !== undefined, action);
  } finally {
    await restore(bench, log);
  }
}

async function workbench(bootId: string): Promise<Workbench> {
  return { roots: kernel, units: hasSystemd() ? systemd : undefined, journal: paths.tuning, bootId, write: writeKernelFile };
}

/** Compares the tuning with the recorded one. Another tuning makes another machine. @throws InfrastructureError if they differ. */
function refuseOther({ effect }: TuningPlan, recorded: readonly string[]): void {
  const missing = recorded.filter((part) => !effect.includes(part));
  const added = effect.filter((part) => !recorded.includes(part));
  if (missing.length + added.length === 0) return;
  const differences = [...missing.map((part) => `"${part}" is no longer possible`), ...added.map((part) => `"${part}" is new`)];
  throw new InfrastructureError(
    `the tuning of this machine differs from its environment record: ${differences.join(", ")}; run \`${commandLine("up")}\``,
  );
}

async function inScopes<T>(
  plan: TuningPlan,
  measure: RunnerContext["config"]["measure"],
  isWithSystemd: boolean,
  action: (machine: TunedMachine) => Promise<T>,
): Promise<T> {
  const scopes: Scope[] = [];
  try {
    if (isWithSystemd) {
      const limits = { memoryBytes: measure.memoryGigabytes * 1e9, processes: measure.processes };
      scopes.push(await openScope({ ...limits, cpus: plan.isReserved ? writeCpuList([plan.cpu ?? 0]) : undefined }));
      // A benchmark that needs all cores gets a scope that is not limited to one.
      if (plan.isReserved && measure.cores.length > 0) scopes.push(await openScope(limits));
    }
    const [narrow, wide = narrow] = scopes;
    return await action({
      prefixOf: (benchmark) => {
        const isWide = isNamedBy(benchmark, measure.cores);
        return [...((isWide ? wide : narrow)?.prefix ?? []), ...pin(plan, isWide), ...(plan.isRandomizationOff ? [setarchPath, "-R"] : [])];
      },
    });
  } finally {
    for (const scope of scopes) await scope.close();
  }
}

/** Returns the `taskset` command for one CPU, or for all: the affinity of this process may be limited. */
function pin({ cpu, cpus }: TuningPlan, isWide: boolean): string[] {
  return cpu === undefined ? [] : [tasksetPath, "-c", writeCpuList(isWide ? cpus : [cpu])];
}
