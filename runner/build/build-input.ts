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
  /** Of a baseline: the revision whose requirements the interpreter gets; none where not given. */
  dependenciesOf?: string | undefined;
  suiteRevision: string;
  environmentId: string;
  /** Hash of the configuration: a build made with another one is made again. Any will do where not given: its program is measured again. */
  setup?: string;
  config: Pick<HostConfig, "suite"> & {
    target: Pick<HostConfig["target"], "requirements" | "submodules">;
    measure: Pick<HostConfig["measure"], "compiler" | "prepareTimeoutMinutes" | "memoryGigabytes" | "processes" | "diskGigabytes">;
  };
  /** Owns the clones. */
  account: Account;
  /** Runs what is built, and owns it. */
  sandboxAccount: Account;
  /** Names of the benchmarks wanted; undefined means all. */
  only?: readonly string[] | undefined;
  /** Names or patterns of benchmarks that are not wanted. */
  without?: readonly string[] | undefined;
  /** A build that is there is wanted as it is: of earlier versions of benchmarks too. */
  asKept?: boolean;
  /** The list that these dependencies were resolved to before, here or on another host. */
  resolved?: (hash: string) => string[] | undefined;
  /** Hears whether configured submodules could be fetched. */
  onMirror?: OnMirror;
  /** A line about each step. */
  log: (line: string) => void;
  signal?: AbortSignal;
  paths?: BuildPaths;
}

/** Folder of a subject's build: `<rev12>-<suite12>-<env8>` under the builds, `<rev12>.<layout>-…` of another layout. */
export function buildFolder(input: Pick<BuildInput, "subject" | "suiteRevision" | "environmentId" | "paths">): string {
  return join((input.paths ?? hostPaths).builds, buildName(input));
}

/** Returns whether a benchmark is among those that are asked for. */
export function isWanted({ name }: { name: string }, { only, without }: Pick<BuildInput, "only" | "without">): boolean {
  return (only?.includes(name) ?? true) && !isNamedBy(name, without ?? []);
}

/** `<rev12>-<suite12>-<env8>`, see buildFolder. */
export function buildName({
  subject,
  suiteRevision,
  environmentId,
}: Pick<BuildInput, "subject" | "suiteRevision" | "environmentId">): string {
  const revision = subject.kind === "baseline" ? "baseline" : subject.revision.slice(0, 12);
  const layout = subject.kind === "layout" ? `.${subject.layout}` : "";
  return `${revision}${layout}-${suiteRevision.slice(0, 12)}-${environmentId.slice(0, 8)}`;
}
