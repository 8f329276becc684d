import * as z from "zod";
import { paths } from "../../config/paths.ts";
import { writeAtomically } from "../system/atomic.ts";
import type { Reason, WorkItem } from "../model.ts";
import { median } from "../timeline/stats.ts";
import { isOver, type Activity } from "./activity.ts";
import { readJsonFile } from "../system/json-file.ts";

const durationSchema = z.object({
  reason: z.string(),
  /** Benchmark variants that were sampled. */
  benchmarks: z.number().int().positive(),
  buildSeconds: z.number().nonnegative(),
  sampleSeconds: z.number().nonnegative(),
});
/** Duration of an item on this host. */
export type Duration = z.infer<typeof durationSchema>;

/** Number of stored durations, and of those that an expectation uses. */
const stored = 100;
const recent = 20;

/** Returns the expected seconds of an item: the median of the newest similar ones; undefined if there were none. */
export function expectedSeconds(
  { reason, benchmarks }: Pick<WorkItem, "reason" | "benchmarks">,
  durations: readonly Duration[],
): number | undefined {
  const similar = durations.filter(
    (one) => one.reason === reason || (buildTypeOf(one.reason) === buildTypeOf(reason) && !durations.some(isOf(reason))),
  );
  const newest = similar.slice(-recent);
  if (newest.length === 0) return undefined;
  const each = median(newest.map((one) => one.sampleSeconds / one.benchmarks));
  const count = benchmarks?.length ?? median(newest.map((one) => one.benchmarks));
  return median(newest.map(({ buildSeconds }) => buildSeconds)) + each * count;
}

function isOf(reason: string): (duration: Duration) => boolean {
  return (duration) => duration.reason === reason;
}

const ofCachedBuilds: ReadonlySet<string> = new Set(["control", "creeping", "confirm", "repeat"] satisfies Reason[]);

/** Returns the group of reasons with similar durations: baselines compile nothing, and controls use a cached build. */
function buildTypeOf(reason: string): string {
  if (reason === "baseline") return "baseline";
  return ofCachedBuilds.has(reason) ? "cached build" : "revision";
}

/** Returns the duration of an item whose sampling ends now; undefined for an incomplete one. @param now of the activity's clock. */
export function durationOf({ reason, begun, sampled, tracks, phase }: Activity, now: number): Duration | undefined {
  if (phase !== "measure" || reason === undefined || tracks.length === 0 || !tracks.every(isOver)) return undefined;
  return { reason, benchmarks: tracks.length, buildSeconds: (sampled - begun) / 1000, sampleSeconds: (now - sampled) / 1000 };
}

export async function readDurations(path: string = paths.durations): Promise<Duration[]> {
  return (await readJsonFile(path, z.array(durationSchema))) ?? [];
}

export async function addDuration(duration: Duration, path: string = paths.durations): Promise<void> {
  const all = [...(await readDurations(path)), duration].slice(-stored);
  await writeAtomically(path, `${JSON.stringify(all)}\n`);
}
