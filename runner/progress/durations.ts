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
/** How long an item took on this host. */
export type Duration = z.infer<typeof durationSchema>;

/** So many are kept, and so many of a kind are looked at. */
const kept = 100;
const recent = 20;

/** Seconds that an item takes, by the median of the newest of its kind; undefined where there was none. */
export function expectedSeconds(
  { reason, benchmarks }: Pick<WorkItem, "reason" | "benchmarks">,
  durations: readonly Duration[],
): number | undefined {
  const alike = durations.filter(
    (one) => one.reason === reason || (resourceTypeOf(one.reason) === resourceTypeOf(reason) && !durations.some(isOf(reason))),
  );
  const newest = alike.slice(-recent);
  if (newest.length === 0) return undefined;
  const each = median(newest.map((one) => one.sampleSeconds / one.benchmarks));
  const count = benchmarks?.length ?? median(newest.map((one) => one.benchmarks));
  return median(newest.map(({ buildSeconds }) => buildSeconds)) + each * count;
}

function isOf(reason: string): (duration: Duration) => boolean {
  return (duration) => duration.reason === reason;
}

const ofKeptBuilds: ReadonlySet<string> = new Set(["control", "creeping", "confirm", "repeat"] satisfies Reason[]);

/** What takes about as long: baselines compile nothing, and controls are measured from a cached build. */
function resourceTypeOf(reason: string): string {
  if (reason === "baseline") return "baseline";
  return ofKeptBuilds.has(reason) ? "cached build" : "revision";
}

/** What an item took whose sampling ends now; undefined for one that is not complete. @param now as in the activity. */
export function durationOf({ reason, begun, sampled, tracks, phase }: Activity, now: number): Duration | undefined {
  if (phase !== "measure" || reason === undefined || tracks.length === 0 || !tracks.every(isOver)) return undefined;
  return { reason, benchmarks: tracks.length, buildSeconds: (sampled - begun) / 1000, sampleSeconds: (now - sampled) / 1000 };
}

export async function readDurations(path: string = paths.durations): Promise<Duration[]> {
  return (await readJsonFile(path, z.array(durationSchema))) ?? [];
}

export async function addDuration(duration: Duration, path: string = paths.durations): Promise<void> {
  const all = [...(await readDurations(path)), duration].slice(-kept);
  await writeAtomically(path, `${JSON.stringify(all)}\n`);
}
