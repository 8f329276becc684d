import { rm, stat } from "node:fs/promises";
import * as z from "zod";
import { paths } from "../../config/paths.ts";
import { writeAtomically } from "../system/atomic.ts";
import { reasonSchema } from "../formats/session.ts";
import type { WorkItem } from "../model.ts";
import { quantityOf, secondsLeft, type Activity } from "./activity.ts";
import { readJsonFile } from "../system/json-file.ts";

const waitingSchema = z.object({ subject: z.string(), reason: reasonSchema, because: z.string() });
const progressSchema = z.object({
  pid: z.number(),
  /** Measured subject, as text. */
  subject: z.string(),
  /** Reason of the session; absent if nothing is measured. */
  reason: reasonSchema.optional(),
  phase: z.enum(["build", "measure", "publish"]),
  /** Start of this item, and time of this record. ISO 8601. */
  since: z.string(),
  at: z.string(),
  /** Finished and planned blocks of the session, or modules while building; 0 of 0 if unknown. */
  done: z.number(),
  total: z.number(),
  /** Round of blocks, from 1; 0 before there is one. */
  round: z.number(),
  rounds: z.number(),
  /** Benchmark that is sampled now; empty if there is none. */
  benchmark: z.string(),
  /** Its estimate so far: seconds, relative standard error, degrees of freedom. Absent before its second sample. */
  estimate: z.object({ value: z.number(), standardError: z.number(), degreesOfFreedom: z.number(), samples: z.number() }).optional(),
  /** Failures of this session so far. */
  failures: z.array(z.string()),
  /** Seconds until sampling ends, counted from `at`; absent if unknown. */
  secondsLeft: z.number().optional(),
  /** The first few items that come next, and the number of all. */
  next: z.array(waitingSchema),
  waiting: z.number(),
});
/** Progress of a running measurement, as stored. */
export type Progress = z.infer<typeof progressSchema>;
export type Waiting = z.infer<typeof waitingSchema>;

const firstFew = 3;

/** Returns the progress of an activity. @param times `since` and `at` as stored, `now` of the activity's clock. */
export function progressOf(
  activity: Activity,
  waiting: readonly Waiting[],
  { since, at, now }: { since: string; at: string; now: number },
): Omit<Progress, "pid"> {
  const { subject, reason, phase, step, blocks, round, tracks } = activity;
  const current = tracks.find(({ isNow }) => isNow);
  const estimate = current && quantityOf(current.samples);
  const left = secondsLeft(activity, now);
  return {
    subject,
    ...(reason && { reason }),
    phase,
    since,
    at,
    ...(phase === "build" ? { done: step.done, total: step.total } : blocks),
    round: round.now,
    rounds: round.of,
    benchmark: current?.benchmark ?? "",
    ...(estimate && { estimate: { ...estimate, samples: current.samples.length } }),
    failures: tracks.flatMap(({ benchmark, failure }) => (failure === undefined ? [] : [`${benchmark}: ${failure}`])),
    ...(left !== undefined && { secondsLeft: left }),
    next: waiting.slice(0, firstFew),
    waiting: waiting.length,
  };
}

export function waitingOf(item: WorkItem, subject: string): Waiting {
  return { subject, reason: item.reason, because: item.because };
}

export async function writeProgress(progress: Omit<Progress, "pid">): Promise<void> {
  await writeAtomically(paths.progress, JSON.stringify({ pid: process.pid, ...progress }));
}

export async function clearProgress(): Promise<void> {
  await rm(paths.progress, { force: true });
}

/**
 * Returns the progress of the process that holds the lock. Ignores the record of another, killed process.
 * @param pid process id of the lock's holder.
 */
export async function readProgress(pid: number, path: string = paths.progress): Promise<Progress | undefined> {
  const progress = await readJsonFile(path, progressSchema);
  if (progress?.pid !== pid) return undefined;
  return (await stat(`/proc/${pid}`).catch(() => undefined)) && progress;
}
