import type { Failure, Session, Variant } from "../model.ts";
import { counted } from "../text/quantities.ts";

/** Returns the reason that a session has no values: its subject failed, or every benchmark did. Undefined if it has some. */
export function wholeFailure({ failure, benchmarks }: Pick<Session, "failure" | "benchmarks">): string | undefined {
  if (failure) return failureText(failure);
  const outcomes = Object.values(benchmarks).flatMap((variants) => Object.values(variants));
  const failures = outcomes.flatMap((outcome) => (outcome.status === "failed" ? [outcome] : []));
  const [first] = failures;
  if (!first || failures.length < outcomes.length) return undefined;
  return failures.length === 1
    ? `the only benchmark failed: ${failureText(first)}`
    : `all ${failures.length} benchmarks failed, the first: ${failureText(first)}`;
}

/** A subject of a run, as text, and the reason that nothing of it was measured. */
export interface Attempted {
  subject: string;
  wholeFailure?: string;
}

/** Returns a line about the subjects of a run that failed as a whole; undefined if there are none. */
export function wholeFailuresText(attempted: readonly Attempted[]): string | undefined {
  const failed = attempted.flatMap(({ subject, wholeFailure: why }) => (why === undefined ? [] : [{ subject, why }]));
  if (failed.length === 0) return undefined;
  const reasons = [...byReason(failed.map(({ subject, why }) => [why, subject] as const))].map(
    ([why, subjects]) => `${named(subjects)} (${why})`,
  );
  return `failed as a whole: ${failed.length} of ${counted(attempted.length, "session")}: ${reasons.join("; ")}`;
}

/** Returns a line for each reason that benchmarks failed before they were sampled: `a (compiled), b (compiled) failed: compile: …`. */
export function failureLines(failed: readonly (Failure & { benchmark: string; variant: Variant })[]): string[] {
  const places = failed.map((one): [string, string] => [failureText(one), `${one.benchmark} (${one.variant})`]);
  return [...byReason(places)].map(([reason, names]) => `${named(names)} failed: ${reason}`);
}

function byReason(pairs: readonly (readonly [reason: string, name: string])[]): Map<string, string[]> {
  const names = new Map<string, string[]>();
  for (const [reason, name] of pairs) names.set(reason, [...(names.get(reason) ?? []), name]);
  return names;
}

/** Names that a line lists; the others are counted. */
const mostNamed = 4;

function named(names: readonly string[]): string {
  const more = names.length > mostNamed ? [`and ${names.length - mostNamed} more`] : [];
  return [...names.slice(0, mostNamed), ...more].join(", ");
}

/** Returns a line about the revisions of a host all of whose sessions failed as a whole; undefined if there are none. */
export function failedRevisionsText(sessions: readonly Pick<Session, "host" | "subject" | "failure">[], host: string): string | undefined {
  const newest = new Map<string, Failure | undefined>();
  for (const { host: by, subject, failure } of sessions) {
    if (by !== host || subject.kind !== "revision") continue;
    if (!newest.has(subject.revision) || newest.get(subject.revision) !== undefined) newest.set(subject.revision, failure);
  }
  const failed = [...newest].flatMap(([revision, failure]) => (failure ? [`${revision.slice(0, 12)} (${failureText(failure)})`] : []));
  if (failed.length === 0) return undefined;
  return `${counted(failed.length, "revision")} failed as a whole, the last one ${failed.at(-1)}`;
}

function failureText({ stage, message }: Failure): string {
  return `${stage}: ${message}`;
}
