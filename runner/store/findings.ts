import { join } from "node:path";
import type { Decision, Environment, ScalingFile, Withdrawn } from "../model.ts";
import { fileStamp } from "../system/file-stamp.ts";
import { readDecisions } from "./decisions.ts";
import { readScalingFactors } from "./scaling-factors.ts";
import { jsonFiles, readEnvironments, readWithdrawals, type Damaged } from "./sessions.ts";

/** Results other than sessions. Their files are always read completely. */
export interface Findings {
  /** Scaling factors that count. */
  scalingFiles: readonly ScalingFile[];
  /** Also those that a withdrawn session voided, because their numbers stay in use. */
  allScalingFiles: readonly ScalingFile[];
  /** Decisions on changes that count. */
  decisions: readonly Decision[];
  /** Also those that a withdrawn session voided, because their numbers stay in use. */
  allDecisions: readonly Decision[];
  /** Sessions and benchmarks that are withdrawn now. */
  withdrawn: Withdrawn;
  /** Environments that sessions were measured in, by id. */
  environments: readonly Environment[];
  /** Files among these that are not valid. */
  damaged: readonly Damaged[];
}

/** Folders that findings are read from. */
const folders = ["scaling", "decisions", "withdrawn", "environments"];

/** Findings by folder of the results, with the stamp of their files. */
const known = new Map<string, { stamp: string; findings: Findings }>();

/** Reads the findings. Returns the same object until one of their files changes. */
export async function readFindings(resultsRoot: string): Promise<Findings> {
  const stamp = await stampOf(resultsRoot);
  const before = known.get(resultsRoot);
  if (before?.stamp === stamp) return before.findings;
  const scaling = await readScalingFactors(resultsRoot);
  const decided = await readDecisions(resultsRoot);
  const withdrawals = await readWithdrawals(resultsRoot);
  const environments = await readEnvironments(resultsRoot);
  const findings: Findings = {
    scalingFiles: scaling.files,
    allScalingFiles: scaling.all,
    decisions: decided.decisions,
    allDecisions: [...decided.decisions, ...decided.voided],
    withdrawn: withdrawals.withdrawn,
    environments: environments.environments,
    damaged: [environments, scaling, decided, withdrawals].flatMap(({ damaged }) => damaged),
  };
  known.set(resultsRoot, { stamp, findings });
  return findings;
}

async function stampOf(resultsRoot: string): Promise<string> {
  const files = (await Promise.all(folders.map((folder) => jsonFiles(join(resultsRoot, folder))))).flat().sort();
  return JSON.stringify(await Promise.all(files.map(async (path) => [path, await fileStamp(path)])));
}
