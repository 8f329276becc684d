import type { Environment, Group, ScalingFile, Session } from "../model.ts";
import { exported } from "./export.ts";
import { scalingFilesOf } from "./scaling-factors.ts";
import type { Layout } from "./layout.ts";
import { environmentOfRow, sessionsOf } from "./sessions.ts";
import type { Scaling } from "./row.ts";

export interface ImportInput {
  layout: Layout;
  stored: { sessions: readonly Session[]; environments: readonly Environment[]; scalingFiles: readonly ScalingFile[] };
  host: string;
  groupOf: (benchmark: string) => Group;
  workloadOf: (benchmark: string, suite: string) => string;
}

/** Additions of an import to the results. */
export interface ImportPlan {
  environments: Environment[];
  sessions: Session[];
  scalingFiles: ScalingFile[];
  /** Factors that could not be used, with the reason. */
  unused: { scaling: Scaling; why: string }[];
}

/** Plans an import. The same layout and results give the same plan, and after it was performed, an empty one. Pure. */
export function planImport({ layout, stored, host, groupOf, workloadOf }: ImportInput): ImportPlan {
  const environments = new Map([...stored.environments, ...layout.rows.map(environmentOfRow)].map((one) => [one.id, one]));
  // Rows that were exported from these results must not be imported again.
  const known = exported({ sessions: stored.sessions, environments, scalingFactors: [] }).rows;
  const ids = stored.sessions.map(({ id }) => id);
  const sessions = sessionsOf({ rows: layout.rows, known, ids, host, groupOf, workloadOf });
  const imported = [...stored.sessions.filter(({ reason }) => reason === "import"), ...sessions];
  const { files, unused } = scalingFilesOf({ layout, sessions: imported, environments, stored: stored.scalingFiles, host });
  const used = new Set(sessions.map(({ environment }) => environment));
  return { environments: [...environments.values()].filter(({ id }) => used.has(id)), sessions, scalingFiles: files, unused };
}
