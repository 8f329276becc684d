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
  /** Results that the format cannot represent. */
  leftOut: LeftOut;
}

/**
 * Writes all results of the clone in the CSV format of mypyc's server.
 *
 * @throws UserError if the folder already has .csv files: rows that are not in these results would be lost.
 */
export async function exportMypyc({ results }: RunnerContext, folder: string, { dryRun }: { dryRun: boolean }): Promise<ExportResult> {
  const data = join(folder, "data");
  const present = (await readdir(data).catch(() => [])).filter((name) => name.endsWith(".csv"));
  if (present.length > 0)
    throw new UserError(`${data} already has ${counted(present.length, ".csv file")}`, "name a folder without .csv files");
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

/** Returns the text for the terminal. */
export function exportText({ files, rows, factors, leftOut }: ExportResult, dryRun: boolean): string {
  return [
    `${rows} rows and ${counted(factors, "factor")} in ${counted(files, "file")}${dryRun ? " would be written" : ""}`,
    ...Object.entries(leftOut).map(([what, count]) => `not exported: ${count} ${what}`),
  ].join("\n");
}
