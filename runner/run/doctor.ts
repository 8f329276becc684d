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

/** Whether this host is what was declared, and where not. */
export interface Diagnosis {
  /** Nothing was ever declared here. */
  undeclared: boolean;
  /** Declared, but not applied since: `pulumi up` did not get that far. */
  notApplied: string[];
  /** Differences by resource. */
  differences: { resource: string; difference: Difference }[];
  /** Records of resources that are no longer declared; harmless. */
  ignored: string[];
  /** What tuning does while this host measures, and what does not exist here. */
  tuning: { effect: string[]; skipped: string[] };
}

/** What this host measures as. */
interface Identity {
  environment: Environment;
  hostFacts: {
    accepted: HostFacts;
    now: HostFacts;
    /** Of those of now: what is written as `environment.acceptedFacts` to take them over. */
    hash: string;
  };
}

/** undefined where nothing was activated yet. */
export async function identify(): Promise<Identity | undefined> {
  const active = await activeGeneration();
  if (!active) return undefined;
  const now = await detectHostFacts(join(paths.venv, "bin/python"));
  return { environment: active.environment, hostFacts: { accepted: active.hostFacts, now, hash: hostFactsHash(now) } };
}

/** Why the schedule does nothing on this host, if it does nothing; no fault. */
export async function pausedBecause(): Promise<string | undefined> {
  const config = await readConfiguration().catch(() => undefined);
  return pauseText(config?.schedule ?? { enabled: true, cron: "" }, await readPause());
}

/** Returns the parts of the suite that cannot be listed, and names in the configuration that match no benchmark, in words. */
export async function warningsOfListing(): Promise<string[]> {
  const config = await readConfiguration().catch(() => undefined);
  return config ? listingWarnings(config) : [];
}

/**
 * Returns the branches and revisions of the configuration that the clones do not have (any more), with the fix each: nothing can be measured
 * without them. They keep no run from fetching: what was deleted by mistake may come back.
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
  // A clone that is not there is a difference of its own.
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

/** Every declared resource must have been applied with the declared token, and must still be what it was made. */
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

/** Declared resources whose last successful `ensure` was for something else. */
export async function namesNotApplied(declared: Record<string, string>): Promise<string[]> {
  const applied = await Promise.all(
    Object.entries(declared).map(async ([name, token]) => ((await readMarker(name))?.token === token ? [] : [name])),
  );
  return applied.flat();
}

/** Why this host must not be measured, a line each; empty where it may. */
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
