import { commandLine } from "../../config/command-line.ts";
import { isNamedBy } from "../../config/benchmark-pattern.ts";
import { paths } from "../../config/paths.ts";
import { writeCpuList } from "../system/cpu-list.ts";
import { hasSystemd, kernel, readMachine, readPrograms, setarchPath, tasksetPath } from "../system/machine.ts";
import { planTuning, type TuningPlan } from "../system/tuning-plan.ts";
import { systemd } from "../system/units.ts";
import { InfrastructureError } from "../system/infrastructure-error.ts";
import { endScopes, openScope, type Scope } from "../system/scope.ts";
import { restore, tune, writeKernelFile, type Workbench } from "../measure/tuning.ts";
import type { RunnerContext } from "../runner-context.ts";

/** How measured processes are started on this machine while it is tuned. */
export interface TunedMachine {
  /** What root puts before the command of a measured process: in the run's scope, on its core, without address randomization. */
  prefixOf(benchmark: string): string[];
}

/** Put back what a killed run left tuned, and end what it left running. Only under the host's lock. */
export async function restoreMachine({ bootId, log: say }: Pick<RunnerContext, "bootId" | "log">): Promise<void> {
  const bench = await workbench(bootId);
  if (bench.units) await endScopes();
  await restore(bench, say);
}

/**
 * Do something while this machine is tuned; it is put back however that ends.
 * @throws InfrastructureError where the tuning of the environment record does not take effect.
 */
export async function tuned<T>(context: RunnerContext, action: (machine: TunedMachine) => Promise<T>): Promise<T> {
  const { config, environment, bootId, log: say } = context;
  const bench = await workbench(bootId);
  // What could not be put back last time must not be taken for the machine's own state.
  await restore(bench, say);
  const plan = planTuning(await readMachine(kernel, await readPrograms()));
  refuseOther(plan, environment.tuning ?? []);
  try {
    const { unmovable } = await tune(plan, bench);
    if (unmovable > 0) say(`${unmovable} of the interrupts cannot be moved off cpu ${plan.cpu}`);
    return await inScopes(plan, config.measure, bench.units !== undefined, action);
  } finally {
    await restore(bench, say);
  }
}

async function workbench(bootId: string): Promise<Workbench> {
  return { roots: kernel, units: hasSystemd() ? systemd : undefined, journal: paths.tuning, bootId, write: writeKernelFile };
}

/** What is tuned otherwise is another machine. */
function refuseOther({ effect }: TuningPlan, recorded: readonly string[]): void {
  const missing = recorded.filter((part) => !effect.includes(part));
  const added = effect.filter((part) => !recorded.includes(part));
  if (missing.length + added.length === 0) return;
  const differences = [...missing.map((part) => `"${part}" is no longer possible`), ...added.map((part) => `"${part}" is new`)];
  throw new InfrastructureError(
    `this machine is not tuned as its environment record says: ${differences.join(", ")}; run \`${commandLine("up")}\``,
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
      // A scope that is kept to one core has no room for a benchmark that needs all.
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

/** `taskset` for one processor, or for all: whoever started this may have been kept to some. */
function pin({ cpu, cpus }: TuningPlan, isWide: boolean): string[] {
  return cpu === undefined ? [] : [tasksetPath, "-c", writeCpuList(isWide ? cpus : [cpu])];
}
