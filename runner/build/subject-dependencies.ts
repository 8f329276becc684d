import { access } from "node:fs/promises";
import { join } from "node:path";
import type { HostConfig } from "../../config/schema.ts";
import type { Account } from "../system/account.ts";
import type { Failure, Subject } from "../model.ts";
import type { Stopwatch } from "../system/stopwatch.ts";
import { checkOut, type OnMirror } from "./checkout.ts";
import { installDependencies, type Dependencies } from "./dependencies.ts";
import { wantedDependencies } from "./dependency-key.ts";
import type { StepContext } from "../system/sandboxed-step.ts";

type DependencyPaths = Record<"target" | "submodules" | "dependencies" | "wheels", string>;

interface Requiring {
  subject: Subject;
  /** For a baseline: revision whose requirements are installed for the interpreter. */
  dependenciesOf?: string | undefined;
  environmentId: string;
  config: { target: Pick<HostConfig["target"], "requirements" | "submodules"> };
  /** Account that owns the clones. */
  account: Account;
  log: (line: string) => void;
  resolved?: (hash: string) => string[] | undefined;
  onMirror?: OnMirror | undefined;
}

interface Built {
  dependenciesOf?: string | undefined;
  dependencies?: { hash: string } | undefined;
}

interface Bringing {
  steps: StepContext;
  /** Folder for the checkout of the revision. */
  checkout: string;
  /** Interpreter of the declared venv. */
  python: string;
  readOnly: readonly string[];
  processEnvironment: Record<string, string>;
  stopwatch: Stopwatch;
}

type Brought = { ok: true; dependencies: Dependencies | undefined } | { ok: false; failure: Failure };

/** Checks out the revision, or for a baseline the one whose requirements it gets, and installs its requirements. */
export async function bringDependencies(input: Requiring, folders: DependencyPaths, bringing: Bringing): Promise<Brought> {
  const { account, subject, config } = input;
  const revision = subject.kind === "baseline" ? input.dependenciesOf : subject.revision;
  if (revision === undefined) return { ok: true, dependencies: undefined };
  const { checkout, steps, stopwatch } = bringing;
  input.log(`checking out ${revision.slice(0, 12)}${subject.kind === "baseline" ? " for its requirements" : ""}`);
  const clone = { root: folders.target, account };
  const { submodules } = config.target;
  const isSubject = subject.kind !== "baseline";
  const source = {
    clone,
    submodules,
    setting: "target.submodules" as const,
    mirrors: folders.submodules,
    isSubject,
    onMirror: input.onMirror,
  };
  const failure = await stopwatch.time("checkout", () => checkOut(source, revision, checkout, steps));
  if (failure) return { ok: false, failure };
  const installing = {
    ...bringing,
    clone,
    mirrors: await mirrorsOf(folders.target),
    revision,
    requirements: config.target.requirements,
    environmentId: input.environmentId,
    store: folders.dependencies,
    wheels: folders.wheels,
    log: input.log,
    ...(input.resolved && { resolved: input.resolved }),
  };
  return stopwatch.time("dependencies", () => installDependencies(installing));
}

/** Returns true if a baseline build still has the requirements of its revision. Builds of revisions always have. */
export async function hasSameDependencies(
  build: Built,
  { subject, dependenciesOf, ...input }: Requiring,
  folders: DependencyPaths,
): Promise<boolean> {
  if (subject.kind !== "baseline") return true;
  if (dependenciesOf === undefined || build.dependenciesOf === dependenciesOf) return build.dependenciesOf === dependenciesOf;
  const clone = { root: folders.target, account: input.account };
  const { requirements } = input.config.target;
  const asked = await wantedDependencies({ clone, revision: dependenciesOf, requirements, environmentId: input.environmentId });
  return asked.ok && build.dependencies?.hash === asked.wanted?.hash;
}

/** Returns the object folders from which checkouts of the target borrow. */
export async function mirrorsOf(target: string): Promise<string[]> {
  const folder = join(target, ".git", "objects");
  return access(folder).then(
    () => [folder],
    () => [],
  );
}
