import * as z from "zod";
import { alertSchema, channels, type Alert, type Channel } from "./alert.ts";
import { failingNews } from "./failing.ts";
import { statesOf, type Situation } from "./situation.ts";

const pendingSchema = z.object({
  channel: z.enum(channels),
  alert: alertSchema,
  /** How often it was tried in vain. */
  attempts: z.number(),
  /** Not tried again before this. */
  notBefore: z.string(),
});
export type Pending = z.infer<typeof pendingSchema>;

export const outboxSchema = z.object({
  /** States that were told and hold still: since when. */
  open: z.record(z.string(), z.string()),
  /** Ids of the changes that were told. */
  told: z.array(z.string()),
  pending: z.array(pendingSchema),
  lastSuccess: z.string().optional(),
});
/** What was told of, and what is still to be delivered. */
export type Outbox = z.infer<typeof outboxSchema>;

/**
 * What is to be delivered after a look: each state once when it begins, each change once; that benchmarks no longer fail, too. Where nothing was ever told (a new host, or one
 * that takes over a history) the changes known by then are old news.
 */
export function advance(before: Outbox | undefined, situation: Situation, to: readonly Channel[]): Outbox {
  const states = statesOf(situation);
  const failures = failingNews(new Set(Object.keys(before?.open ?? {})), situation.failing);
  const holding = [...states.keys(), ...failures.open];
  const open = Object.fromEntries(holding.map((state) => [state, before?.open[state] ?? situation.now]));
  // A revision that the machine stops is tried at times: the runs between are no end of the failure.
  const failing = before?.open["failing"];
  if (failing !== undefined && situation.problems.some(({ kind }) => kind === "measure")) open["failing"] = failing;
  const begun = [...states].filter(([state]) => before?.open[state] === undefined).map(([, words]) => words);
  const fresh = before ? situation.changes.filter(({ id }) => !before.told.includes(id)) : [];
  const alerts: Alert[] = [
    ...[...begun, ...failures.told].map((words) => ({ host: situation.host, since: situation.now, ...words })),
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
    told: situation.changes.map(({ id }) => id).sort(),
    pending: [...(before?.pending ?? []).filter(({ channel }) => to.includes(channel)), ...pending],
    ...(situation.lastSuccess !== undefined && { lastSuccess: situation.lastSuccess }),
  };
}

/** Minutes until the first retry; each next one waits twice as long, up to the most. */
const firstRetryMinutes = 5;
const mostRetryMinutes = 6 * 60;
/** About three weeks of trying. */
const mostAttempts = 90;

/** One that could not be delivered, as it is kept; undefined where it is given up. */
export function afterFailure({ attempts, ...pending }: Pending, now: string): Pending | undefined {
  const tried = attempts + 1;
  if (tried >= mostAttempts) return undefined;
  const minutes = Math.min(firstRetryMinutes * 2 ** attempts, mostRetryMinutes);
  return { ...pending, attempts: tried, notBefore: new Date(Date.parse(now) + minutes * 60_000).toISOString() };
}

/** What waits to be delivered, a line each. */
export function pendingText(pending: readonly Pending[]): string {
  if (pending.length === 0) return "nothing waits to be delivered";
  return pending
    .map(({ channel, alert, attempts, notBefore }) => `${channel}: ${alert.title} (tried ${attempts} times, next after ${notBefore})`)
    .join("\n");
}
