import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { nearest } from "../../config/nearest.ts";
import { UserError } from "../../config/user-error.ts";
import type { Group, ScalingFile } from "../model.ts";
import type { KnownState } from "../queue/known-state.ts";
import { readState } from "../queue/state.ts";
import { counted } from "../text/quantities.ts";
import { noteReportsDue } from "../store/reports-due.ts";
import type { RunnerContext } from "../runner-context.ts";
import { writeScalingFactors } from "../store/scaling-factors.ts";
import { readStoredSessions, writeEnvironment, writeSession } from "../store/sessions.ts";
import { parseLayout, type BadLine, type Layout } from "./layout.ts";
import { planImport, type ImportPlan } from "./plan.ts";
import { workloadRule, type WorkloadOptions } from "./workloads.ts";

export interface ImportOptions extends WorkloadOptions {
  /** Folder that contains `data`. */
  folder: string;
  /** Names of microbenchmarks, in addition to those that the suite lists as such. */
  micro: readonly string[];
  /** True to skip invalid lines, instead of importing nothing. */
  skipBad: boolean;
  dryRun: boolean;
}

export interface ImportResult {
  /** Number of rows. */
  rows: number;
  benchmarks: number;
  /** Number of sessions added to the results; in a dry run, that would be added. */
  sessions: number;
  environments: number;
  scalingFactors: Record<"linked" | "weak" | "broken", number>;
  /** Rule by which rows were assigned to workloads, as text. */
  workloads: string;
  /** Number of revisions outside of the target's history. Their values are on no timeline. */
  notInHistory: number;
  /** Skipped lines. */
  bad: BadLine[];
  /** Factors that could not be used, as text. */
  unused: string[];
}

/**
 * Imports the CSV files of mypyc's server into the results clone. Idempotent. Requires the host's lock.
 *
 * @throws UserError that lists all invalid lines, unless they may be skipped, and if there are no such files.
 */
export async function importMypyc(context: RunnerContext, options: ImportOptions): Promise<ImportResult> {
  const { results, account, config } = context;
  const { bad, ...layout } = await readLayout(options.folder);
  if (bad.length > 0 && !options.skipBad) throw new UserError(badText(bad), "fix these lines, or skip them with --skip-bad");
  context.log(`read ${counted(layout.rows.length, "row")}`);
  const state = await readState(context, { allowBuild: false });
  const rule = await workloadRule(layout, options, context);
  const plan = planImport({
    layout,
    stored: {
      // Withdrawn values are still stored, and must not be imported again.
      sessions: (await readStoredSessions(results.root)).sessions,
      environments: state.environments,
      scalingFiles: state.allScalingFiles,
    },
    host: config.host,
    groupOf: groupRule(layout, options.micro, state),
    workloadOf: rule.workloadOf,
  });
  if (!options.dryRun) {
    if (plan.sessions.length > 0) context.log(`storing ${counted(plan.sessions.length, "session")}`);
    for (const environment of plan.environments) await writeEnvironment(results.root, account, environment);
    for (const session of plan.sessions) await writeSession(results.root, account, session);
    for (const file of plan.scalingFiles) await writeScalingFactors(results.root, account, file);
    if (plan.sessions.length + plan.scalingFiles.length > 0) await noteReportsDue();
  }
  return { ...resultOf(layout, plan), workloads: rule.description, notInHistory: countUnknown(layout, state), bad };
}

/** Reads the CSV files of a folder. @throws UserError if there are none. */
export async function readLayout(folder: string): Promise<Layout & { bad: BadLine[] }> {
  const data = join(folder, "data");
  const names = await readdir(data).catch(() => undefined);
  const files = names?.filter((name) => name.endsWith(".csv")) ?? [];
  if (files.length === 0) {
    throw new UserError(
      `${data} contains no .csv file`,
      "name the folder that contains data/: a checkout of the results repository of mypyc's server",
    );
  }
  return parseLayout(new Map(await Promise.all(files.map(async (name) => [name, await readFile(join(data, name), "utf8")] as const))));
}

/** Returns the groups of benchmarks. @throws UserError for a microbenchmark without rows. */
function groupRule({ rows }: Layout, micro: readonly string[], { listing }: KnownState): (benchmark: string) => Group {
  const names = [...new Set(rows.map(({ benchmark }) => benchmark))];
  for (const name of micro.filter((one) => !names.includes(one))) {
    const meant = nearest(name, names);
    throw new UserError(
      `--micro: there are no rows of benchmark ${name}`,
      meant ? `did you mean ${meant}?` : "write names of files in data/",
    );
  }
  const listed = new Map(listing.benchmarks?.map(({ name, group }) => [name, group]));
  return (benchmark) => (micro.includes(benchmark) ? "micro" : (listed.get(benchmark) ?? "main"));
}

/** Returns the number of revisions outside of the target's history. */
function countUnknown({ rows }: Layout, { history }: KnownState): number {
  const known = new Set(history.map(({ id }) => id));
  const revisions = new Set(rows.flatMap(({ variant, revision }) => (variant === "compiled" ? [revision] : [])));
  return [...revisions].filter((id) => !known.has(id)).length;
}

function resultOf(
  { rows }: Layout,
  { sessions, environments, scalingFiles, unused }: ImportPlan,
): Omit<ImportResult, "workloads" | "notInHistory" | "bad"> {
  const count = (wanted: keyof ImportResult["scalingFactors"]) =>
    scalingFactorsOf(scalingFiles).filter(({ status }) => status === wanted).length;
  return {
    rows: rows.length,
    benchmarks: new Set(rows.map(({ benchmark }) => benchmark)).size,
    sessions: sessions.length,
    environments: environments.length,
    scalingFactors: { linked: count("linked"), weak: count("weak"), broken: count("broken") },
    unused: unused.map(({ scaling: { benchmark, from, to }, why }) => {
      return `${benchmark}, ${from.hardware} Python ${from.python} to ${to.hardware} Python ${to.python}: ${why}`;
    }),
  };
}

function scalingFactorsOf(files: readonly ScalingFile[]): ScalingFile["scalingFactors"] {
  return files.flatMap(({ scalingFactors }) => scalingFactors);
}

function badText(bad: readonly BadLine[]): string {
  const lines = bad.map(({ file, line, problem }) => `data/${file}:${line}: ${problem}`);
  return [`${counted(bad.length, "invalid line")}; nothing was imported:`, ...lines].join("\n");
}

/** Returns the text for the terminal. */
export function importText(result: ImportResult, dryRun: boolean): string {
  const { rows, benchmarks, sessions, environments, scalingFactors, workloads, notInHistory, bad, unused } = result;
  const links = `${scalingFactors.linked} linked, ${scalingFactors.weak} weak or of unknown error, ${scalingFactors.broken} broken`;
  return [
    `${rows} rows of ${counted(benchmarks, "benchmark")}: ${sessions === 0 ? "all sessions are already stored" : `${counted(sessions, "session")} in ${counted(environments, "environment")}`}${dryRun ? " would be added" : ""}`,
    `transitions: ${links}`,
    `workloads: ${workloads}`,
    ...(notInHistory > 0
      ? [`${counted(notInHistory, "revision")} outside of the target's history since target.since: stored, not on the timeline`]
      : []),
    ...unused.map((line) => `factor not used: ${line}`),
    ...bad.map(({ file, line, problem }) => `skipped: data/${file}:${line}: ${problem}`),
  ].join("\n");
}
