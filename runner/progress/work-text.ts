import { durationText, minuteOf } from "../text/quantities.ts";
import { readProgress, type Progress } from "./progress.ts";

/** Returns the work of the process that holds the lock and its expected end, as text; undefined if unknown. Only reads. */
export async function workOf({ pid }: { pid: number }): Promise<string | undefined> {
  const progress = await readProgress(pid);
  return progress && workText(progress, new Date());
}

/** Returns `measure of revision 0123456789ab, block 35 of 80, until about 2026-11-20 10:42 UTC (12:40 left)`. */
export function workText({ phase, subject, done, total, secondsLeft, at }: Progress, now: Date): string {
  const count = total > 0 ? `, ${phase === "build" ? "module" : "block"} ${done} of ${total}` : "";
  if (secondsLeft === undefined) return `${phase} of ${subject}${count}, ${phase === "publish" ? "almost done" : "end unknown"}`;
  const end = Math.max(now.getTime(), Date.parse(at) + secondsLeft * 1000);
  return `${phase} of ${subject}${count}, until about ${minuteOf(new Date(end).toISOString())} (${durationText((end - now.getTime()) / 1000)} left)`;
}
