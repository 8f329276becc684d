import { paths } from "../../config/paths.ts";
import { git, type Clone } from "../system/git.ts";
import type { RunnerContext } from "../runner-context.ts";
import { suiteFiles } from "../suites/runbench.ts";
import { benchmarksInSource, isModule } from "../suites/runbench-source.ts";
import type { Layout } from "./layout.ts";
import { counted } from "../text/quantities.ts";

export interface WorkloadOptions {
  /** True if the operator states that no edit of the suite changed a benchmark. */
  sameWorkload: boolean;
}

/** Rule that assigns rows of a benchmark to workloads. */
export interface WorkloadRule {
  workloadOf: (benchmark: string, suite: string) => string;
  /** Text for the terminal. */
  description: string;
}

/**
 * Returns the rule for a layout. Rows name the suite's revision, not the workload. If the host has the suite, the workload is that of a present
 * session. Otherwise the operator states that benchmarks never changed, or each revision of the suite has a workload of its own. Revisions then
 * differ by a transition.
 */
export async function workloadRule(layout: Layout, { sameWorkload }: WorkloadOptions, context: RunnerContext): Promise<WorkloadRule> {
  if (sameWorkload) return { workloadOf: () => "imported", description: "one per benchmark (--same-workload)" };
  const revisions = [...new Set(layout.rows.map(({ suite }) => suite))];
  const isCloned = context.config.suite.adapter === "runbench";
  const known = isCloned
    ? await workloadsAt({ root: paths.suite, account: context.account }, revisions)
    : new Map<string, Map<string, string>>();
  const unknown = revisions.filter((revision) => !known.has(revision)).length;
  const ofOthers = unknown > 0 ? [`one for each of ${counted(unknown, "revision")} of the suite that this host does not have`] : [];
  return {
    workloadOf: (benchmark, suite) => known.get(suite)?.get(benchmark) ?? `suite-${suite.slice(0, 12)}`,
    description:
      [...(known.size > 0 ? [`from the source of the suite at ${counted(known.size, "revision")}`] : []), ...ofOthers].join("; ") || "none",
  };
}

/** Returns the workloads by benchmark, at the revisions of the suite that the clone has. Reads an unchanged file once. */
export async function workloadsAt(clone: Clone, revisions: readonly string[]): Promise<Map<string, Map<string, string>>> {
  const text = new Map<string, string>();
  const found = new Map<string, Map<string, string>>();
  for (const revision of await existing(clone, revisions)) {
    const files = await suiteFiles(clone.account, clone.root, revision);
    for (const { object } of files.filter(({ path }) => isModule(path))) {
      if (!text.has(object)) text.set(object, await git(clone, ["cat-file", "blob", object]));
    }
    found.set(revision, new Map(benchmarksInSource(files, text).map(({ name, workload }) => [name, workload])));
  }
  return found;
}

/** Returns the commits that a clone has. */
async function existing(clone: Clone, commits: readonly string[]): Promise<string[]> {
  const checked = await git(clone, ["cat-file", "--batch-check=%(objectname) %(objecttype)"], {
    input: commits.map((id) => `${id}\n`).join(""),
  });
  return checked.split("\n").flatMap((line) => (line.endsWith(" commit") ? line.slice(0, -" commit".length) : []));
}
