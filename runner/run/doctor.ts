import { commandLine } from "../../config/command-line.ts";
import { join } from "node:path";
import { checkOne } from "../resources/check-one.ts";
import { readDeclaration } from "../resources/declaration.ts";
import { activeGeneration } from "../resources/generations.ts";
import { describe, type Difference } from "../resources/difference.ts";
import { markerNames, readMarker } from "../resources/resource-type.ts";
import { paths } from "../../config/paths.ts";
import { UserError } from "../../config/user-error.ts";
import { missingBranch, tryGit, type Clone } from "../system/git.ts";
import { findAccount } from "../system/account.ts";
import { detectHostFacts, hostFactsHash } from "../system/host-facts.ts";
import { tuningHere } from "../system/tuning-here.ts";
import type { Environment, HostFacts } from "../model.ts";
import { listingWarnings } from "../queue/listing-text.ts";
import { resolveSince } from "../queue/revisions.ts";
import { readConfiguration } from "../runner-context.ts";
import { pauseText, readPause } from "./pause.ts";

/** Comparison of this host with its declaration. */
export interface Diagnosis {
  /** True if nothing was ever declared here. */
  undeclared: boolean;
  /** Declared resources that `npm run up` has not applied yet. */
  notApplied: string[];
  /** Differences by resource. */
  differences: { resource: string; difference: Difference }[];
  /** Markers of resources that are no longer declared; harmless. */
  ignored: string[];
  /** Effects of tuning while this host measures, and settings that do not exist here. */
  tuning: { effect: string[]; skipped: string[] };
}

/** Environment and host facts of this host. */
interface Identity {
  environment: Environment;
  hostFacts: {
    accepted: HostFacts;
    now: HostFacts;
    /** Hash of `now`, to be written as `environment.acceptedFacts` to accept these facts. */
    hash: string;
  };
}

/** Returns the identity of this host; undefined before the first activation. */
export async function identify(): Promise<Identity | undefined> {
  const active = await activeGeneration();
  if (!active) return undefined;
  const now = await detectHostFacts(join(paths.venv, "bin/python"));
  return { environment: active.environment, hostFacts: { accepted: active.hostFacts, now, hash: hostFactsHash(now) } };
}

/** Returns the reason that the schedule of this host is paused; undefined if it is not. */
export async function pausedBecause(): Promise<string | undefined> {
  const config = await readConfiguration().catch(() => undefined);
  return pauseText(config?.schedule ?? { enabled: true, cron: "" }, await readPause());
}

/** Returns warnings about parts of the suite that cannot be listed, and names in the configuration that match no benchmark. */
export async function warningsOfListing(): Promise<string[]> {
  const config = await readConfiguration().catch(() => undefined);
  return config ? listingWarnings(config) : [];
}

/**
 * Returns the configured branches and revisions that the clones lack, each with its fix. Nothing can be measured without them. Runs fetch
 * all the same: a branch that was deleted by mistake may return.
 */
export async function missingRevisions(): Promise<string[]> {
  const config = await readConfiguration().catch(() => undefined);
  const account = config && (await findAccount(config.user));
  if (!config || !account) return [];
  const { target, suite } = config;
  const clones = [
    { clone: { root: paths.target, account }, setting: "target.branch", branch: target.branch, since: target.since },
    ...(suite.adapter === "runbench"
      ? [{ clone: { root: paths.suite, account }, setting: "suite.branch", branch: suite.branch, since: undefined }]
      : []),
  ];
  return (await Promise.all(clones.map(missingIn))).flat();
}

interface Named {
  clone: Clone;
  setting: string;
  branch: string;
  since: string | undefined;
}

async function missingIn({ clone, setting, branch, since }: Named): Promise<string[]> {
  // A missing clone is reported as a difference.
  if (!(await tryGit(clone, ["rev-parse", "--git-dir"])).ok) return [];
  const hasBranch = (await tryGit(clone, ["rev-parse", "--quiet", "--verify", `refs/remotes/origin/${branch}^{commit}`])).ok;
  const errors = [
    ...(hasBranch ? [] : [await missingBranch(clone, branch, setting)]),
    ...(since === undefined ? [] : await resolveSince(clone, since).then(() => [], userErrors)),
  ];
  return errors.map(({ message, hint }) => `${message}: ${hint}`);
}

function userErrors(error: unknown): UserError[] {
  if (error instanceof UserError) return [error];
  throw error;
}

/** Compares this host with its declaration: every resource must have a marker with the declared token, and be unchanged since. */
export async function diagnose(): Promise<Diagnosis> {
  const declared = (await readDeclaration())?.resources;
  const tuning = await tuningHere();
  if (!declared) return { undeclared: true, notApplied: [], differences: [], ignored: await markerNames(), tuning };
  const names = Object.keys(declared);
  const notApplied = await namesNotApplied(declared);
  const checked = names.filter((name) => !notApplied.includes(name)).map(checkMarked);
  const known = new Set([...names, "declaration"]);
  return {
    undeclared: false,
    notApplied,
    differences: (await Promise.all(checked)).flat(),
    ignored: (await markerNames()).filter((name) => !known.has(name)),
    tuning,
  };
}

/** Returns declared resources whose marker has another token than the declared one. */
export async function namesNotApplied(declared: Record<string, string>): Promise<string[]> {
  const applied = await Promise.all(
    Object.entries(declared).map(async ([name, token]) => ((await readMarker(name))?.token === token ? [] : [name])),
  );
  return applied.flat();
}

/** Returns the reasons not to measure on this host, a line each; empty if there are none. */
export function blockers(diagnosis: Diagnosis): string[] {
  if (diagnosis.undeclared) return [`nothing is declared for this host; run \`${commandLine("up")}\``];
  const waiting =
    diagnosis.notApplied.length > 0 ? [`declared, not yet applied: ${diagnosis.notApplied.join(", ")}; run \`${commandLine("up")}\``] : [];
  return [
    ...waiting,
    ...diagnosis.differences.map(
      ({ resource, difference }) => `${resource}: ${describe(difference)}${difference.hint ? ` (${difference.hint})` : ""}`,
    ),
  ];
}

async function checkMarked(name: string): Promise<Diagnosis["differences"]> {
  const marker = await readMarker(name);
  if (!marker) return [];
  const differences = await checkOne(name, marker.type, marker.spec);
  return differences.map((difference) => ({ resource: name, difference }));
}
