import { commandLine } from "../../config/command-line.ts";
import { byName, recordByName } from "../../config/by-name.ts";
import { lstat, mkdir, readFile, realpath, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import * as z from "zod";
import { paths, sandboxAccount } from "../../config/paths.ts";
import { UserError } from "../../config/user-error.ts";
import { accountOf, type Account } from "../system/account.ts";
import { writeAtomically } from "../system/atomic.ts";
import { endStrays } from "../system/strays.ts";
import { lastLines } from "../system/infrastructure.ts";
import { makeTree, removeTree } from "../system/trees.ts";
import { effectsOf, plannedEffects, type Effect, type PlannedEffects } from "./planned-effects.ts";
import { homesOf, installing, resolve } from "./resolution.ts";
import type { Difference } from "./difference.ts";
import { hashOf, type ResourceType, type Observed } from "./resource-type.ts";
import { pythonSpec } from "./python/choice.ts";
import { interpreterOf } from "./python/prefix.ts";
import { seal } from "./seal.ts";
import { normalizedName } from "../text/package-name.ts";
import { packagesIn } from "./venv-packages.ts";
import { readJsonFile } from "../system/json-file.ts";
import { sha256Of } from "../text/sha256.ts";

export const venvSpec = z.strictObject({
  python: pythonSpec,
  /** `name==version` each. */
  requirements: z.array(z.string()),
});
export type VenvSpec = z.infer<typeof venvSpec>;

/** A virtual environment in a prefix named after interpreter and requirements. The venv in use is never changed. */
export const venv: ResourceType<VenvSpec> = {
  spec: venvSpec,
  async check(spec, { observed }) {
    const prefix = await venvPrefix(spec);
    if (prefix === undefined) return [{ what: `Python ${spec.python.version}`, is: "missing", shouldBe: "installed" }];
    const present = await installedIn(prefix);
    if (!present) return [(await isFinished(prefix)) ? notRunning(prefix) : { what: "venv", is: "missing", shouldBe: prefix }];
    const recorded = observed["prefix"] === prefix ? observed : await readRecord(prefix);
    return comparePackages(present, declaredVersions(spec, recorded));
  },

  async apply(spec, { log }) {
    const interpreter = await interpreterOf(spec.python);
    const prefix = await venvPrefix(spec);
    if (interpreter === undefined || prefix === undefined)
      throw new UserError(`Python ${spec.python.version} is missing`, `run \`${commandLine("up")}\`: it installs Python before the venv`);
    if (await isComplete(spec, prefix)) return;
    log(`creating ${prefix} with ${spec.requirements.length} requirements`);
    await install(spec, interpreter, prefix);
  },

  async observe(spec) {
    const prefix = await venvPrefix(spec);
    if (prefix === undefined) return {};
    return { prefix, ...(await installedIn(prefix)) };
  },

  async plan(spec, { differences }) {
    const prefix = await venvPrefix(spec);
    const isNew = prefix === undefined || (await installedIn(prefix)) === undefined;
    return isNew ? planNew(spec, prefix) : plannedEffects({ effects: effectsOf(differences) });
  },
};

/** Rough duration of creating a venv, and of installing one package in it. */
const secondsOfVenv = 10;
const secondsOfPackage = 3;
/** Size of a venv with pip and the usual requirements. */
const venvBytes = 3e8;

/** Plans a new venv: changes of packages from the venv in use to its replacement. */
async function planNew(spec: VenvSpec, prefix: string | undefined): Promise<PlannedEffects> {
  const before = (await installedIn(await realpath(paths.venv).catch(() => ""))) ?? byName<string>();
  const made: Effect = { what: "venv", is: "missing", willBe: prefix ?? "created with the Python that `up` installs" };
  const cost = { disk: { [paths.venvs]: venvBytes }, seconds: secondsOfVenv + secondsOfPackage * spec.requirements.length };
  const resolved = await resolve(spec, prefix === undefined ? undefined : await interpreterOf(spec.python));
  if ("problem" in resolved) {
    const effects = [made, ...pinned(spec).flatMap(([name, version]) => changeOf(name, before[name], version))];
    return plannedEffects({ ...cost, effects, unknown: [`dependencies of the requirements: ${resolved.problem}`] });
  }
  const names = [...new Set([...Object.keys(before), ...Object.keys(resolved.versions)])].filter((name) => name !== "pip").sort();
  return plannedEffects({ ...cost, effects: [made, ...names.flatMap((name) => changeOf(name, before[name], resolved.versions[name]))] });
}

function changeOf(name: string, is: string | undefined, willBe: string | undefined): Effect[] {
  return is === willBe ? [] : [{ what: `venv package ${name}`, is: is ?? "not installed", willBe: willBe ?? "not installed" }];
}

/** Returns the prefix of the venv of this spec; undefined without an interpreter. */
export async function venvPrefix({ python, requirements }: VenvSpec): Promise<string | undefined> {
  const interpreter = await interpreterOf(python);
  const binary = interpreter && (await realpath(interpreter).catch(() => undefined));
  if (binary === undefined) return undefined;
  const sha256 = sha256Of(await readFile(binary));
  return join(paths.venvs, hashOf({ made: "sealed", binary, sha256, requirements: [...requirements].sort() }).slice(0, 8));
}

/**
 * Returns true if a venv was completely installed and sealed. Nothing in it is run before. A package can write everything that the account of
 * measured code can, so the record must belong to root, and the venv's interpreter must be the one outside of it.
 */
export async function isFinished(prefix: string): Promise<boolean> {
  const record = await lstat(recordPath(prefix)).catch(() => undefined);
  if (!record?.isFile() || record.uid !== process.getuid?.()) return false;
  const interpreter = await realpath(join(prefix, "bin/python")).catch(() => undefined);
  return interpreter !== undefined && !interpreter.startsWith(`${prefix}/`);
}

function recordPath(prefix: string): string {
  return join(prefix, "evenkeel.complete");
}

/** Returns the difference for a venv that cannot be used, for instance because the account of measured code may not read it. */
function notRunning(prefix: string): Difference {
  return { what: join(prefix, "bin/python"), is: `does not run as ${sandboxAccount}`, shouldBe: "runs" };
}

/** Returns package -> version with normalised names; undefined without a finished venv that runs. */
async function installedIn(prefix: string): Promise<Observed | undefined> {
  return (await isFinished(prefix)) ? packagesIn(prefix) : undefined;
}

/**
 * Returns the expected version of each package: the recorded one, or else the declared pin. The record has precedence, since pip
 * may normalise a version: 1.17 becomes 1.17.0.
 */
function declaredVersions({ requirements }: VenvSpec, recorded: Observed): Observed {
  const { prefix: _prefix, ...came } = recorded;
  return byName([...pinned({ requirements }), ...Object.entries(came)]);
}

/** Package and version of each requirement. */
function pinned({ requirements }: Pick<VenvSpec, "requirements">): [string, string][] {
  return requirements.map((requirement) => {
    const [name = "", version = ""] = requirement.split("==");
    return [normalizedName(name), version];
  });
}

function comparePackages(present: Observed, declared: Observed): Difference[] {
  const wasRecorded = Object.keys(declared).includes("pip");
  const differences: Difference[] = [];
  for (const [name, version] of Object.entries(declared)) {
    const is = present[name];
    if (is !== version) differences.push({ what: `venv package ${name}`, is: is ?? "not installed", shouldBe: version });
  }
  if (!wasRecorded) return differences;
  for (const [name, version] of Object.entries(present)) {
    if (declared[name] === undefined) differences.push({ what: `venv package ${name}`, is: version, shouldBe: "not installed" });
  }
  return differences;
}

async function isComplete(spec: VenvSpec, prefix: string): Promise<boolean> {
  const present = await installedIn(prefix);
  return present !== undefined && comparePackages(present, declaredVersions(spec, await readRecord(prefix))).length === 0;
}

/** Returns the packages that were installed when the venv was created; empty if unknown. */
async function readRecord(prefix: string): Promise<Observed> {
  return (await readJsonFile(recordPath(prefix), recordByName(z.string(), z.string()))) ?? byName();
}

/**
 * Installs a venv as the account of measured code, in a sandbox, since installing runs foreign code. Root owns it afterwards, so that measured
 * code cannot change it.
 */
async function install(spec: VenvSpec, interpreter: string, prefix: string): Promise<void> {
  const account = await accountOf(sandboxAccount);
  // The installer of a killed `up` would continue in the new folder.
  await endStrays(account);
  const python = join(prefix, "bin/python");
  await removeTree(prefix);
  await mkdir(dirname(prefix), { recursive: true });
  await makeTree(account, prefix);
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", "--no-cache-dir"];
  const target = { account, interpreter, prefix };
  const fixPython = `check that ${sandboxAccount} may read ${interpreter} and enter ${dirname(prefix)}, and that the disk has space`;
  await runInstaller("venv", [interpreter, "-m", "venv", prefix], target, fixPython);
  const fixRequirements = "correct `python.requirements`, or check that the host reaches the package index";
  if (spec.requirements.length > 0) await runInstaller("pip install", [python, ...pip, ...spec.requirements], target, fixRequirements);
  const binary = await realpath(interpreter);
  await rm(recordPath(prefix), { recursive: true, force: true });
  await seal(prefix, [binary]);
  if ((await realpath(python)) !== binary)
    throw new UserError(
      "a package replaced the interpreter of the venv",
      `remove it from \`python.requirements\`, then run \`${commandLine("up")}\` again`,
    );
  await writeAtomically(recordPath(prefix), "{}\n");
  const record = { prefix, ...(await installedIn(prefix)) };
  await writeAtomically(recordPath(prefix), `${JSON.stringify(record, null, 2)}\n`);
}

async function runInstaller(
  what: string,
  command: readonly string[],
  { account, interpreter, prefix }: { account: Account; interpreter: string; prefix: string },
  remedy: string,
): Promise<void> {
  const mounts = [{ from: prefix, at: prefix, writable: true }];
  const done = await installing(account, command, { readOnly: await homesOf([interpreter]), mounts, timeoutSeconds: 1800 });
  if (done.exitCode === 0 && !done.killed) return;
  const why = done.killed ? `it was stopped at the ${done.killed}` : lastLines(done).split("\n").slice(-15).join("\n");
  throw new UserError(`${what} failed:\n${why}`, `${remedy}; then run \`${commandLine("up")}\` again`);
}
