import type { MeasurementContext } from "../model.ts";

/** Returns the id of a workload in a version of its benchmark; the first version is the workload as the suite has it. */
export function inVersion(workload: string, version: number): string {
  return version === 1 ? workload : `${workload}-v${version}`;
}

/** Returns the version in a workload's id. Workloads of two versions are never linked: a benchmark starts anew with each. */
export function versionOf(workload: string): number {
  const [, version] = /-v(\d+)$/.exec(workload) ?? [];
  return version === undefined ? 1 : Number(version);
}

/** Returns whether two contexts have the same version of a benchmark. */
export function isOneVersion(one: Pick<MeasurementContext, "workload">, other: Pick<MeasurementContext, "workload">): boolean {
  return one.workload === other.workload || versionOf(one.workload) === versionOf(other.workload);
}
