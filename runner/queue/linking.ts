import type { ScalingFile } from "../model.ts";
import type { RunnerContext } from "../runner-context.ts";
import { noteReportsDue } from "../store/reports-due.ts";
import { writeScalingFactors } from "../store/scaling-factors.ts";
import type { Reopened } from "./bridges.ts";
import type { KnownState } from "./known-state.ts";
import { upgradeOf } from "./planned.ts";
import { newScalingFiles } from "./scaling-files.ts";

/**
 * Writes the scaling factors of finished bridges, one file for each pair of environments whose bridges are all finished. Idempotent.
 * Returns whether it wrote any: the state is then outdated.
 */
export async function writeFinishedScalingFactors(context: RunnerContext, state: KnownState, reopened?: Reopened): Promise<boolean> {
  const found = upgradeOf(state, reopened);
  if (!found || found.bridges.length === 0) return false;
  const known = { known: state.scalingFiles, all: state.allScalingFiles };
  const files = newScalingFiles(found.bridges, { ...known, host: context.config.host, written: new Date().toISOString() });
  for (const file of files) {
    await writeScalingFactors(context.results.root, context.account, file);
    await noteReportsDue();
    context.log(scalingFactorsText(file));
  }
  return files.length > 0;
}

function scalingFactorsText({ scalingFactors }: ScalingFile): string {
  const counts = (["linked", "weak", "broken"] as const).flatMap((status) => {
    const count = scalingFactors.filter((scalingFactor) => scalingFactor.status === status).length;
    return count > 0 ? [`${count} ${status}`] : [];
  });
  return `bridge finished: ${counts.join(", ")}`;
}
