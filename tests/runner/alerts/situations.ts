import type { Outbox } from "../../../runner/alerts/outbox.ts";
import type { Problem } from "../../../runner/progress/problems.ts";
import type { Situation } from "../../../runner/alerts/situation.ts";

export const start = Date.parse("2026-01-02T10:00:00Z");

export function at(hours: number): string {
  return new Date(start + hours * 3_600_000).toISOString();
}

export function situation(changes: Partial<Situation> = {}): Situation {
  const quiet = { blockers: [], problems: [], changes: [] };
  return { host: "bench1", now: at(0), silentHours: 24, problemHours: 6, lastSuccess: at(0), ...quiet, ...changes };
}

export function problem(kind: Problem["kind"], about: string, hours: number): Problem {
  return { kind, about, since: at(0), last: at(hours), times: 9, reason: "no answer" };
}

export const quiet: Outbox = { open: {}, alerted: [], pending: [] };
