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
  /** Content of the bundle that cron shall run. */
  bundle: z.string(),
  venv: venvSpec,
  compiler: z.string(),
  /** Hash of the host facts that are taken over where they changed. */
  acceptedFacts: z.string().optional(),
  /** True if other host facts make another environment. */
  startsNewEnvironment: z.boolean(),
  /** When the machine itself became another, oldest first. */
  machineShifts: z.array(machineShiftSchema.strict()),
});
export type ActivationSpec = z.infer<typeof activationSpec>;

/** What leads to the active generation, whichever it is: made once. */
const constantLinks: readonly [string, string][] = [
  [paths.venv, join(paths.active, "venv")],
  [paths.current, join(paths.active, "bundle")],
  [paths.command, join(paths.current, "evenkeel")],
];

/** The one step that changes what the schedule uses: a generation of bundle, venv and environment record, and the one link to it. */
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

/** Returns the reason that applying would be refused, where the venv that decides it is here already. */
async function refusalAhead(wanted: ActivationSpec): Promise<string[]> {
  const prefix = await venvPrefix(wanted.venv);
  // The interpreter of a venv that is not finished may be what a package put in its place.
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
      `run \`${commandLine("up")}\`: it installs Python before it activates it`,
    );
  return prefix;
}

async function checkCompiler(compiler: string): Promise<Difference[]> {
  if ((await asRoot({ nothrow: true })`command -v ${compiler}`).exitCode === 0) return [];
  const hint = "add its package to `packages:`, or write another command under measure.compiler";
  return [{ what: `compiler ${compiler}`, is: "missing", shouldBe: "installed", hint }];
}

/** Whether the machine is what was recorded when it was activated. */
async function checkFacts(wanted: ActivationSpec): Promise<Difference[]> {
  const active = await activeGeneration();
  const { environment, hostFacts } = await factsOf(wanted, active?.hostFacts);
  if (!active) return [{ what: paths.environment, is: "missing or unreadable", shouldBe: `environment ${environment.id}` }];
  return [...compareEnvironments(active.environment, environment), ...compareHostFacts(active.hostFacts, hostFacts)];
}

/**
 * What this machine is now, with the wanted venv.
 * @param accepted host facts that the environment is to be made of, where they make one; those of now if not given.
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

/** A difference for each fact that differs; the id, which follows from them, only where no fact does. */
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

/** A difference for each host fact that changed; what to do about them all comes with the last. */
export function compareHostFacts(accepted: HostFacts, now: HostFacts): Difference[] {
  const differences = differencesOf("host fact", flatten(accepted), flatten(now));
  const last = differences.pop();
  return last ? [...differences, { ...last, hint: takeOver(now) }] : [];
}

function takeOver(hostFacts: HostFacts): string {
  return `if it is meant to be so, write \`environment.acceptedFacts: "${hostFactsHash(hostFacts)}"\`, and \`environment.startsNewEnvironment: true\` to have it bridged as a transition; then run \`${commandLine("up")}\``;
}

/** @throws UserError where a host fact changed. One that only one of the two has is news of this program, not of the machine. */
function refuseOther(accepted: HostFacts, now: HostFacts): void {
  const changed = Object.keys(accepted).filter((name) => now[name] !== undefined && now[name] !== accepted[name]);
  if (changed.length === 0) return;
  const lines = changed.map((name) => `  ${name}: was ${accepted[name]}, is ${now[name]}`);
  throw new UserError(`host facts of this machine changed, and nothing declares it:\n${lines.join("\n")}`, takeOver(now));
}
