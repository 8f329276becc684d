import { createHash, randomBytes } from "node:crypto";
import { readFile, rename } from "node:fs/promises";
import { join, posix } from "node:path";
import { writeAtomically } from "./host/atomic.ts";
import type { Account } from "./host/account.ts";
import { as } from "./host/command.ts";
import { runProcess, type ProcessResult } from "./host/process.ts";
import { InfrastructureError } from "./infrastructure-error.ts";
import { lastLines, refuseInfrastructureCause } from "./infrastructure.ts";
import type { Failure } from "./model.ts";
import { makeFolder, makeTree, removeTree } from "./trees.ts";

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
  checkout: string;
  /** Requirement files by their path in the checkout; those that do not exist there are skipped. */
  requirements: readonly string[];
  environmentId: string;
  python: string;
  /** Folder that keeps what was installed, by hash. */
  store: string;
  processEnvironment: Record<string, string>;
  timeoutSeconds: number;
  say: (line: string) => void;
  signal?: AbortSignal;
}

export type InstalledDependencies = { ok: true; dependencies: Dependencies | undefined } | { ok: false; failure: Failure };

/**
 * Install the requirement files of a checkout, once per hash; the second use only reads the list.
 * @throws InfrastructureError where the network or the machine is at fault.
 */
export async function installDependencies(input: DependenciesInput): Promise<InstalledDependencies> {
  const requirements = await readRequirements(input.account, input.checkout, input.requirements);
  const wanted = input.requirements.filter((path) => requirements.has(posix.normalize(path)));
  if (wanted.length === 0) return { ok: true, dependencies: undefined };
  const hash = hashOf(input.environmentId, requirements);
  const kept = join(input.store, hash);
  const known = await readFile(join(kept, "resolved.txt"), "utf8").catch(() => undefined);
  if (known !== undefined) return { ok: true, dependencies: { hash, packages: join(kept, "packages"), list: linesOf(known) } };

  input.say(`dependencies: installing ${wanted.join(", ")}`);
  await makeFolder(input.store);
  const temporary = join(input.store, `.${hash}-${randomBytes(4).toString("hex")}`);
  await makeFolder(temporary);
  try {
    const packages = join(temporary, "packages");
    await makeTree(input.account, packages);
    const files = wanted.flatMap((path) => ["-r", path]);
    const failure = await install(input, ["install", "--target", packages, "--no-warn-script-location", ...files]);
    if (failure) return { ok: false, failure };
    const listed = await pip(input, ["list", "--path", packages, "--format", "freeze"]);
    if (listed.exitCode !== 0) throw new InfrastructureError("pip cannot list what it installed", lastLines(listed));
    const list = linesOf(listed.stdout).sort();
    await writeAtomically(join(temporary, "resolved.txt"), `${list.join("\n")}\n`);
    await removeTree(kept);
    await rename(temporary, kept);
    input.say(`dependencies: ${list.length} packages installed`);
    return { ok: true, dependencies: { hash, packages: join(kept, "packages"), list } };
  } finally {
    await removeTree(temporary);
  }
}

/** Path -> content of the requirement files that exist, and of all they include with -r or -c. */
async function readRequirements(account: Account, checkout: string, requirements: readonly string[]): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  const queue = requirements.map((path) => posix.normalize(path));
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    if (files.has(path)) continue;
    const read = await as(account)({ nothrow: true })`cd ${checkout} && test -f ${path} && cat ${path}`;
    if (read.exitCode !== 0) continue;
    files.set(path, read.stdout);
    const folder = posix.dirname(path);
    for (const [, included] of read.stdout.matchAll(/^\s*(?:-r|-c|--requirement|--constraint)[\s=]*(\S+)/gm)) {
      if (included !== undefined) queue.push(posix.normalize(posix.join(folder, included)));
    }
  }
  return files;
}

function hashOf(environmentId: string, files: Map<string, string>): string {
  const sorted = [...files].sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash("sha256")
    .update(JSON.stringify([environmentId, sorted]))
    .digest("hex")
    .slice(0, 16);
}

function pip(input: DependenciesInput, args: readonly string[]): Promise<ProcessResult> {
  return runProcess([input.python, "-m", "pip", "--no-input", "--disable-pip-version-check", ...args], {
    account: input.account,
    cwd: input.checkout,
    environment: { ...input.processEnvironment, PYTHONHASHSEED: "0" },
    timeoutSeconds: input.timeoutSeconds,
    ...(input.signal && { signal: input.signal }),
  });
}

/** @throws InfrastructureError where trying again may help. */
async function install(input: DependenciesInput, args: readonly string[]): Promise<Failure | undefined> {
  const first = await pip(input, args);
  // An index that does not answer looks to pip like one that has no such package; only its chatter tells them apart.
  const result = foundNothing.test(first.stderr) ? await pip(input, [...args, "-vv"]) : first;
  return result.exitCode === 0 ? undefined : installFailure(result, lastLines(first));
}

const foundNothing = /from versions: none/;
const network =
  /Retrying \(Retry\(|ConnectionError|Failed to establish a new connection|Name or service not known|Temporary failure in name resolution|Could not fetch URL(?!.*\b404 Client Error)|ConnectTimeout|ReadTimeout|Read timed out|ProxyError|SSLError|HTTP error (?:429|5\d\d)/;
const unresolvable =
  /No matching distribution found|Could not find a version that satisfies|ResolutionImpossible|resolution-too-deep|Invalid requirement|invalid-requirement|Could not open requirements file|Could not parse|requires a different Python|subprocess-exited-with-error|metadata-generation-failed|failed-wheel-build|Failed building wheel|is not a valid (?:editable|wheel)|HTTP error 404|do not match the hashes|hash-mismatch|no such option/i;

function installFailure(result: ProcessResult, output: string): Failure {
  refuseInfrastructureCause("installing the target's requirements", result);
  const lines = `${result.stdout}\n${result.stderr}`.split("\n");
  // Looked for first: without a network pip ends with "No matching distribution" too.
  if (lines.some((line) => network.test(line)))
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
