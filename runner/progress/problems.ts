import * as z from "zod";
import { counted, minuteOf } from "../text/quantities.ts";

/** Work of this host that can fail for days without any result being wrong. */
const kinds = ["fetch", "publish", "reports", "measure", "tidy", "alert", "read", "history"] as const;
export type ProblemKind = (typeof kinds)[number];

const problemSchema = z.object({
  kind: z.enum(kinds),
  /** A repository, a branch, a subject of measuring, a clone, a channel, the results or a host. */
  about: z.string(),
  /** First of the failures in a row. ISO 8601. */
  since: z.string(),
  /** Last of them. */
  last: z.string(),
  times: z.number().int().positive(),
  /** Of the last one, in a line. */
  reason: z.string(),
  hint: z.string().optional(),
  /** Hash of the configuration that an item could not be measured with. */
  setup: z.string().optional(),
});
/** Something that fails each time it is tried. */
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
/** A problem that was not tried for so long is forgotten: the revision left the history, the channel left the configuration. */
const forgottenDays = 14;

/** The problems after one more failure. */
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

/** Returns the items that could not be measured with a configuration: what was corrected since waits no longer. */
export function measuredWith(open: readonly Problem[], setup: string): string[] {
  return open.flatMap((one) => (one.kind === "measure" && (one.setup ?? setup) === setup ? [one.about] : []));
}

export function isSame(a: Attempt, b: Attempt): boolean {
  return a.kind === b.kind && a.about === b.about;
}

/** Problems that lasted for so many hours when they were last tried. */
export function lasting(open: readonly Problem[], hours: number): Problem[] {
  return open.filter(({ since, last }) => millisecondsTo(since, last) >= hours * hour);
}

/** Failures of one item after which cron waits longer and longer before it tries it again. */
const patientTimes = 3;
const firstWait = 20 * 60_000;
const mostWait = 6 * hour;

/** Returns when cron tries an item again, in ISO 8601: at once at first, then after 20 minutes, 40, … 6 hours. */
export function triedAgainAt({ last, times }: Pick<Problem, "last" | "times">): string {
  const wait = times < patientTimes ? 0 : Math.min(firstWait * 2 ** (times - patientTimes), mostWait);
  return new Date(Date.parse(last) + wait).toISOString();
}

/** After so many days of infrastructure errors, at least so often, a revision's errors are its result. */
const settledDays = 3;
const settledTimes = 4;

export interface Settling {
  now: string;
  /** True if the failing part belongs to the revision: its submodule, its requirement. */
  isRevisions: boolean;
  /** Time at which another item was last measured. */
  lastMeasured: string | undefined;
  /** The target was fetched by this run. */
  isFetched: boolean;
}

/**
 * Returns true where a revision's infrastructure errors have lasted for days and become its result: something of its own cannot be
 * fetched though the network works, or all else is measured meanwhile.
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

/** `cannot fetch URL since 2026-11-02 10:00 UTC (12 times): reason (hint)` */
export function problemText(problem: Problem): string {
  const { kind, about, since, times, reason, hint } = problem;
  const again = kind === "measure" && times >= patientTimes ? `; next try after ${minuteOf(triedAgainAt(problem))}` : "";
  return `${titles[kind]} ${about} since ${minuteOf(since)} (${counted(times, "time")}): ${reason}${hint ? ` (${hint})` : ""}${again}`;
}

/** Title of an alert about problems of one kind. */
export function problemTitle(kind: ProblemKind, problems: readonly Problem[], hours: number): string {
  const [only, ...others] = problems;
  const what = only && others.length === 0 ? only.about : counted(problems.length, kind === "measure" ? "subject" : "item");
  return `${titles[kind]} ${what} for ${counted(hours, "hour")}`;
}

function millisecondsTo(since: string, now: string): number {
  return Date.parse(now) - Date.parse(since);
}
