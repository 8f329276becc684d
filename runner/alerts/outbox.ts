import * as z from "zod";
import { alertSchema, channels, type Alert, type Channel } from "./alert.ts";
import { failingNews } from "./failing.ts";
import { statesOf, type Situation } from "./situation.ts";
import { counted } from "../text/quantities.ts";

const pendingSchema = z.object({
  channel: z.enum(channels),
  alert: alertSchema,
  /** Number of failed attempts. */
  attempts: z.number(),
  /** Earliest time of the next attempt. ISO 8601. */
  notBefore: z.string(),
});
export type Pending = z.infer<typeof pendingSchema>;

export const outboxSchema = z.object({
  /** Reported states that have not ended, with the time of their begin. ISO 8601. */
  open: z.record(z.string(), z.string()),
  /** Ids of the reported changes. */
  alerted: z.array(z.string()),
  pending: z.array(pendingSchema),
  lastSuccess: z.string().optional(),
});
/** Reported states and changes, and alerts that wait for delivery. */
export type Outbox = z.infer<typeof outboxSchema>;

/**
 * Returns the outbox after a run. Each state is reported once when it begins, and each change once; the end of benchmark failures too. On a
 * new host, or one that takes over a history, changes known by the first run are not reported.
 */
export function advance(before: Outbox | undefined, situation: Situation, to: readonly Channel[]): Outbox {
  const states = statesOf(situation);
  const failures = failingNews(new Set(Object.keys(before?.open ?? {})), situation.failing);
  const present = [...states.keys(), ...failures.open];
  const open = Object.fromEntries(present.map((state) => [state, before?.open[state] ?? situation.now]));
  // A revision with infrastructure errors is retried at intervals: successful runs between do not end the failure.
  const failing = before?.open["failing"];
  if (failing !== undefined && situation.problems.some(({ kind }) => kind === "measure")) open["failing"] = failing;
  const begun = [...states].filter(([state]) => before?.open[state] === undefined).map(([, words]) => words);
  const fresh = before ? situation.changes.filter(({ id }) => !before.alerted.includes(id)) : [];
  const alerts: Alert[] = [
    ...[...begun, ...failures.alerts].map((words) => ({ host: situation.host, since: situation.now, ...words })),
    ...fresh.map(({ title, text, decided, revision, url }) => ({
      about: "change" as const,
      host: situation.host,
      title,
      text,
      since: decided,
      revision,
      ...(url !== undefined && { url }),
    })),
  ];
  const pending = alerts.flatMap((alert) => to.map((channel) => ({ channel, alert, attempts: 0, notBefore: situation.now })));
  return {
    open,
    alerted: situation.changes.map(({ id }) => id).sort(),
    pending: [...(before?.pending ?? []).filter(({ channel }) => to.includes(channel)), ...pending],
    ...(situation.lastSuccess !== undefined && { lastSuccess: situation.lastSuccess }),
  };
}

/** Minutes until the first retry. Each further one waits twice as long, up to the maximum. */
const firstRetryMinutes = 5;
const mostRetryMinutes = 6 * 60;
/** Attempts in about three weeks. */
const mostAttempts = 90;

/** Returns an alert after a failed attempt; undefined if it was the last one. */
export function afterFailure({ attempts, ...pending }: Pending, now: string): Pending | undefined {
  const tried = attempts + 1;
  if (tried >= mostAttempts) return undefined;
  const minutes = Math.min(firstRetryMinutes * 2 ** attempts, mostRetryMinutes);
  return { ...pending, attempts: tried, notBefore: new Date(Date.parse(now) + minutes * 60_000).toISOString() };
}

/** Returns the alerts that wait for delivery, a line each. */
export function pendingText(pending: readonly Pending[]): string {
  if (pending.length === 0) return "no alerts are waiting";
  return pending
    .map(
      ({ channel, alert, attempts, notBefore }) =>
        `${channel}: ${alert.title} (${counted(attempts, "failed attempt")}, next after ${notBefore})`,
    )
    .join("\n");
}
