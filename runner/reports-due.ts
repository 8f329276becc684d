import { rm, stat } from "node:fs/promises";
import { paths } from "../config/paths.ts";
import { writeAtomically } from "./host/atomic.ts";
import { naming } from "./store/disk-full.ts";

/** From now on the published reports lack something, until they are published again: a killed run does not forget it. */
export async function noteReportsDue(): Promise<void> {
  await naming(paths.reportsDue, () => writeAtomically(paths.reportsDue, ""));
}

export async function areReportsDue(): Promise<boolean> {
  return (await stat(paths.reportsDue).catch(() => undefined)) !== undefined;
}

/** They have it all. */
export async function noteReportsDone(): Promise<void> {
  await rm(paths.reportsDue, { force: true });
}
