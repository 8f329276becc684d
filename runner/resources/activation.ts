import { commandLine } from "../../config/command-line.ts";
import { readlink } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { paths } from "../../config/paths.ts";
import { UserError } from "../../config/user-error.ts";
import { linkAtomically } from "../system/atomic.ts";
import { asRoot } from "../system/command.ts";
import { detectEnvironment } from "../system/environment.ts";
import { detectHostFacts, hostFactsHash } from "../system/host-facts.ts";
import { machineShiftSchema } from "../formats/environment.ts";
import type { Environment, HostFacts } from "../model.ts";
import { bundleFolder, installedProgram } from "./bundle.ts";
import { renewCode } from "./compiled-code.ts";
import { effectsOf, plannedEffects } from "./planned-effects.ts";
import { acceptedFacts, activate, activeGeneration, readGenerations } from "./generations.ts";
import type { Difference } from "./difference.ts";
import type { ResourceType } from "./resource-type.ts";
import { isFinished, venvPrefix, venvSpec } from "./venv.ts";
import { differingKeys, flatten } from "../../config/flatten.ts";

export const activationSpec = z.strictObject({
  /** SHA-256 of the bundle that cron runs. */
  bundle: z.string(),
  venv: venvSpec,
  compiler: z.string(),
  /** Hash of the host facts that the operator accepts after a change. */
  acceptedFacts: z.string().optional(),
  /** True if a change of host facts starts a new environment. */
  startsNewEnvironment: z.boolean(),
  /** Times at which the machine itself changed, oldest first. */
  machineShifts: z.array(machineShiftSchema.strict()),
});
export type ActivationSpec = z.infer<typeof activationSpec>;

/** Links through the active generation. They are created once and never change. */
const constantLinks: readonly [string, string][] = [
  [paths.venv, join(paths.active, "venv")],
  [paths.current, join(paths.active, "bundle")],
  [paths.command, join(paths.current, "evenkeel")],
];

/** The only step that changes what the schedule uses. It writes a generation (bundle, venv, environment record) and moves one link to it. */
export const activation: ResourceType<ActivationSpec> = {
  spec: activationSpec,
  async check(wanted) {
    const differences = [...(await checkLinks(wanted)), ...(await checkCompiler(wanted.compiler))];
    return differences.length > 0 ? differences : checkFacts(wanted);
  },

  async apply(wanted) {
    const [missing] = await checkCompiler(wanted.compiler);
    if (missing?.hint) throw new UserError(`${missing.what} is missing on this host`, missing.hint);
    const venv = await prefixOf(wanted);
    const { environment, hostFacts } = await factsOf(wanted);
    const accepted = acceptedFacts(environment, await readGenerations());
    if (accepted && wanted.acceptedFacts !== hostFactsHash(hostFacts)) refuseOther(accepted, hostFacts);
    await activate({ bundle: bundleFolder(wanted.bundle), venv, environment, hostFacts });
    for (const [link, target] of constantLinks) {
      if ((await readlink(link).catch(() => undefined)) !== target) await linkAtomically(target, link);
    }
    await renewCode(installedProgram(wanted.bundle));
  },

  async plan(wanted, { differences }) {
    return plannedEffects({ effects: effectsOf(differences), obstacles: await refusalAhead(wanted) });
  },

  async observe(wanted) {
    const { environment, hostFacts } = await factsOf(wanted);
    const { id, ...facts } = environment;
    const named = Object.entries(hostFacts).map(([name, value]): [string, string] => [`host fact ${name}`, value]);
    return { ...Object.fromEntries([...flatten(facts), ...named]), environment: id, hostFacts: hostFactsHash(hostFacts) };
  },
};

/** Returns the reason that `apply` would fail; empty if it would succeed, or if the venv is not installed yet. */
async function refusalAhead(wanted: ActivationSpec): Promise<string[]> {
  const prefix = await venvPrefix(wanted.venv);
  // In an unfinished venv, a package may have replaced the interpreter.
  if (prefix === undefined || !(await isFinished(prefix)) || (await checkCompiler(wanted.compiler)).length > 0) return [];
  try {
    const { environment, hostFacts } = await factsOf(wanted);
    const accepted = acceptedFacts(environment, await readGenerations());
    if (accepted && wanted.acceptedFacts !== hostFactsHash(hostFacts)) refuseOther(accepted, hostFacts);
    return [];
  } catch (error) {
    return error instanceof UserError ? [`${error.message}\n  ${error.hint}`] : [];
  }
}

async function checkLinks(wanted: ActivationSpec): Promise<Difference[]> {
  const links: [string, string][] = [
    [join(paths.active, "venv"), await prefixOf(wanted)],
    [join(paths.active, "bundle"), bundleFolder(wanted.bundle)],
    ...constantLinks,
  ];
  const differences: Difference[] = [];
  for (const [link, target] of links) {
    const is = await readlink(link).catch(() => "missing");
    if (is !== target) differences.push({ what: link, is, shouldBe: target });
  }
  return differences;
}

async function prefixOf(wanted: ActivationSpec): Promise<string> {
  const prefix = await venvPrefix(wanted.venv);
  if (prefix === undefined)
    throw new UserError(
      `Python ${wanted.venv.python.version} is missing`,
      `run \`${commandLine("up")}\`: it installs Python before the activation`,
    );
  return prefix;
}

async function checkCompiler(compiler: string): Promise<Difference[]> {
  if ((await asRoot({ nothrow: true })`command -v ${compiler}`).exitCode === 0) return [];
  const hint = "add its package to `packages:`, or set measure.compiler to another command";
  return [{ what: `compiler ${compiler}`, is: "missing", shouldBe: "installed", hint }];
}

/** Compares the machine with the facts that the last activation recorded. */
async function checkFacts(wanted: ActivationSpec): Promise<Difference[]> {
  const active = await activeGeneration();
  const { environment, hostFacts } = await factsOf(wanted, active?.hostFacts);
  if (!active) return [{ what: paths.environment, is: "missing or unreadable", shouldBe: `environment ${environment.id}` }];
  return [...compareEnvironments(active.environment, environment), ...compareHostFacts(active.hostFacts, hostFacts)];
}

/**
 * Detects the present environment and host facts of this machine, with the wanted venv.
 * @param accepted host facts that enter the environment if `startsNewEnvironment` is set; by default, the present ones.
 */
async function factsOf(wanted: ActivationSpec, accepted?: HostFacts): Promise<{ environment: Environment; hostFacts: HostFacts }> {
  const python = join(await prefixOf(wanted), "bin/python");
  const hostFacts = await detectHostFacts(python);
  const environment = await detectEnvironment(python, wanted.compiler, {
    hostFacts: wanted.startsNewEnvironment ? hostFactsHash(accepted ?? hostFacts) : undefined,
    machineShifts: wanted.machineShifts,
  });
  return { environment, hostFacts };
}

/** Returns a difference for each fact that differs. The id follows from the facts, so it is listed only if no fact differs. */
export function compareEnvironments(recorded: Environment, now: Environment): Difference[] {
  const differences = differencesOf("environment", flatten(recorded), flatten(now));
  const facts = differences.filter(({ what }) => what !== "environment id");
  return facts.length > 0 ? facts : differences;
}

function differencesOf(thing: string, was: ReadonlyMap<string, string>, is: ReadonlyMap<string, string>): Difference[] {
  return differingKeys(was, is).map((key) => ({
    what: `${thing} ${key}`,
    is: is.get(key) ?? "not set",
    shouldBe: was.get(key) ?? "not set",
  }));
}

/** Returns a difference for each host fact that changed. The last one has the hint for all of them. */
export function compareHostFacts(accepted: HostFacts, now: HostFacts): Difference[] {
  const differences = differencesOf("host fact", flatten(accepted), flatten(now));
  const last = differences.pop();
  return last ? [...differences, { ...last, hint: takeOver(now) }] : [];
}

function takeOver(hostFacts: HostFacts): string {
  return `if the change is intended, write \`environment.acceptedFacts: "${hostFactsHash(hostFacts)}"\`, and \`environment.startsNewEnvironment: true\` to bridge it as a transition; then run \`${commandLine("up")}\``;
}

/** @throws UserError if a host fact changed. A fact that only one side has is a change of this program, not of the machine. */
function refuseOther(accepted: HostFacts, now: HostFacts): void {
  const changed = Object.keys(accepted).filter((name) => now[name] !== undefined && now[name] !== accepted[name]);
  if (changed.length === 0) return;
  const lines = changed.map((name) => `  ${name}: was ${accepted[name]}, is ${now[name]}`);
  throw new UserError(`host facts of this machine changed without a declaration:\n${lines.join("\n")}`, takeOver(now));
}
