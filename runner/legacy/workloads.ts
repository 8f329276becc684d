import type { Station } from "../station.ts";
import type { Layout } from "./layout.ts";

export interface WorkloadOptions {
  /** The operator's word that no edit of the suite changed a benchmark. */
  sameWorkload: boolean;
}

/** Which rows of a benchmark are of one workload, and how that is known. */
export interface WorkloadRule {
  workloadOf: (benchmark: string, suite: string) => string;
  /** In words. */
  how: string;
}

/**
 * A row names the suite's revision, not the workload: whether two revisions hold the same form of a benchmark is the operator's word, or not
 * known; then each revision is a form of its own, and the step between two is a switch like any other.
 */
export async function workloadRule(_layout: Layout, { sameWorkload }: WorkloadOptions, _station: Station): Promise<WorkloadRule> {
  if (sameWorkload) return { workloadOf: () => "imported", how: "one a benchmark, as you said" };
  return { workloadOf: (_, suite) => `suite-${suite.slice(0, 12)}`, how: "one a revision of the suite" };
}
