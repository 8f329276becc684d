import { readFile } from "node:fs/promises";
import { paths } from "../../config/paths.ts";
import type { Session } from "../model.ts";
import { environmentSchema } from "../formats/environment.ts";
import { readResults } from "../store/cache.ts";

/** Sessions of one revision in the old environment that a verdict on the next one needs, and their greatest age in days. */
const sessionsNeeded = 5;
const days = 30;

/**
 * Returns why the present environment must not be upgraded yet, with the command to run. Undefined if nothing was measured in it, or if its
 * pre-upgrade run is complete.
 */
export async function preUpgradeRunMissing(): Promise<string | undefined> {
  const record = await readFile(paths.environment, "utf8").catch(() => undefined);
  if (record === undefined) return undefined;
  const { id } = environmentSchema.parse(JSON.parse(record));
  const { results } = await readResults(paths.results, paths.cache);
  if (isPreUpgradeRunComplete(results.sessions, id, new Date())) return undefined;
  return `environment ${id} ends with this upgrade, but its pre-upgrade run is missing: run \`evenkeel pre-upgrade\` on the host first`;
}

type Taken = Pick<Session, "environment" | "reason" | "subject" | "started" | "failure">;

/** Returns whether an environment has enough recent pre-upgrade sessions of one revision, or no sessions at all to link. */
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
