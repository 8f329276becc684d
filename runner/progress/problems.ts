import * as z from "zod";
import { counted, minuteOf } from "../text/quantities.ts";

/** Work of this host that can fail for days without a wrong result. */
const kinds = ["fetch", "publish", "reports", "measure", "tidy", "alert", "read", "history"] as const;
export type ProblemKind = (typeof kinds)[number];

const problemSchema = z.object({
  kind: z.enum(kinds),
  /** A repository, a branch, a subject of measuring, a clone, a channel, the results or a host. */
  about: z.string(),
  /** Time of the first of the failures in a row. ISO 8601. */
  since: z.string(),
  /** Time of the last one. ISO 8601. */
  last: z.string(),
  times: z.number().int().positive(),
  /** Reason of the last failure, in one line. */
  reason: z.string(),
  hint: z.string().optional(),
  /** Hash of the configuration with which an item failed. */
  setup: z.string().optional(),
});
/** Work that failed at each attempt since a time. */
export type Problem = z.infer<typeof problemSchema>;

export const problemsSchema = z.object({
  open: z.array(problemSchema),
  /** Time at which an item was last measured without an infrastructure error. */
  lastMeasured: z.string().optional(),
});
export type Problems = z.infer<typeof problemsSchema>;

/** Identifies a problem. */
export type Attempt = Pick<Problem, "kind" | "about">;
export type Reason = Pick<Problem, "reason"> & { hint?: string | undefined; setup?: string };

const hour = 3_600_000;
const day = 24 * hour;
/** Days without an attempt after which a problem is removed: its revision left the history, or its channel the configuration. */
const forgottenDays = 14;

/** Returns the problems after one more failure. */
export function failed(before: readonly Problem[], attempt: Attempt, { reason, hint, setup }: Reason, now: string): Problem[] {
  const known = before.find((one) => isSame(one, attempt));
  const problem: Problem = {
    ...attempt,
    since: known?.since ?? now,
    last: now,
    times: (known?.times ?? 0) + 1,
    reason,
    ...(hint !== undefined && { hint }),
    ...(setup !== undefined && { setup }),
  };
  return [...before.filter((one) => !isSame(one, attempt) && millisecondsTo(one.last, now) < forgottenDays * day), problem];
}

/** Returns the items that failed with a configuration. Those that failed with another one are retried at once. */
export function measuredWith(open: readonly Problem[], setup: string): string[] {
  return open.flatMap((one) => (one.kind === "measure" && (one.setup ?? setup) === setup ? [one.about] : []));
}

export function isSame(a: Attempt, b: Attempt): boolean {
  return a.kind === b.kind && a.about === b.about;
}

/** Returns the problems that had lasted at least these hours at their last attempt. */
export function lasting(open: readonly Problem[], hours: number): Problem[] {
  return open.filter(({ since, last }) => millisecondsTo(since, last) >= hours * hour);
}

/** Failures of an item from which on scheduled runs wait ever longer before a retry. */
const patientTimes = 3;
const firstWait = 20 * 60_000;
const mostWait = 6 * hour;

/** Returns the time of the next scheduled retry, in ISO 8601: at once at first, then after 20 minutes, 40, … 6 hours. */
export function triedAgainAt({ last, times }: Pick<Problem, "last" | "times">): string {
  const wait = times < patientTimes ? 0 : Math.min(firstWait * 2 ** (times - patientTimes), mostWait);
  return new Date(Date.parse(last) + wait).toISOString();
}

/** Days and number of infrastructure errors after which they become a revision's result. */
const settledDays = 3;
const settledTimes = 4;

export interface Settling {
  now: string;
  /** True if the failing part belongs to the revision: its submodule, its requirement. */
  isRevisions: boolean;
  /** Time at which another item was last measured. */
  lastMeasured: string | undefined;
  /** True if this run fetched the target. */
  isFetched: boolean;
}

/**
 * Returns true if a revision's infrastructure errors have lasted for days, and the cause is the revision: its own submodule or requirement
 * cannot be fetched although the network works, or other items were measured meanwhile.
 */
export function isSettled(problem: Problem, { now, isRevisions, lastMeasured, isFetched }: Settling): boolean {
  if (problem.times < settledTimes || millisecondsTo(problem.since, now) < settledDays * day || !isFetched) return false;
  return isRevisions || (lastMeasured !== undefined && lastMeasured > problem.since);
}

const titles: Record<ProblemKind, string> = {
  fetch: "cannot fetch",
  publish: "cannot publish results to",
  reports: "cannot publish reports to",
  measure: "cannot measure",
  tidy: "cannot tidy",
  alert: "cannot deliver alerts by",
  read: "cannot read all",
  history: "cannot show the history of",
};

/** Returns `cannot fetch URL since 2026-11-02 10:00 UTC (12 times): reason (hint)`. */
export function problemText(problem: Problem): string {
  const { kind, about, since, times, reason, hint } = problem;
  const again = kind === "measure" && times >= patientTimes ? `; next retry after ${minuteOf(triedAgainAt(problem))}` : "";
  return `${titles[kind]} ${about} since ${minuteOf(since)} (${counted(times, "time")}): ${reason}${hint ? ` (${hint})` : ""}${again}`;
}

/** Returns the title of an alert about problems of one kind. */
export function problemTitle(kind: ProblemKind, problems: readonly Problem[], hours: number): string {
  const [only, ...others] = problems;
  const what = only && others.length === 0 ? only.about : counted(problems.length, kind === "measure" ? "subject" : "item");
  return `${titles[kind]} ${what} for ${counted(hours, "hour")}`;
}

function millisecondsTo(since: string, now: string): number {
  return Date.parse(now) - Date.parse(since);
}
