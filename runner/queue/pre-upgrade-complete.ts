import { readFile } from "node:fs/promises";
import { paths } from "../../config/paths.ts";
import type { Session } from "../model.ts";
import { environmentSchema } from "../formats/environment.ts";
import { readResults } from "../store/cache.ts";

/** A verdict on the next environment needs so many sessions of one revision in the old one, no older than that. */
const sessionsNeeded = 5;
const days = 30;

/**
 * Why the present environment must not go yet, in a sentence that says what to run; undefined where it may: nothing was measured in it, or
 * it was measured a last time.
 */
export async function preUpgradeRunMissing(): Promise<string | undefined> {
  const record = await readFile(paths.environment, "utf8").catch(() => undefined);
  if (record === undefined) return undefined;
  const { id } = environmentSchema.parse(JSON.parse(record));
  const { results } = await readResults(paths.results, paths.cache);
  if (isPreUpgradeRunComplete(results.sessions, id, new Date())) return undefined;
  return `environment ${id} goes with this upgrade, and was not measured a last time: \`evenkeel pre-upgrade\` on the host does it`;
}

type Taken = Pick<Session, "environment" | "reason" | "subject" | "started" | "failure">;

/** Whether an environment can go: there are enough recent sessions of a pre-upgrade run of one revision, or nothing of it to be linked. */
export function isPreUpgradeRunComplete(sessions: readonly Taken[], environment: string, now: Date): boolean {
  const here = sessions.filter((session) => session.environment === environment);
  const oldest = now.getTime() - days * 86_400_000;
  const counts = new Map<string, number>();
  for (const { reason, subject, started, failure } of here) {
    if (reason !== "pre-upgrade" || subject.kind !== "revision" || failure || Date.parse(started) < oldest) continue;
    counts.set(subject.revision, (counts.get(subject.revision) ?? 0) + 1);
  }
  return here.length === 0 || [...counts.values()].some((count) => count >= sessionsNeeded);
}
