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
  /** Holds the folder `data`. */
  folder: string;
  /** Names of microbenchmarks; besides these, what the suite lists as such. */
  micro: readonly string[];
  /** Leave out lines that cannot be read, instead of importing nothing. */
  skipBad: boolean;
  dryRun: boolean;
}

export interface ImportResult {
  /** Lines that say something. */
  rows: number;
  benchmarks: number;
  /** Added to the results, or, in a dry run, that would be. */
  sessions: number;
  environments: number;
  scalingFactors: Record<"linked" | "weak" | "broken", number>;
  /** How it was told which rows are of one workload. */
  workloads: string;
  /** Revisions that the target's history does not hold: their values are on no line. */
  notInHistory: number;
  /** Left out. */
  bad: BadLine[];
  /** Factors that nothing could be made of, in words. */
  unused: string[];
}

/**
 * Bring the older CSV layout into the results clone. Repeating it is harmless. Only under the host's lock.
 *
 * @throws UserError where a line cannot be read, with all of them, unless they may be skipped; where there is no such layout.
 */
export async function importLegacy(context: RunnerContext, options: ImportOptions): Promise<ImportResult> {
  const { results, account, config } = context;
  const { bad, ...layout } = await readLayout(options.folder);
  if (bad.length > 0 && !options.skipBad) throw new UserError(badText(bad), "mend these lines, or leave them out with --skip-bad");
  context.log(`${layout.rows.length} rows read`);
  const state = await readState(context, { allowBuild: false });
  const rule = await workloadRule(layout, options, context);
  const plan = planImport({
    layout,
    stored: {
      // Withdrawn values are there already, and must not be imported again.
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
  return { ...resultOf(layout, plan), workloads: rule.how, notInHistory: strangers(layout, state), bad };
}

/** @throws UserError where the folder holds no such layout. */
export async function readLayout(folder: string): Promise<Layout & { bad: BadLine[] }> {
  const data = join(folder, "data");
  const names = await readdir(data).catch(() => undefined);
  const files = names?.filter((name) => name.endsWith(".csv")) ?? [];
  if (files.length === 0) {
    throw new UserError(`${data} holds no .csv file`, "name the folder that holds data/: a checkout of the older results repository");
  }
  return parseLayout(new Map(await Promise.all(files.map(async (name) => [name, await readFile(join(data, name), "utf8")] as const))));
}

/** @throws UserError for a name that nothing is imported of. */
function groupRule({ rows }: Layout, micro: readonly string[], { listing }: KnownState): (benchmark: string) => Group {
  const names = [...new Set(rows.map(({ benchmark }) => benchmark))];
  for (const name of micro.filter((one) => !names.includes(one))) {
    const meant = nearest(name, names);
    throw new UserError(
      `nothing of a benchmark ${name} is imported`,
      meant ? `did you mean ${meant}?` : "write names of files below data/",
    );
  }
  const listed = new Map(listing.benchmarks?.map(({ name, group }) => [name, group]));
  return (benchmark) => (micro.includes(benchmark) ? "micro" : (listed.get(benchmark) ?? "main"));
}

function strangers({ rows }: Layout, { history }: KnownState): number {
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
  return [`${counted(bad.length, "line")} cannot be read, nothing was imported:`, ...lines].join("\n");
}

/** In words, for the terminal. */
export function importText(result: ImportResult, dryRun: boolean): string {
  const { rows, benchmarks, sessions, environments, scalingFactors, workloads, notInHistory, bad, unused } = result;
  const links = `${scalingFactors.linked} linked, ${scalingFactors.weak} weak or of unknown error, ${scalingFactors.broken} broken`;
  return [
    `${rows} rows of ${counted(benchmarks, "benchmark")}: ${sessions === 0 ? "no session that is not there already" : `${counted(sessions, "session")} in ${counted(environments, "environment")}`}${dryRun ? " would be added" : ""}`,
    `transitions: ${links}`,
    `workloads: ${workloads}`,
    ...(notInHistory > 0
      ? [`${counted(notInHistory, "revision")} not in the target's history since target.since: stored, on no line`]
      : []),
    ...unused.map((line) => `factor not used: ${line}`),
    ...bad.map(({ file, line, problem }) => `left out: data/${file}:${line}: ${problem}`),
  ].join("\n");
}
