import { realpath } from "node:fs/promises";
import { asRoot } from "../system/command.ts";
import { detectEnvironment } from "../system/environment.ts";
import { detectHostFacts, hostFactsHash } from "../system/host-facts.ts";
import { impactHere } from "../queue/timeline-impact-here.ts";
import { activationSpec, compareEnvironments, type ActivationSpec } from "./activation.ts";
import { shortly } from "./failure.ts";
import type { PlannedEffects, TimelineImpact } from "./planned-effects.ts";
import { activeGeneration } from "./generations.ts";
import { interpreterOf } from "./python/prefix.ts";

/** Returns the effect of all planned resources on the timeline. Only reads. */
export async function timelineImpact(spec: unknown, planned: ReadonlyMap<string, PlannedEffects>): Promise<TimelineImpact> {
  const wanted = activationSpec.parse(spec);
  const active = await activeGeneration();
  if (!active) return { next: "first", because: [] };
  const present = active.environment.id;
  const { because, id } = await nextEnvironment(wanted, active, planned);
  if (because.length === 0) return { present, next: "same", id: present, because };
  const another = { present, next: "another" as const, because, ...(id !== undefined && { id }) };
  try {
    const measures = await impactHere(id);
    return measures ? { ...another, measures } : { ...another, unknown: "the suite has not been listed on this host yet" };
  } catch (error) {
    return { ...another, unknown: shortly(error) };
  }
}

/** Returns the facts that differ in the next environment, and its id if everything that determines it is installed. */
async function nextEnvironment(
  wanted: ActivationSpec,
  active: NonNullable<Awaited<ReturnType<typeof activeGeneration>>>,
  planned: ReadonlyMap<string, PlannedEffects>,
): Promise<{ because: string[]; id?: string }> {
  const effects = (name: string) => planned.get(name)?.effects ?? [];
  const toCome = effects("os")
    .filter(({ what }) => what === "operating system")
    .map(changeText);
  const interpreter = await interpreterOf(wanted.venv.python);
  if (interpreter === undefined)
    toCome.push(
      ...effects("python")
        .filter(({ what }) => what === "Python")
        .map(changeText),
    );
  const hasCompiler = (await asRoot({ nothrow: true })`command -v ${wanted.compiler}`).exitCode === 0;
  if (!hasCompiler) toCome.push(`compiler: ${active.environment.compiler} -> ${wanted.compiler}, still to be installed`);
  const programs = [interpreter, hasCompiler ? wanted.compiler : undefined].filter((program) => program !== undefined);
  const owners = (await Promise.all(programs.map(packagesOf))).flat();
  toCome.push(
    ...effects("packages")
      .filter(
        ({ what, is, willBe }) => owners.includes(what.replace(/^package /, "")) && is !== "not installed" && !sameVersion(is, willBe),
      )
      .map(changeText),
  );
  if (interpreter === undefined || !hasCompiler) return { because: toCome };
  const hostFacts = wanted.startsNewEnvironment ? hostFactsHash(await detectHostFacts(interpreter)) : undefined;
  const next = await detectEnvironment(interpreter, wanted.compiler, { hostFacts, machineShifts: wanted.machineShifts });
  const seen = compareEnvironments(active.environment, next).map(
    ({ what, is, shouldBe }) => `${what.replace("environment ", "")}: ${shouldBe} -> ${is}`,
  );
  return toCome.length > 0 ? { because: [...toCome, ...seen] } : { because: seen, id: next.id };
}

/** Returns true if only the hold of a package changes. */
function sameVersion(is: string, willBe: string): boolean {
  return is.replace(/, not held$/, "") === willBe.replace(/, held$/, "");
}

function changeText({ what, is, willBe }: PlannedEffects["effects"][number]): string {
  return `${what}: ${is} -> ${willBe}`;
}

/** Returns the Debian packages of a program's file and of its main library. */
async function packagesOf(program: string): Promise<string[]> {
  const found = (await asRoot({ nothrow: true })`command -v ${program}`).stdout.trim();
  const file = await realpath(found).catch(() => found);
  const owner = (await asRoot({ nothrow: true })`dpkg-query --search ${file}`).stdout.split(":")[0]?.trim() ?? "";
  return owner === "" ? [] : [owner, owner.replace(/-minimal$/, ""), `lib${owner.replace(/-minimal$/, "")}-minimal`];
}
