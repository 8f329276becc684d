import { commandLine } from "../../config/command-line.ts";
import { byName, recordByName } from "../../config/by-name.ts";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { paths } from "../../config/paths.ts";
import { UserError } from "../../config/user-error.ts";
import { writeAtomically } from "../system/atomic.ts";
import { describe, type Difference } from "./difference.ts";
import type { Given } from "./given.ts";
import { effectsOf, plannedEffects, type PlannedEffects } from "./planned-effects.ts";
import { readJsonFile } from "../system/json-file.ts";
import { sha256Of } from "../text/sha256.ts";

/** Facts observed after a resource was applied, such as versions and ids. Its marker stores them. */
export type Observed = Record<string, string>;

interface Context {
  /** Facts observed at the last `apply` of this resource; empty the first time. */
  observed: Observed;
  /** Prints a milestone of long work for the admin. */
  log: (milestone: string) => void;
}

/**
 * A resource type. `check` changes nothing; `apply` makes the changes, and `ensure` checks again. `plan` adds effects that differences do not show.
 * The schema has no defaults: the Pulumi program writes exactly the spec that the host parses.
 */
export interface ResourceType<Spec> {
  spec: z.ZodType<Spec>;
  check(spec: Spec, context: Context): Promise<Difference[]>;
  apply(spec: Spec, context: Context): Promise<void>;
  observe?(spec: Spec): Promise<Observed>;
  /** Returns the effects that `apply` would have. Writes nothing. */
  plan?(spec: Spec, context: Context & { differences: readonly Difference[] }): Promise<PlannedEffects>;
}

/** A resource type that accepts unchecked specs and parses them itself. */
export interface UncheckedType<Spec = unknown> {
  spec: z.ZodType<Spec>;
  check(spec: unknown, context: Context): Promise<Difference[]>;
  apply(spec: unknown, context: Context): Promise<void>;
  observe(spec: unknown): Promise<Observed>;
  plan(spec: unknown, context: Context & { differences: readonly Difference[] }): Promise<PlannedEffects>;
}

export function unchecked<Spec>(type: ResourceType<Spec>): UncheckedType<Spec> {
  return {
    spec: type.spec,
    check: async (spec, context) => type.check(type.spec.parse(spec), context),
    apply: async (spec, context) => type.apply(type.spec.parse(spec), context),
    observe: async (spec) => type.observe?.(type.spec.parse(spec)) ?? {},
    plan: async (spec, context) =>
      type.plan?.(type.spec.parse(spec), context) ?? plannedEffects({ effects: effectsOf(context.differences) }),
  };
}

/** Stored record of an applied resource. */
export const markerSchema = z.object({
  type: z.string(),
  spec: z.unknown(),
  token: z.string(),
  observed: recordByName(z.string(), z.string()).default(() => byName<string>()),
});
export type Marker = z.infer<typeof markerSchema>;

export async function readMarker(name: string): Promise<Marker | undefined> {
  return readJsonFile(join(paths.markers, `${name}.json`), markerSchema);
}

/** Deletes the marker of a resource, so that it is applied as if for the first time. */
export async function forgetMarker(name: string): Promise<void> {
  await rm(join(paths.markers, `${name}.json`), { force: true });
}

export async function markerNames(): Promise<string[]> {
  const files = await readdir(paths.markers).catch(() => []);
  return files
    .filter((file) => file.endsWith(".json"))
    .map((file) => file.slice(0, -".json".length))
    .sort();
}

/** Returns a hash of a value, independent of the order of its keys: 16 hexadecimal digits. */
export function hashOf(value: unknown): string {
  return sha256Of(JSON.stringify(sorted(value)), 16);
}

/** Returns the value with the keys of every object in alphabetical order. */
export function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, entry]) => entry !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, entry]) => [key, sorted(entry)]),
  );
}

/**
 * Brings one resource to its declared state: check, apply, check again, write the marker. Applies nothing if this token was applied before
 * and nothing differs. Returns the number of differences that were removed.
 *
 * @throws UserError if something still differs afterwards.
 */
export async function ensure(
  resource: Given & { token: string },
  type: UncheckedType,
  log: (line: string) => void,
): Promise<{ changed: number; observed: Observed }> {
  const { name, spec, token } = resource;
  const last = await readMarker(name);
  const before = last?.observed ?? byName();
  const differences = await type.check(spec, { observed: before, log });
  const isApplied = last?.token === token && hashOf(last.spec) === hashOf(spec);
  if (differences.length === 0 && isApplied) return { changed: 0, observed: last.observed };
  for (const difference of differences) log(`${name}: ${describe(difference)}`);
  await type.apply(spec, { observed: before, log });
  const observed = await type.observe(spec);
  const left = await type.check(spec, { observed, log });
  if (left.length > 0) {
    throw new UserError(
      `${name}: still differs after it was applied:\n${left.map((difference) => `  ${describe(difference)}`).join("\n")}`,
      left.find((difference) => difference.hint)?.hint ?? `check the host, then run \`${commandLine("up")}\` again`,
    );
  }
  await mkdir(paths.markers, { recursive: true });
  const marker: Marker = { type: resource.type, spec, token, observed };
  await writeAtomically(join(paths.markers, `${name}.json`), `${JSON.stringify(sorted(marker), null, 2)}\n`);
  return { changed: differences.length, observed };
}
