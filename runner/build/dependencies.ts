import { createHash, randomBytes } from "node:crypto";
import { lstat, readdir, readFile, rename } from "node:fs/promises";
import { join, posix } from "node:path";
import { z } from "zod";
import { git, type Clone } from "../git.ts";
import { writeAtomically } from "../host/atomic.ts";
import type { Account } from "../host/account.ts";
import { lastLines } from "../infrastructure.ts";
import type { Failure } from "../model.ts";
import { isResolved } from "../store/dependency-list.ts";
import { makeFolder, makeTree, removeTree } from "../trees.ts";
import { shortHash } from "./fingerprint.ts";
import { indexesOf, type Indexes } from "./indexes.ts";
import { inSandboxOf, pip, tryPip, type PipContext } from "./pip.ts";
import { requirementFiles } from "./requirements.ts";
import { WheelFetch, wheelIn } from "./wheel-fetch.ts";

/** The target's own requirements, installed beside the venv. */
export interface Dependencies {
  /** Over the requirement files, what they include, and the environment. */
  hash: string;
  /** Folder for PYTHONPATH. */
  packages: string;
  /** `name==version`, sorted. */
  list: string[];
}

export interface DependenciesInput extends PipContext {
  /** The target's clone. */
  clone: Clone;
  revision: string;
  /** Requirement files by their path in the checkout; those that do not exist there are skipped. */
  requirements: readonly string[];
  environmentId: string;
  /** Folder that keeps what was installed, by hash. */
  store: string;
  /** Root's folder that keeps wheels of indexes once downloaded or built: a folder an environment and its indexes, in it one a requirement. */
  wheels: string;
  /** The list that a hash was resolved to before, here or on another host. */
  resolved?: (hash: string) => string[] | undefined;
  say: (line: string) => void;
}

export type InstalledDependencies = { ok: true; dependencies: Dependencies | undefined } | { ok: false; failure: Failure };

/**
 * Install the requirement files of a revision, once per hash; the second use only reads the list. Resolved as of the revision's
 * commit, if nobody did before; wheels come in a step of their own; the installation has no network.
 * @throws InfrastructureError where the network or the machine is at fault.
 */
export async function installDependencies(input: DependenciesInput): Promise<InstalledDependencies> {
  const { files, problem } = await requirementFiles(input.clone, input.revision, input.requirements);
  if (problem !== undefined) return { ok: false, failure: { stage: "dependencies", message: problem, output: "" } };
  const wanted = input.requirements.filter((path) => files.has(posix.normalize(path)));
  if (wanted.length === 0) return { ok: true, dependencies: undefined };
  const hash = hashOf(input.environmentId, files);
  const kept = join(input.store, hash);
  const known = await readKept(kept, input.steps.account);
  if (known !== undefined) return { ok: true, dependencies: { hash, packages: join(kept, "packages"), list: linesOf(known) } };

  await makeFolder(input.store);
  const temporary = join(input.store, `.${hash}-${randomBytes(4).toString("hex")}`);
  await makeFolder(temporary);
  try {
    const resolved = await resolve(input, hash, wanted, indexesOf(files), join(temporary, "resolution"));
    if (!resolved.ok) return resolved;
    const { list } = resolved;
    const wheels = await fetchWheels(input, list, indexesOf(files), temporary);
    if (!wheels.ok) return wheels;
    const failure = await install(input, wheels.files, join(temporary, "packages"));
    if (failure) return { ok: false, failure };
    for (const name of (await readdir(temporary)).filter((one) => one !== "packages")) await removeTree(join(temporary, name));
    await writeAtomically(join(temporary, "resolved.txt"), `${list.join("\n")}\n`);
    await removeTree(kept);
    await rename(temporary, kept);
    input.say(`dependencies: ${list.length} packages installed`);
    return { ok: true, dependencies: { hash, packages: join(kept, "packages"), list } };
  } finally {
    await removeTree(temporary);
  }
}

function hashOf(environmentId: string, files: Map<string, string>): string {
  const sorted = [...files].sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash("sha256")
    .update(JSON.stringify([environmentId, sorted]))
    .digest("hex")
    .slice(0, 16);
}

/** The list of what is installed already; undefined where nothing is, or where another account installed it. */
async function readKept(folder: string, { uid }: Account): Promise<string | undefined> {
  const packages = await lstat(join(folder, "packages")).catch(() => undefined);
  return packages?.uid === uid ? readFile(join(folder, "resolved.txt"), "utf8").catch(() => undefined) : undefined;
}

type Resolved = { ok: true; list: string[] } | { ok: false; failure: Failure };

const reportSchema = z.object({
  install: z.array(
    z.object({
      metadata: z.object({ name: z.string(), version: z.string() }),
      download_info: z.object({ url: z.string() }),
      is_direct: z.boolean(),
    }),
  ),
});

/** What the requirement files mean: what was found out before, else what an installer would have taken on the day of the commit. */
async function resolve(input: DependenciesInput, hash: string, files: readonly string[], indexes: Indexes, out: string): Promise<Resolved> {
  const known = input.resolved?.(hash);
  if (known) return { ok: true, list: known };
  input.say(`dependencies: resolving ${files.join(", ")}`);
  await makeTree(input.steps.account, out);
  const which = files.flatMap((path) => ["-r", path]);
  const args = ["install", "--dry-run", "--ignore-installed", "--report", "/out/report.json", ...(await asOfCommit(input)), ...which];
  const failure = await tryPip(input, args, { out }, indexes);
  if (failure) return { ok: false, failure };
  const printed = await inSandboxOf(input, ["-c", "print(open('/out/report.json').read())"], { out });
  const list = listOf(printed.stdout);
  if (list?.every(isResolved)) return { ok: true, list: list.sort() };
  const message = "the target's requirements resolve to an invalid package name, version or URL";
  return { ok: false, failure: { stage: "dependencies", message, output: lastLines({ stdout: list?.join("\n") ?? "", stderr: "" }) } };
}

/** A line each of what pip reports; undefined where that cannot be read. */
function listOf(report: string): string[] | undefined {
  try {
    return reportSchema
      .parse(JSON.parse(report))
      .install.map(({ metadata, download_info, is_direct }) =>
        is_direct ? `${metadata.name} @ ${download_info.url}` : `${metadata.name}==${metadata.version}`,
      );
  } catch {
    return undefined;
  }
}

/** A pip that cannot look back resolves as of today: the list is stored, and every host uses the same. */
async function asOfCommit(input: DependenciesInput): Promise<string[]> {
  const help = await pip(input, ["install", "--help"], {});
  if (!help.stdout.includes("--uploaded-prior-to")) return [];
  const committed = await git(input.clone, ["show", "-s", "--format=%ct", input.revision]);
  // pip takes what was uploaded before: the whole day of the commit counts.
  return ["--uploaded-prior-to", new Date((Number(committed) + 86_400) * 1000).toISOString()];
}

type Fetched = { ok: true; files: string[] } | { ok: false; failure: Failure };

/**
 * Downloads or builds the wheels that are not kept yet. Kept are those of indexes, for one environment and these indexes; what a revision
 * brings itself, or refers to directly, is this revision's alone.
 * @param folder root's, of this installation.
 */
async function fetchWheels(input: DependenciesInput, list: readonly string[], indexes: Indexes, folder: string): Promise<Fetched> {
  const own = join(folder, "own");
  const shared = indexes.isLocal ? own : join(input.wheels, shortHash(["wheels 1", input.environmentId, indexes.options]));
  const folderOf = (requirement: string): string =>
    requirement.includes(" @ ") ? join(own, shortHash(requirement)) : join(shared, requirement);
  const isKept = await Promise.all(list.map(async (requirement) => (await wheelIn(folderOf(requirement))) !== undefined));
  const missing = list.filter((_, index) => !isKept[index]);
  if (missing.length > 0) input.say(`dependencies: fetching ${missing.length} of ${list.length} packages`);
  const fetch = new WheelFetch(input, indexes, folder, folderOf);
  const failure = (await fetch.downloaded(missing)) ?? (await fetch.built(missing));
  if (failure) return { ok: false, failure };
  const files = await Promise.all(list.map((requirement) => wheelIn(folderOf(requirement))));
  return { ok: true, files: files.filter((file) => file !== undefined) };
}

async function install(input: DependenciesInput, files: readonly string[], out: string): Promise<Failure | undefined> {
  input.say(`dependencies: installing ${files.length} packages`);
  await makeTree(input.steps.account, out);
  const args = ["install", "--target", "/out", "--no-index", "--no-deps", "--no-warn-script-location", ...files];
  return tryPip(input, args, { out, readOnly: files });
}

function linesOf(text: string): string[] {
  return text.split("\n").filter(Boolean);
}
