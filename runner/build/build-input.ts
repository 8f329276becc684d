import { join } from "node:path";
import { isNamedBy } from "../../config/benchmark-pattern.ts";
import { paths as hostPaths } from "../../config/paths.ts";
import type { HostConfig } from "../../config/schema.ts";
import type { Account } from "../system/account.ts";
import type { Subject } from "../model.ts";
import type { OnMirror } from "./checkout.ts";

export type BuildPaths = Record<"target" | "suite" | "submodules" | "venv" | "work" | "builds" | "dependencies" | "wheels", string>;

export interface BuildInput {
  subject: Subject;
  /** For a baseline: revision whose requirements are installed for the interpreter; none by default. */
  dependenciesOf?: string | undefined;
  suiteRevision: string;
  environmentId: string;
  /** Hash of the configuration. A build with another hash is built again. Absent to accept any, for measuring a program again. */
  setup?: string;
  config: Pick<HostConfig, "suite"> & {
    target: Pick<HostConfig["target"], "requirements" | "submodules">;
    measure: Pick<HostConfig["measure"], "compiler" | "prepareTimeoutMinutes" | "memoryGigabytes" | "processes" | "diskGigabytes">;
  };
  /** Account that owns the clones. */
  account: Account;
  /** Account that runs the builds and owns them. */
  sandboxAccount: Account;
  /** Names of the wanted benchmarks; undefined for all. */
  only?: readonly string[] | undefined;
  /** Names or patterns of unwanted benchmarks. */
  without?: readonly string[] | undefined;
  /** True to accept a cached build as it is, even with earlier versions of benchmarks. */
  asKept?: boolean;
  /** Returns the list that dependencies with this hash were resolved to before, on any host. */
  resolved?: (hash: string) => string[] | undefined;
  /** Called with the result of fetching each configured submodule. */
  onMirror?: OnMirror;
  /** Prints a line for each step. */
  log: (line: string) => void;
  signal?: AbortSignal;
  paths?: BuildPaths;
}

/** Returns the folder of a subject's build: `<rev12>-<suite12>-<env8>` below the builds, `<rev12>.<layout>-…` for another layout. */
export function buildFolder(input: Pick<BuildInput, "subject" | "suiteRevision" | "environmentId" | "paths">): string {
  return join((input.paths ?? hostPaths).builds, buildName(input));
}

/** Returns true if a benchmark is wanted. */
export function isWanted({ name }: { name: string }, { only, without }: Pick<BuildInput, "only" | "without">): boolean {
  return (only?.includes(name) ?? true) && !isNamedBy(name, without ?? []);
}

/** Returns `<rev12>-<suite12>-<env8>`, see `buildFolder`. */
export function buildName({
  subject,
  suiteRevision,
  environmentId,
}: Pick<BuildInput, "subject" | "suiteRevision" | "environmentId">): string {
  const revision = subject.kind === "baseline" ? "baseline" : subject.revision.slice(0, 12);
  const layout = subject.kind === "layout" ? `.${subject.layout}` : "";
  return `${revision}${layout}-${suiteRevision.slice(0, 12)}-${environmentId.slice(0, 8)}`;
}
