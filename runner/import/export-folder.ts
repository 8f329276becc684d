import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../../config/user-error.ts";
import { writeAtomically } from "../system/atomic.ts";
import { counted } from "../text/quantities.ts";
import type { RunnerContext } from "../runner-context.ts";
import { readFindings } from "../store/findings.ts";
import { readSessions } from "../store/sessions.ts";
import { latestScalingFactors } from "../timeline/chain.ts";
import { exported, type LeftOut } from "./export.ts";
import { printLayout } from "./layout.ts";

export interface ExportResult {
  files: number;
  rows: number;
  factors: number;
  /** What the layout has no place for. */
  leftOut: LeftOut;
}

/**
 * Write all results of the clone as the older CSV layout.
 *
 * @throws UserError where the folder has such files already: rows that are not in these results would be lost.
 */
export async function exportLegacy({ results }: RunnerContext, folder: string, { dryRun }: { dryRun: boolean }): Promise<ExportResult> {
  const data = join(folder, "data");
  const present = (await readdir(data).catch(() => [])).filter((name) => name.endsWith(".csv"));
  if (present.length > 0)
    throw new UserError(`${data} holds ${counted(present.length, ".csv file")} already`, "name a folder without them");
  const { environments, scalingFiles } = await readFindings(results.root);
  const { leftOut, ...layout } = exported({
    sessions: (await readSessions(results.root)).sessions,
    environments: new Map(environments.map((one) => [one.id, one])),
    scalingFactors: latestScalingFactors(scalingFiles),
  });
  const files = printLayout(layout);
  if (!dryRun) {
    await mkdir(data, { recursive: true });
    for (const [name, text] of files) await writeAtomically(join(data, name), text);
  }
  return { files: files.size, rows: layout.rows.length, factors: layout.scaling.length, leftOut };
}

/** In words, for the terminal. */
export function exportText({ files, rows, factors, leftOut }: ExportResult, dryRun: boolean): string {
  return [
    `${rows} rows and ${counted(factors, "factor")} in ${counted(files, "file")}${dryRun ? " would be written" : ""}`,
    ...Object.entries(leftOut).map(([why, count]) => `no place for ${count} ${why}`),
  ].join("\n");
}
