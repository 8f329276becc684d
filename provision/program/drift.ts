import type { Config } from "../../config/schema.ts";
import { describe } from "../../runner/resources/difference.ts";
import { hashOf } from "../../runner/resources/resource-type.ts";
import type { BareHost, HostState } from "./probe.ts";
import type { Resource } from "./resources.ts";
import { configurationChanges } from "../review/configuration.ts";
import { isDefault } from "../review/defaults.ts";
import { flatten } from "../../config/flatten.ts";

/** Message for the admin before anything is applied. */
export interface Notice {
  severity: "info" | "warn";
  text: string;
}

type SeenHost = HostState & { bare: false };

/** Configuration that a bare host receives. */
export interface Declared {
  /** The configuration of this host alone. */
  config: Config;
  /** True to list every value of every resource, false to list the settings that differ from their defaults. */
  isVerbose: boolean;
}

/** Describes the differences that the probe found. A difference in an unchanged declaration is drift; others will be created or changed. */
export function noticesOf(resources: readonly Resource[], state: HostState, declared: Declared): Notice[] {
  if (state.bare) return bareNotices(resources, state, declared);
  return [
    ...busyNotices(state),
    ...resources.flatMap((resource) => resourceNotices(resource, state)),
    ...declarationNotices(resources, state),
  ];
}

function busyNotices({ measuring, work }: SeenHost): Notice[] {
  if (measuring === undefined) return [];
  const unchecked = "applied resources are not checked now; check them with `evenkeel doctor` on the host";
  const text = measuring.startsWith("ensure ")
    ? `an earlier \`up\` is still running on the host (${measuring}): ${unchecked}`
    : `measuring (${measuring}): ${unchecked}`;
  const waiting =
    work === undefined ? [] : [{ severity: "info" as const, text: `\`up\` waits for ${work}; --interrupt stops it at its next block` }];
  return [{ severity: "warn", text }, ...waiting];
}

function resourceNotices({ name, spec }: Resource, state: SeenHost): Notice[] {
  const seen = state.resources[name];
  if (!seen) return [];
  const { marker, differences } = seen;
  if (differences.length === 0) {
    return marker === undefined ? [{ severity: "info", text: `will apply: ${name}: no difference, but its marker is missing` }] : [];
  }
  const isDrift = marker !== undefined && marker.specHash === hashOf(spec);
  const lead = isDrift ? "drift" : marker === undefined ? "will create" : "will change";
  const lines = differences.map(
    (difference) => `${lead}: ${name}: ${describe(difference)}${difference.hint ? ` (${difference.hint})` : ""}`,
  );
  return [{ severity: isDrift ? "warn" : "info", text: lines.join("\n") }];
}

/** Reports a declaration on the host that differs from the markers: it was edited, or an incomplete `up` was reverted. */
function declarationNotices(resources: readonly Resource[], state: SeenHost): Notice[] {
  const wasApplied = state.declarationMarker !== undefined;
  if (state.declared === undefined)
    return wasApplied ? [{ severity: "warn", text: "drift: declaration: is missing or unreadable, declared by the last `up`" }] : [];
  const { declared } = state;
  const names = resources.map(({ name }) => name);
  const differing = resources.flatMap(({ name, spec }) => {
    const marker = state.resources[name]?.marker;
    const isUnchanged = marker?.specHash === hashOf(spec) && state.resources[name]?.differences.length === 0;
    if (!isUnchanged || declared[name] === marker.token) return [];
    return [`will change: declaration: ${name}: is ${declared[name] ?? "not declared"}, declared ${marker.token}`];
  });
  const surplus = Object.keys(declared).filter((name) => !names.includes(name));
  const lines = [...differing, ...surplus.map((name) => `will change: declaration: ${name}: is ${declared[name]}, not declared`)];
  return lines.length > 0 ? [{ severity: "warn", text: lines.join("\n") }] : [];
}

function bareNotices(resources: readonly Resource[], state: BareHost, { config, isVerbose }: Declared): Notice[] {
  const versions = isVerbose ? state.packages.map(installation) : shortInstallation(state.packages, config.packages);
  if (state.provisioned) {
    const text = `drift: node: is missing or broken, declared installed: the host cannot be checked without it, and everything is applied again\n${versions.join("\n")}`;
    return [{ severity: "warn", text }];
  }
  const values = isVerbose
    ? resources.flatMap(({ name, spec }) => [...flatten(spec)].map(([key, value]) => `will create: ${name}: ${key} = ${value.trimEnd()}`))
    : decidedSettings(config);
  return [{ severity: "info", text: [`bare host (${state.os}), never applied`, ...versions, ...values].join("\n") }];
}

/** Formats a line of the simulation. */
function installation(line: string): string {
  return line.startsWith("Open ")
    ? `will install: ${line.slice("Open ".length)} (version known after apt-get update)`
    : `will install: ${line.replace(/^Inst /, "")}`;
}

/** Lists the packages that the configuration names, and counts the others. */
function shortInstallation(lines: readonly string[], names: readonly string[]): string[] {
  const named = lines.filter((line) => names.includes(line.split(" ")[1] ?? ""));
  const others = lines.length - named.length;
  return [
    ...named.map(installation),
    ...(others > 0 ? [`will install: ${others} more ${others === 1 ? "package" : "packages"} that Evenkeel or other packages need`] : []),
  ];
}

/** Lists the settings that differ from their defaults, and counts the others. */
function decidedSettings(config: Config): string[] {
  const all = configurationChanges(undefined, config);
  const decided = all.filter((one) => !isDefault(one));
  return [
    ...decided.map(({ path, willBe }) => `will be: ${path} = ${willBe}`),
    `${all.length - decided.length} settings keep their defaults; --verbose shows them, and every value of every resource`,
  ];
}
