import { entryFor } from "../../config/benchmark-pattern.ts";
import type { HostConfig } from "../../config/schema.ts";
import type { Listed } from "../model.ts";
import { versionOf } from "../timeline/workload-version.ts";

/** Returns the version of a benchmark that the configuration declares. */
export function declaredVersion(suite: HostConfig["suite"], benchmark: string): number {
  const entry =
    suite.adapter === "command"
      ? suite.benchmarks.find(({ name }) => name === benchmark)
      : entryFor(benchmark, suite.versions, (one) => [one.benchmark]);
  return entry?.version ?? 1;
}

/** Returns false for a listing that was made when the configuration declared another version of one of its benchmarks. */
export function isOfDeclaredVersions(listed: readonly Pick<Listed, "name" | "workload">[], suite: HostConfig["suite"]): boolean {
  return listed.every(({ name, workload }) => versionOf(workload) === declaredVersion(suite, name));
}
