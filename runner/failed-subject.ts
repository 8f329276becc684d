import type { Failure, Session } from "./model.ts";
import { counted } from "./report/numbers.ts";

/** Returns why a session brought no value at all: what stopped its subject, or that every benchmark failed; undefined where something was measured. */
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

/** A subject of a run, in words, and why nothing of it was measured. */
export interface Attempted {
  subject: string;
  wholeFailure?: string;
}

/** Returns a line about the subjects of a run that failed as a whole; undefined where none did. */
export function wholeFailuresText(attempted: readonly Attempted[]): string | undefined {
  const failed = attempted.flatMap(({ subject, wholeFailure: why }) => (why === undefined ? [] : [`${subject} (${why})`]));
  if (failed.length === 0) return undefined;
  return `failed as a whole: ${failed.length} of ${counted(attempted.length, "session")}: ${failed.join("; ")}`;
}

/** Returns a line about the revisions of a host that have no session but ones that failed as a whole; undefined where there are none. */
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
