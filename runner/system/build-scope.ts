import { availableParallelism, totalmem } from "node:os";
import type { HostConfig } from "../../config/schema.ts";
import { hasSystemd } from "./machine.ts";
import { openScope, type Scope } from "./scope.ts";

/** Share of the machine's memory that a build may use. */
const mostMemoryShare = 0.8;

/** Opens a control group for all steps of a build. It distinguishes a build out of memory from a machine out of memory. Undefined without systemd. */
export async function openBuildScope({
  memoryGigabytes,
  processes,
}: Pick<HostConfig["measure"], "memoryGigabytes" | "processes">): Promise<Scope | undefined> {
  if (process.getuid?.() !== 0 || !hasSystemd()) return undefined;
  const jobs = availableParallelism();
  return openScope({
    memoryBytes: Math.min(2 * memoryGigabytes * 1e9 * jobs, mostMemoryShare * totalmem()),
    processes: processes * jobs,
  });
}
