import { readFile, rm, stat } from "node:fs/promises";
import { paths } from "../../config/paths.ts";
import type { HostConfig } from "../../config/schema.ts";
import { writeAtomically } from "../system/atomic.ts";
import { naming } from "./disk-full.ts";

/** From now on the published reports lack something, until they are published again: a killed run does not forget it. */
export async function noteReportsDue(): Promise<void> {
  await naming(paths.reportsDue, () => writeAtomically(paths.reportsDue, ""));
}

type Results = Pick<HostConfig["results"], "repository" | "reportsBranch">;

/** Returns true while published reports lack something, or the configuration names another branch than they were published on. */
export async function areReportsDue(results: Results): Promise<boolean> {
  if ((await stat(paths.reportsDue).catch(() => undefined)) !== undefined) return true;
  const published = await readFile(paths.reportsPublished, "utf8").catch(() => undefined);
  return published !== undefined && published !== whereText(results);
}

/** They have it all, where they are published now. */
export async function noteReportsDone(results: Results): Promise<void> {
  await naming(paths.reportsPublished, () => writeAtomically(paths.reportsPublished, whereText(results)));
  await rm(paths.reportsDue, { force: true });
}

function whereText({ repository, reportsBranch }: Results): string {
  return `${repository} ${reportsBranch}\n`;
}
