import type { ImportPlan } from "../../../runner/import/plan.ts";
import { canonicalJson } from "../../../runner/store/canonical.ts";

export function textOf({ sessions, environments, scalingFiles }: ImportPlan): string[] {
  const scalingFactors = scalingFiles.map((file) => JSON.stringify(file, (_, value: unknown) => (value === Infinity ? "unknown" : value)));
  return [...sessions, ...environments].map(canonicalJson).sort().concat(scalingFactors.sort());
}

export function rowsIn({ sessions }: ImportPlan): number {
  return sessions.reduce((sum, { benchmarks }) => sum + Object.keys(benchmarks).length, 0);
}
