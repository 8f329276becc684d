import { createHash, randomBytes } from "node:crypto";
import { readdir, readFile, rename, stat } from "node:fs/promises";
import { join, posix } from "node:path";
import { z } from "zod";
import { git } from "../git.ts";
import { writeAtomically } from "../host/atomic.ts";
import type { Account } from "../host/account.ts";
import { as } from "../host/command.ts";
import { runProcess, type ProcessResult } from "../host/process.ts";
import { inSandbox, type Limits } from "../host/sandbox.ts";
import { InfrastructureError } from "../infrastructure-error.ts";
import { lastLines, refuseInfrastructureCause } from "../infrastructure.ts";
import type { Failure } from "../model.ts";
import { requirementFiles } from "./requirements.ts";
import { isWheelFor, printTags } from "./wheels.ts";
import { makeFolder, makeTree, removeTree } from "../trees.ts";

/** The target's own requirements, installed beside the venv. */
export interface Dependencies {
  /** Over the requirement files, what they include, and the environment. */
  hash: string;
  /** Folder for PYTHONPATH. */
  packages: string;
  /** `name==version`, sorted. */
  list: string[];
}

export interface DependenciesInput {
  account: Account;
  /** The target's checkout, before anything of it was executed. */
  checkout: string;
  mirror: string;
  revision: string;
  /** Requirement files by their path in the checkout; those that do not exist there are skipped. */
  requirements: readonly string[];
  environmentId: string;
  python: string;
  /** Folders of the interpreter. */
  readOnly: readonly string[];
  /** Folder that keeps what was installed, by hash. */
  store: string;
  /** Folder that keeps every wheel once downloaded or built. */
  wheels: string;
  /** The list that a hash was resolved to before, here or on another host. */
  resolved?: (hash: string) => Promise<string[] | undefined>;
  processEnvironment: Record<string, string>;
  timeoutSeconds: number;
  limits: Limits;
  say: (line: string) => void;
  signal?: AbortSignal;
}

export type InstalledDependencies = { ok: true; dependencies: Dependencies | undefined } | { ok: false; failure: Failure };

/**
 * Install the requirement files of a revision, once per hash; the second use only reads the list. Resolved as of the revision's
 * commit, if nobody did before; wheels come in a step of their own; the installation has no network.
 * @throws InfrastructureError where the network or the machine is at fault.
 */
export async function installDependencies(input: DependenciesInput): Promise<InstalledDependencies> {
  const { account, mirror, revision } = input;
  const files = await requirementFiles({ root: mirror, account }, revision, input.requirements);
  const wanted = input.requirements.filter((path) => files.has(posix.normalize(path)));
  if (wanted.length === 0) return { ok: true, dependencies: undefined };
  const hash = hashOf(input.environmentId, files);
  const kept = join(input.store, hash);
  const known = await readFile(join(kept, "resolved.txt"), "utf8").catch(() => undefined);
  if (known !== undefined) return { ok: true, dependencies: { hash, packages: join(kept, "packages"), list: linesOf(known) } };

  await makeFolder(input.store);
  const temporary = join(input.store, `.${hash}-${randomBytes(4).toString("hex")}`);
  await makeFolder(temporary);
  try {
    const resolved = await resolve(input, hash, wanted, join(temporary, "resolution"));
    if (!resolved.ok) return resolved;
    const { list } = resolved;
    const failure =
      (await fetchWheels(input, list, indexOptions(files), join(temporary, "wheels"))) ??
      (await install(input, list, join(temporary, "packages")));
    if (failure) return { ok: false, failure };
    await removeTree(join(temporary, "resolution"));
    await removeTree(join(temporary, "wheels"));
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

/** Where the requirement files say that packages come from, as arguments. */
function indexOptions(files: ReadonlyMap<string, string>): string[] {
  const option = /^\s*(--(?:index-url|extra-index-url|find-links|no-index|trusted-host|pre)|-i|-f)\b[ \t=]*(\S*)/gm;
  return [...files].flatMap(([path, content]) =>
    [...content.matchAll(option)].flatMap(([, name = "", value = ""]) => {
      const isFolder = (name === "--find-links" || name === "-f") && !value.includes("://");
      return value === "" ? [name] : [name, isFolder ? posix.join("/target", posix.dirname(path), value) : value];
    }),
  );
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
async function resolve(input: DependenciesInput, hash: string, files: readonly string[], out: string): Promise<Resolved> {
  const known = await input.resolved?.(hash);
  if (known) return { ok: true, list: known };
  input.say(`dependencies: resolving ${files.join(", ")}`);
  await makeTree(input.account, out);
  const which = files.flatMap((path) => ["-r", path]);
  const args = ["install", "--dry-run", "--ignore-installed", "--report", "/out/report.json", ...(await asOfCommit(input)), ...which];
  const failure = await tryPip(input, args, { out, network: true });
  if (failure) return { ok: false, failure };
  const report = reportSchema.parse(JSON.parse((await as(input.account)`cat ${join(out, "report.json")}`).stdout));
  const list = report.install.map(({ metadata, download_info, is_direct }) =>
    is_direct ? `${metadata.name} @ ${download_info.url}` : `${metadata.name}==${metadata.version}`,
  );
  return { ok: true, list: list.sort() };
}

/** A pip that cannot look back resolves as of today: the list is stored, and every host uses the same. */
async function asOfCommit(input: DependenciesInput): Promise<string[]> {
  const help = await pip(input, ["install", "--help"], { network: false });
  if (!help.stdout.includes("--uploaded-prior-to")) return [];
  const committed = await git({ root: input.mirror, account: input.account }, ["show", "-s", "--format=%ct", input.revision]);
  // pip takes what was uploaded before: the whole day of the commit counts.
  return ["--uploaded-prior-to", new Date((Number(committed) + 86_400) * 1000).toISOString()];
}

/** Download or build the wheels that are not kept yet for this interpreter: another one had its own. */
async function fetchWheels(
  input: DependenciesInput,
  list: readonly string[],
  options: readonly string[],
  out: string,
): Promise<Failure | undefined> {
  const { account, wheels } = input;
  if (!(await stat(wheels).catch(() => undefined))) await makeTree(account, wheels);
  const kept = await readdir(wheels);
  const tags = new Set(linesOf((await inSandboxOf(input, ["-c", printTags], { network: false })).stdout));
  const missing = list.filter((requirement) => !kept.some((file) => isWheelFor(requirement, file, tags)));
  if (missing.length === 0) return undefined;
  input.say(`dependencies: fetching ${missing.length} of ${list.length} packages`);
  await makeTree(account, out);
  const failure = await tryPip(input, ["wheel", "--no-deps", "--wheel-dir", "/out", ...options, ...missing], {
    out,
    network: true,
  });
  if (failure) return failure;
  // A package's own build could have left others here: only what was asked for is kept, and nothing is replaced.
  const made = (await as(account)`ls ${out}`).stdout
    .split("\n")
    .filter((file) => missing.some((requirement) => isWheelFor(requirement, file, tags)));
  for (const file of made) await as(account)`mv -n -- ${join(out, file)} ${join(wheels, file)}`;
  return undefined;
}

async function install(input: DependenciesInput, list: readonly string[], out: string): Promise<Failure | undefined> {
  input.say(`dependencies: installing ${list.length} packages`);
  await makeTree(input.account, out);
  const offline = ["--no-index", "--find-links", input.wheels, "--no-deps", "--no-warn-script-location"];
  const pins = list.map((requirement) => requirement.split(" @ ")[0] ?? requirement);
  return tryPip(input, ["install", "--target", "/out", ...offline, ...pins], { out, network: false });
}

interface How {
  out?: string;
  network: boolean;
}

function pip(input: DependenciesInput, args: readonly string[], how: How): Promise<ProcessResult> {
  return inSandboxOf(input, ["-m", "pip", "--no-input", "--disable-pip-version-check", "--no-cache-dir", ...args], how);
}

/** The interpreter, isolated: a folder `pip` of the checkout is not what is meant. */
function inSandboxOf(input: DependenciesInput, args: readonly string[], { out, network }: How): Promise<ProcessResult> {
  const { checkout, wheels, readOnly, store, limits, signal } = input;
  const mounts = [
    { from: checkout, at: "/target", writable: false },
    ...(out === undefined ? [] : [{ from: out, at: "/out", writable: true }]),
  ];
  const seen = [...readOnly, ...(network ? [] : [wheels])];
  return runProcess(inSandbox({ readOnly: seen, mounts, cwd: "/target", network, limits }, [input.python, "-I", ...args]), {
    account: input.account,
    cwd: "/",
    environment: { ...input.processEnvironment, PYTHONHASHSEED: "0" },
    timeoutSeconds: input.timeoutSeconds,
    disk: { folder: store, limitBytes: limits.diskBytes },
    ...(signal && { signal }),
  });
}

/** @throws InfrastructureError where trying again may help. */
async function tryPip(
  input: DependenciesInput,
  args: readonly string[],
  how: { out: string; network: boolean },
): Promise<Failure | undefined> {
  const first = await pip(input, [...args, "--quiet"], how);
  // An index that does not answer looks to pip like one that has no such package; only its chatter tells them apart.
  const result = foundNothing.test(first.stderr) && how.network ? await pip(input, [...args, "-vv"], how) : first;
  return result.exitCode === 0 ? undefined : installFailure(result, lastLines(first));
}

const foundNothing = /from versions: none/;
const networkFailure =
  /Retrying \(Retry\(|ConnectionError|Failed to establish a new connection|Name or service not known|Temporary failure in name resolution|Could not fetch URL(?!.*\b404 Client Error)|ConnectTimeout|ReadTimeout|Read timed out|ProxyError|SSLError|HTTP error (?:429|5\d\d)/;
const unresolvable =
  /No matching distribution found|Could not find a version that satisfies|ResolutionImpossible|resolution-too-deep|Invalid requirement|invalid-requirement|Could not open requirements file|Could not parse|requires a different Python|subprocess-exited-with-error|metadata-generation-failed|failed-wheel-build|Failed building wheel|is not a valid (?:editable|wheel)|HTTP error 404|do not match the hashes|hash-mismatch|no such option/i;

function installFailure(result: ProcessResult, output: string): Failure {
  refuseInfrastructureCause("installing the target's requirements", result);
  const lines = `${result.stdout}\n${result.stderr}`.split("\n");
  // Looked for first: without a network pip ends with "No matching distribution" too.
  if (lines.some((line) => networkFailure.test(line)))
    throw new InfrastructureError("the network failed while pip installed the target's requirements", output);
  const reasons = lines.filter((line) => unresolvable.test(line));
  const reason = reasons.find((line) => line.startsWith("ERROR:")) ?? reasons[0];
  if (reason !== undefined)
    return {
      stage: "dependencies",
      message: `the target's requirements cannot be installed: ${reason.replace(/^\s*(?:ERROR|error|×)[:\s]*/, "")}`,
      output,
    };
  if (result.killed === "time limit") throw new InfrastructureError("pip did not finish within the time limit", output);
  throw new InfrastructureError("pip failed for a reason that is not known to be the target's", output);
}

function linesOf(text: string): string[] {
  return text.split("\n").filter(Boolean);
}
