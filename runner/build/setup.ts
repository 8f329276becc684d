import type { HostConfig } from "../../config/schema.ts";
import { shortHash } from "../suites/fingerprint.ts";

/** Configuration, besides the benchmarks, that determines if a subject can be built and measured. */
export type SetupConfig = Pick<HostConfig, "packages"> & {
  python: Pick<HostConfig["python"], "requirements">;
  target: Pick<HostConfig["target"], "requirements" | "submodules">;
  suite: HostConfig["suite"];
  measure: Pick<
    HostConfig["measure"],
    "cores" | "diskGigabytes" | "expect" | "memoryGigabytes" | "prepareTimeoutMinutes" | "processes" | "timeoutSeconds"
  >;
};

/** Returns the hash of that configuration. A failure under another hash is no longer a result. */
export function setupOf({ packages, python, target, suite, measure }: SetupConfig): string {
  const { cores, diskGigabytes, expect, memoryGigabytes, prepareTimeoutMinutes, processes, timeoutSeconds } = measure;
  return shortHash([
    "setup 1",
    packages,
    python.requirements,
    [target.requirements, target.submodules],
    "submodules" in suite ? suite.submodules : [],
    [cores, expect],
    [diskGigabytes, memoryGigabytes, processes],
    [prepareTimeoutMinutes, timeoutSeconds],
  ]);
}
