import * as z from "zod";
import { differenceSchema, isUnseen, type Difference } from "./difference.ts";

const effectSchema = z.object({
  /** The thing that changes, as an admin would name it. */
  what: z.string(),
  is: z.string(),
  willBe: z.string(),
  /** Unified diff, where what changes is a text. */
  diff: z.string().optional(),
  /** Not asked for by itself: another change brings it. */
  comesAlong: z.boolean().optional(),
});
/** One thing that applying a resource would change on a host. Values are printed as they are: never a secret. */
export type Effect = z.infer<typeof effectSchema>;

const plannedEffectsSchema = z.object({
  effects: z.array(effectSchema),
  /** What cannot be known before it is applied, a sentence each. */
  unknown: z.array(z.string()).default([]),
  /** Why applying would fail, as far as that is known ahead. */
  obstacles: z.array(z.string()).default([]),
  /** Bytes of disk that it takes: path -> bytes. */
  disk: z.record(z.string(), z.number()).default({}),
  /** How long it takes, roughly. Seconds. */
  seconds: z.number().default(0),
});
/** What applying a resource would come to, found on the host without writing anything there. */
export type PlannedEffects = z.infer<typeof plannedEffectsSchema>;

const count = z.object({ benchmarks: z.number(), sessions: z.number() });
const impactSchema = z.object({
  /** Id of the environment in use. */
  present: z.string().optional(),
  /** What it will be; `first` where there is none yet. */
  next: z.enum(["first", "same", "another"]),
  /** Its id, where all that makes it is here already. */
  id: z.string().optional(),
  /** What makes it another one: `python.version: 3.11.2 -> 3.13`. */
  because: z.array(z.string()),
  /** What is measured first in another one; absent where that cannot be told: `unknown` says why. */
  measures: z
    .object({ baselines: count, bridges: count, seconds: z.number().optional(), isPreUpgradeRunComplete: z.boolean(), known: z.number() })
    .optional(),
  unknown: z.string().optional(),
});
/** What a change means for the timeline of a host. */
export type TimelineImpact = z.infer<typeof impactSchema>;

export const hostReviewSchema = z.object({
  /** By resource: what differs from what was applied last, which nobody declared. */
  drift: z.record(z.string(), z.array(differenceSchema)),
  /** By resource: only those that would be applied. */
  planned: z.record(z.string(), plannedEffectsSchema),
  /** Bytes that are free where something is needed. */
  free: z.record(z.string(), z.number()),
  /** Packages that stay held at their versions. */
  held: z.number(),
  impact: impactSchema,
  /** Names of the suite's benchmarks as it was listed here last; absent where it was not. */
  listed: z.array(z.string()).optional(),
});
/** What applying all that is declared would come to on a host. */
export type HostReview = z.infer<typeof hostReviewSchema>;

/** A effects of what is given, and nothing else. */
export function plannedEffects(parts: Partial<PlannedEffects>): PlannedEffects {
  return { effects: [], unknown: [], obstacles: [], disk: {}, seconds: 0, ...parts };
}

/** Effects of differences, for a resource type that plans no more than that. Without those that only show once other resources are applied. */
export function effectsOf(differences: readonly Difference[]): Effect[] {
  return differences.filter((difference) => !isUnseen(difference)).map(({ what, is, shouldBe }) => ({ what, is, willBe: shouldBe }));
}

/** Needs of file systems: paths below each other are taken to be on one where their free space is equal. */
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
