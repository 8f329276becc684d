import * as z from "zod";
import { disksOf, type Effect, type PlannedEffects, type TimelineImpact } from "../../runner/resources/planned-effects.ts";
import type { Difference } from "../../runner/resources/difference.ts";
import type { HostReport } from "./host-report.ts";
import type { ConfigurationChange } from "./configuration.ts";
import { isDefault } from "./defaults.ts";
import { counted, roughDurationText } from "../../runner/text/quantities.ts";

/** All that a maintainer is told before a machine is touched. */
export interface Review {
  hosts: HostSection[];
}

/** One host of a review. */
export interface HostSection {
  host: string;
  /**
   * `new`: nothing of ours was applied. `broken`: it was, and nothing of ours runs there any more. `measuring`: nothing was looked at
   * live. `unseen`: it was not asked for. `removed`: the configuration names it no more.
   */
  state: "seen" | "new" | "broken" | "measuring" | "unseen" | "skipped" | "removed";
  /** What measures, where the state is `measuring`. */
  measuring?: string;
  /** Its work and the expected end, where they are known. */
  work?: string;
  drift: { resource: string; differences: Difference[] }[];
  configuration: ConfigurationChange[];
  /** Sentences about settings that do nothing; no reason not to apply. */
  warnings: string[];
  /** What is not to be seen in the configuration, such as a new version of this program. */
  program?: Effect;
  effects: { resource: string; effects: Effect[] }[];
  /** What a new host runs. */
  os?: string;
  /** Packages that stay held at their versions; undefined where nothing was looked at. */
  held?: number;
  disk: { path: string; needed: number; free: number }[];
  impact?: TimelineImpact;
  /** From the start of `up` to the end of what it applies. Seconds, roughly; 0 where nothing is to be done. */
  heldSeconds: number;
  unknown: string[];
  obstacles: string[];
}

/** What is known of one host. */
export interface Known {
  host: string;
  /** What Pulumi's state has of it: the configuration that was applied last. Undefined for a new host. */
  applied?: unknown;
  /** The present configuration of it; undefined where it is removed. */
  declared?: unknown;
  changes: readonly ConfigurationChange[];
  warnings?: readonly string[];
  /** What the program saw; undefined where it was not asked, or could not look. */
  report?: HostReport | undefined;
}

/** Apart from what a resource type plans: a connection, a check before, a check after. Seconds. */
const secondsOfResource = 1;

export function reviewOf(known: readonly Known[]): Review {
  return { hosts: known.map(sectionOf) };
}

function sectionOf({ host, changes, warnings = [], declared, report }: Known): HostSection {
  const review = report?.review;
  const planned = Object.entries(review?.planned ?? {});
  const sum = (of: (effects: PlannedEffects) => string[]) => [...new Set(planned.flatMap(([, effects]) => of(effects)))];
  const seconds = planned.reduce((total, [, effects]) => total + effects.seconds + secondsOfResource, 0);
  const [program, effects] = splitProgram(planned);
  return {
    host,
    state: stateOf(declared, report),
    ...(report?.measuring !== undefined && { measuring: report.measuring }),
    ...(report?.work !== undefined && { work: report.work }),
    drift: Object.entries(review?.drift ?? {}).map(([resource, differences]) => ({ resource, differences })),
    configuration: [...changes],
    warnings: [...warnings],
    ...(program && { program }),
    effects: report?.bare ? [{ resource: "packages", effects: installations(report.bare.packages, declared) }] : effects,
    ...(report?.bare && { os: report.bare.os }),
    ...(review && { held: review.held }),
    disk: disksOf(
      planned.map(([, effects]) => effects),
      review?.free ?? {},
    ),
    ...(review && { impact: review.impact }),
    heldSeconds: seconds,
    unknown: [...sum(({ unknown }) => unknown), ...(report?.preflight?.notes ?? [])],
    obstacles: report?.preflight?.obstacles ?? [],
  };
}

const packagesSchema = z.object({ packages: z.array(z.string()) });

/** Packages that come to a new host: those that the configuration does not name come along. */
function installations(lines: readonly string[], declared: unknown): Effect[] {
  const named = new Set(packagesSchema.safeParse(declared).data?.packages.map((name) => `package ${name}`));
  return lines.flatMap(installation).map((effect) => (named.has(effect.what) ? effect : { ...effect, comesAlong: true }));
}

/** By apt's line, or by the name of a package whose version is not known yet. */
function installation(line: string): Effect[] {
  const [, name, version = ""] = /^(?:Inst|Open) (\S+)(?: (?:\[\S+\] )?\((\S+))?/.exec(line) ?? [];
  return name === undefined ? [] : [{ what: `package ${name}`, is: "not installed", willBe: version || "known after apt-get update" }];
}

function stateOf(declared: unknown, report: HostReport | undefined): HostSection["state"] {
  if (declared === undefined) return "removed";
  if (!report) return "unseen";
  if (report.skipped) return "skipped";
  if (report.bare) return report.bare.provisioned ? "broken" : "new";
  return report.measuring === undefined ? "seen" : "measuring";
}

function isProgram(resource: string, { what }: Effect): boolean {
  return resource === "bundle" || what.includes("/bundle");
}

/** A new version of this program is one effect, wherever it shows: the one that names the old version, where there is an old one. */
function splitProgram(planned: readonly [string, PlannedEffects][]): [Effect | undefined, { resource: string; effects: Effect[] }[]] {
  const all = planned.flatMap(([resource, { effects }]) => effects.map((effect) => ({ resource, effect })));
  const others = planned.map(([resource, { effects }]) => ({ resource, effects: effects.filter((one) => !isProgram(resource, one)) }));
  const programs = all.filter(({ resource, effect }) => isProgram(resource, effect)).map(({ effect }) => effect);
  return [programs.find(({ is }) => is !== "missing") ?? programs[0], others.filter(({ effects }) => effects.length > 0)];
}

/** Whether applying would do anything on a host. */
export function isToDo({ state, drift, configuration, program, effects }: HostSection): boolean {
  if (state === "skipped" || state === "measuring" || state === "unseen") return configuration.length > 0;
  if (state !== "seen") return true;
  return configuration.length + drift.length + effects.length > 0 || program !== undefined;
}

/** The whole in a line: `3 changes; another environment; about 5 h of bridging; schedule held about 40 min`. */
export function verdictOf(section: HostSection): string {
  const { state, drift, configuration, warnings, program, impact, obstacles, heldSeconds, measuring } = section;
  if (state === "skipped") return "skipped: neither looked at nor changed";
  if (state === "removed") return "named no more: its schedule is removed, all its data stays";
  const drifted = drift.reduce((count, { differences }) => count + differences.length, 0);
  const changes = state === "new" ? configuration.filter((one) => !isDefault(one)) : configuration;
  const parts = [
    ...(obstacles.length > 0 ? [`up would fail: ${counted(obstacles.length, "obstacle")}`] : []),
    ...(state === "new" ? ["a new host: everything is applied"] : []),
    ...(state === "broken" ? ["Node is gone or broken there: everything is applied again"] : []),
    ...(drifted > 0 ? [counted(drifted, "drifted value")] : []),
    ...(changes.length > 0 ? [counted(changes.length, state === "new" ? "setting" : "change")] : []),
    ...(warnings.length > 0 ? [counted(warnings.length, "warning")] : []),
    ...(program ? ["another version of this program"] : []),
    ...environmentParts(impact),
    ...(heldSeconds > 0 ? [`schedule held about ${roughDurationText(heldSeconds)}`] : []),
    ...(measuring === undefined ? [] : [`measuring (${measuring}): not looked at live`]),
    ...(state === "unseen" ? ["not looked at"] : []),
  ];
  return isToDo(section) || parts.length > 0 ? parts.join("; ") : "nothing to do: it is as declared";
}

function environmentParts(impact: TimelineImpact | undefined): string[] {
  if (impact?.next !== "another") return [];
  const bridging = impact.measures?.bridges.sessions ?? 0;
  const seconds = impact.measures?.seconds;
  if (bridging === 0) return ["another environment"];
  return [
    "another environment",
    seconds === undefined ? `${counted(bridging, "session")} of bridging` : `about ${roughDurationText(seconds)} of bridging`,
  ];
}
