import * as z from "zod";
import { differenceSchema, isUnseen, type Difference } from "./difference.ts";

const effectSchema = z.object({
  /** Name of what changes, in an admin's words. */
  what: z.string(),
  is: z.string(),
  willBe: z.string(),
  /** Unified diff, for texts only. */
  diff: z.string().optional(),
  /** True if the change was not requested itself but follows from another one. */
  comesAlong: z.boolean().optional(),
});
/** One change that applying a resource would make on a host. Values are printed verbatim, so they must never be secrets. */
export type Effect = z.infer<typeof effectSchema>;

const plannedEffectsSchema = z.object({
  effects: z.array(effectSchema),
  /** Effects that are unknown before `apply`, one sentence each. */
  unknown: z.array(z.string()).default([]),
  /** Known reasons for which `apply` would fail. */
  obstacles: z.array(z.string()).default([]),
  /** Disk space needed: path -> bytes. */
  disk: z.record(z.string(), z.number()).default({}),
  /** Rough duration in seconds. */
  seconds: z.number().default(0),
});
/** Effects of applying a resource, determined on the host without writing anything. */
export type PlannedEffects = z.infer<typeof plannedEffectsSchema>;

const count = z.object({ benchmarks: z.number(), sessions: z.number() });
const impactSchema = z.object({
  /** Id of the environment in use. */
  present: z.string().optional(),
  /** Change of the environment; `first` if the host has none yet. */
  next: z.enum(["first", "same", "another"]),
  /** Id of the next environment, if everything that determines it is already on the host. */
  id: z.string().optional(),
  /** Facts that differ: `python.version: 3.11.2 -> 3.13`. */
  because: z.array(z.string()),
  /** First measurements of another environment; absent if they are unknown, with the reason in `unknown`. */
  measures: z
    .object({ baselines: count, bridges: count, seconds: z.number().optional(), isPreUpgradeRunComplete: z.boolean(), known: z.number() })
    .optional(),
  unknown: z.string().optional(),
});
/** Effect of a change on the timeline of a host. */
export type TimelineImpact = z.infer<typeof impactSchema>;

export const hostReviewSchema = z.object({
  /** By resource: undeclared differences from the last applied state. */
  drift: z.record(z.string(), z.array(differenceSchema)),
  /** By resource, only for those that would be applied. */
  planned: z.record(z.string(), plannedEffectsSchema),
  /** Free bytes by path, for the paths that need space. */
  free: z.record(z.string(), z.number()),
  /** Number of packages that stay held at their versions. */
  held: z.number(),
  impact: impactSchema,
  /** Names of the suite's benchmarks from the last listing on this host; absent without one. */
  listed: z.array(z.string()).optional(),
});
/** Effects of applying the whole declaration to a host. */
export type HostReview = z.infer<typeof hostReviewSchema>;

/** Returns planned effects with defaults for the absent parts. */
export function plannedEffects(parts: Partial<PlannedEffects>): PlannedEffects {
  return { effects: [], unknown: [], obstacles: [], disk: {}, seconds: 0, ...parts };
}

/** Converts differences to effects, for a resource type without its own plan. Skips failed checks, which only show after other resources are applied. */
export function effectsOf(differences: readonly Difference[]): Effect[] {
  return differences.filter((difference) => !isUnseen(difference)).map(({ what, is, shouldBe }) => ({ what, is, willBe: shouldBe }));
}

/** Sums needs by file system. Paths with equal free space are assumed to be on one file system. */
export function disksOf(
  planned: readonly PlannedEffects[],
  free: Readonly<Record<string, number>>,
): { path: string; needed: number; free: number }[] {
  const disks = new Map<number, { path: string; needed: number; free: number }>();
  for (const [path, needed] of planned.flatMap(({ disk }) => Object.entries(disk))) {
    const there = free[path] ?? 0;
    const known = disks.get(there);
    disks.set(there, known ? { ...known, needed: known.needed + needed } : { path, needed, free: there });
  }
  return [...disks.values()].filter(({ needed }) => needed > 0);
}
