import * as z from "zod";
import { disksOf, type Effect, type PlannedEffects, type TimelineImpact } from "../../runner/resources/planned-effects.ts";
import type { Difference } from "../../runner/resources/difference.ts";
import type { HostReport } from "./host-report.ts";
import type { ConfigurationChange } from "./configuration.ts";
import { isDefault } from "./defaults.ts";
import { counted, roughDurationText } from "../../runner/text/quantities.ts";

/** Review of all hosts, before any change. */
export interface Review {
  hosts: HostSection[];
}

/** Part of a review about one host. */
export interface HostSection {
  host: string;
  /**
   * `new`: nothing was applied before. `broken`: provisioned before, but Node is missing or broken. `measuring`: not checked, as the host
   * measures. `unseen`: not checked, as it was not requested. `removed`: no longer in the configuration.
   */
  state: "seen" | "new" | "broken" | "measuring" | "unseen" | "skipped" | "removed";
  /** Command that measures, if the state is `measuring`. */
  measuring?: string;
  /** Activity of that command and its expected end, if known. */
  work?: string;
  drift: { resource: string; differences: Difference[] }[];
  configuration: ConfigurationChange[];
  /** Sentences about settings without effect. They do not prevent applying. */
  warnings: string[];
  /** Change of the host program's version, which the configuration does not show. */
  program?: Effect;
  effects: { resource: string; effects: Effect[] }[];
  /** Operating system of a new host. */
  os?: string;
  /** Number of packages that stay held at their versions; undefined if the host was not checked. */
  held?: number;
  disk: { path: string; needed: number; free: number }[];
  impact?: TimelineImpact;
  /** Approximate seconds from the start of `up` to its end, during which the schedule is paused; 0 if there is nothing to do. */
  heldSeconds: number;
  unknown: string[];
  obstacles: string[];
}

/** Known facts about one host. */
export interface Known {
  host: string;
  /** Last applied configuration in Pulumi's state; undefined for a new host. */
  applied?: unknown;
  /** Current configuration; undefined if the host was removed. */
  declared?: unknown;
  changes: readonly ConfigurationChange[];
  warnings?: readonly string[];
  /** Report of the Pulumi program; undefined if the host was not checked. */
  report?: HostReport | undefined;
}

/** Seconds for each resource besides those that its type plans: a connection, a check before and a check after. */
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

/** Returns the packages that a new host will install. Those that the configuration does not name are dependencies. */
function installations(lines: readonly string[], declared: unknown): Effect[] {
  const named = new Set(packagesSchema.safeParse(declared).data?.packages.map((name) => `package ${name}`));
  return lines.flatMap(installation).map((effect) => (named.has(effect.what) ? effect : { ...effect, comesAlong: true }));
}

/** Parses a line of apt, or the name of a package whose version is not known yet. */
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

/** Separates the change of the host program from other effects. Of several effects, it is the one that names the old version, if any. */
function splitProgram(planned: readonly [string, PlannedEffects][]): [Effect | undefined, { resource: string; effects: Effect[] }[]] {
  const all = planned.flatMap(([resource, { effects }]) => effects.map((effect) => ({ resource, effect })));
  const others = planned.map(([resource, { effects }]) => ({ resource, effects: effects.filter((one) => !isProgram(resource, one)) }));
  const programs = all.filter(({ resource, effect }) => isProgram(resource, effect)).map(({ effect }) => effect);
  return [programs.find(({ is }) => is !== "missing") ?? programs[0], others.filter(({ effects }) => effects.length > 0)];
}

/** Returns whether applying would change anything on a host. */
export function isToDo({ state, drift, configuration, program, effects }: HostSection): boolean {
  if (state === "skipped" || state === "measuring" || state === "unseen") return configuration.length > 0;
  if (state !== "seen") return true;
  return configuration.length + drift.length + effects.length > 0 || program !== undefined;
}

/** Returns a summary in one line: `3 changes; another environment; about 5 h of bridging; schedule paused about 40 min`. */
export function verdictOf(section: HostSection): string {
  const { state, drift, configuration, warnings, program, impact, obstacles, heldSeconds, measuring } = section;
  if (state === "skipped") return "skipped: neither checked nor changed";
  if (state === "removed") return "removed from the configuration: its schedule is removed, all its data stays";
  const drifted = drift.reduce((count, { differences }) => count + differences.length, 0);
  const changes = state === "new" ? configuration.filter((one) => !isDefault(one)) : configuration;
  const parts = [
    ...(obstacles.length > 0 ? [`up would fail: ${counted(obstacles.length, "obstacle")}`] : []),
    ...(state === "new" ? ["a new host: everything is applied"] : []),
    ...(state === "broken" ? ["Node is missing or broken: everything is applied again"] : []),
    ...(drifted > 0 ? [counted(drifted, "drifted value")] : []),
    ...(changes.length > 0 ? [counted(changes.length, state === "new" ? "setting" : "change")] : []),
    ...(warnings.length > 0 ? [counted(warnings.length, "warning")] : []),
    ...(program ? ["another version of Evenkeel"] : []),
    ...environmentParts(impact),
    ...(heldSeconds > 0 ? [`schedule paused about ${roughDurationText(heldSeconds)}`] : []),
    ...(measuring === undefined ? [] : [`measuring (${measuring}): not checked`]),
    ...(state === "unseen" ? ["not checked"] : []),
  ];
  return isToDo(section) || parts.length > 0 ? parts.join("; ") : "nothing to do: the host is as declared";
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
