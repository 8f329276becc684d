import { readFile, rm, stat } from "node:fs/promises";
import { paths } from "../../config/paths.ts";
import type { HostConfig } from "../../config/schema.ts";
import { writeAtomically } from "../system/atomic.ts";
import { naming } from "./disk-full.ts";

/** Records that the published reports are out of date, until the next publication. The record survives a killed run. */
export async function noteReportsDue(): Promise<void> {
  await naming(paths.reportsDue, () => writeAtomically(paths.reportsDue, ""));
}

type Results = Pick<HostConfig["results"], "repository" | "reportsBranch">;

/** Returns true if the published reports are out of date, or if the configured branch differs from the published one. */
export async function areReportsDue(results: Results): Promise<boolean> {
  if ((await stat(paths.reportsDue).catch(() => undefined)) !== undefined) return true;
  const published = await readFile(paths.reportsPublished, "utf8").catch(() => undefined);
  return published !== undefined && published !== whereText(results);
}

/** Records that the published reports are up to date, and on which branch. */
export async function noteReportsDone(results: Results): Promise<void> {
  await naming(paths.reportsPublished, () => writeAtomically(paths.reportsPublished, whereText(results)));
  await rm(paths.reportsDue, { force: true });
}

function whereText({ repository, reportsBranch }: Results): string {
  return `${repository} ${reportsBranch}\n`;
}
