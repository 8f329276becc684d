import { paths } from "../../config/paths.ts";
import { git, type Clone } from "../system/git.ts";
import type { RunnerContext } from "../runner-context.ts";
import { suiteFiles } from "../suites/runbench.ts";
import { benchmarksInSource, isModule } from "../suites/runbench-source.ts";
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
 * A row names the suite's revision, not the workload. Where the host has the suite, the workload is what a session of today would call it.
 * Else whether two revisions hold the same form of a benchmark is the operator's word, or not known: then each is a form of its own, and the
 * step from one to the next a transition like any other.
 */
export async function workloadRule(layout: Layout, { sameWorkload }: WorkloadOptions, context: RunnerContext): Promise<WorkloadRule> {
  if (sameWorkload) return { workloadOf: () => "imported", how: "one a benchmark, as you said" };
  const revisions = [...new Set(layout.rows.map(({ suite }) => suite))];
  const isCloned = context.config.suite.adapter === "runbench";
  const known = isCloned
    ? await workloadsAt({ root: paths.suite, account: context.account }, revisions)
    : new Map<string, Map<string, string>>();
  const unknown = revisions.filter((revision) => !known.has(revision)).length;
  const ofOthers = unknown > 0 ? [`one for each of ${unknown} revisions of the suite that this host does not have`] : [];
  return {
    workloadOf: (benchmark, suite) => known.get(suite)?.get(benchmark) ?? `suite-${suite.slice(0, 12)}`,
    how: [...(known.size > 0 ? [`by the suite's text at ${known.size} of its revisions`] : []), ...ofOthers].join("; ") || "none",
  };
}

/** Workloads by benchmark at those of the suite's revisions that the clone has. A file that stays as it is is read once. */
export async function workloadsAt(clone: Clone, revisions: readonly string[]): Promise<Map<string, Map<string, string>>> {
  const text = new Map<string, string>();
  const found = new Map<string, Map<string, string>>();
  for (const revision of await those(clone, revisions)) {
    const files = await suiteFiles(clone.account, clone.root, revision);
    for (const { object } of files.filter(({ path }) => isModule(path))) {
      if (!text.has(object)) text.set(object, await git(clone, ["cat-file", "blob", object]));
    }
    found.set(revision, new Map(benchmarksInSource(files, text).map(({ name, workload }) => [name, workload])));
  }
  return found;
}

/** Of commits, those that a clone has. */
async function those(clone: Clone, commits: readonly string[]): Promise<string[]> {
  const checked = await git(clone, ["cat-file", "--batch-check=%(objectname) %(objecttype)"], {
    input: commits.map((id) => `${id}\n`).join(""),
  });
  return checked.split("\n").flatMap((line) => (line.endsWith(" commit") ? line.slice(0, -" commit".length) : []));
}
