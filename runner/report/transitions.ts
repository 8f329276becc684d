import type { Environment, MeasurementContext } from "../model.ts";
import type { Segment } from "../timeline/segment.ts";
import { isOneVersion, versionOf } from "../timeline/workload-version.ts";

/** Returns the main facts of an environment: `Python 3.13.5, gcc 14.2.0, debian 13, AMD EPYC 7B13`. */
export function environmentText(environment: Environment | undefined): string {
  return environment
    ? facts(environment)
        .map(([, , text]) => text)
        .join(", ")
    : "no record of it";
}

/** Returns whether another system measured in an environment: only imported records do not identify the machine. */
export function isImported(environment: Environment | undefined): boolean {
  return environment !== undefined && environment.machine === undefined;
}

/** Relation of older values to present ones: on one line with them, or separate. */
export type LinkState = "linked" | "not yet linked" | "broken" | "other version";

export function linkOf(segment: Segment): LinkState {
  const { status } = segment.link;
  return status === "current" ? "linked" : status;
}

/** Returns the differences between two contexts of a series. Plain text. */
export function transitionText(from: MeasurementContext, to: MeasurementContext, environments: ReadonlyMap<string, Environment>): string {
  const edited = editedText(from, to);
  if (from.environment === to.environment) return edited;
  const before = environments.get(from.environment);
  const after = environments.get(to.environment);
  if (!before || !after) return `environment ${from.environment.slice(0, 8)} → ${to.environment.slice(0, 8)}`;
  const old = new Map(facts(before).map(([fact, value]) => [fact, value]));
  const changed = facts(after).flatMap(([fact, value]) => (old.get(fact) === value ? [] : [`${fact} ${old.get(fact) ?? ""} → ${value}`]));
  const workload = from.workload === to.workload ? [] : [edited];
  return [...(changed.length > 0 ? changed : [hiddenChange(before, after)]), ...workload].join(", ");
}

function editedText(from: MeasurementContext, to: MeasurementContext): string {
  if (isOneVersion(from, to)) return "benchmark edited in the suite";
  return `benchmark version ${versionOf(from.workload)} → ${versionOf(to.workload)}`;
}

/** Returns the difference of environments in a fact that is too long to print. */
function hiddenChange(before: Environment, after: Environment): string {
  if (before.machine !== after.machine) return "another machine";
  if (before.python.buildFlags !== after.python.buildFlags) return "different build flags of Python";
  if (before.python.sha256 !== after.python.sha256) return "different build of Python";
  if (before.tuning?.join() !== after.tuning?.join()) return "different tuning of the machine";
  const move = after.machineShifts?.at(-1);
  if (move && move.since !== before.machineShifts?.at(-1)?.since) return `machine shift: ${move.why}`;
  return `environment ${before.id.slice(0, 8)} → ${after.id.slice(0, 8)}`;
}

/** Returns name, value and text of each fact. */
function facts({ python, compiler, os, cpu }: Environment): [string, string, string][] {
  return [
    ["Python", python.version, `Python ${python.version}`],
    ["compiler", compiler, compiler],
    ["OS", `${os.id} ${os.versionId}`, `${os.id} ${os.versionId}`],
    ["CPU", cpu, cpu],
  ];
}
