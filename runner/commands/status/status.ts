import type { HostFacts, Session } from "../../model.ts";
import type { Progress, Waiting } from "../../progress/progress.ts";
import type { Problem } from "../../progress/problems.ts";
import { clockProblem, clockRemark, type ClockEvidence } from "../../run/clock.ts";
import { describeSubject } from "../../text/subjects.ts";
import type { LastRun } from "../../run/last-run.ts";
import type { Pause } from "../../run/pause.ts";
import type { Space } from "../../run/space.ts";
import type { Damaged } from "../../store/sessions.ts";
import type { MachineVerdict } from "../../timeline/controls.ts";
import type { Failing } from "../../timeline/failing.ts";
import type { Unfinished } from "../unfinished.ts";

/** What an operator wants to know first. */
export interface Status {
  now: string;
  host: string;
  environment: string;
  /** What may change without making another environment. */
  hostFacts: HostFacts;
  /** What tuning does here while something is measured. */
  tuning: string[];
  pausing: Pause | undefined;
  /** Parts of the suite that cannot be listed, and names in the configuration that match no benchmark of it, in words. */
  warnings: string[];
  /** Why the schedule does nothing, if it does nothing. */
  paused: string | undefined;
  /** The process that works now. */
  busy: string | undefined;
  /** Absent where nothing is measured, or where what works does not tell. */
  progress: Progress | undefined;
  /** When what is measured will be sampled; absent where nothing tells. */
  expectedEnd: string | undefined;
  /** Declared resources that `pulumi up` did not get to. */
  notApplied: string[];
  /** Reason that the clock prevents measuring, or a remark on it; absent while something is measured, or where there is neither. */
  clock: string | undefined;
  lastRun: LastRun | undefined;
  lastSession: string | undefined;
  lastEnded: string | undefined;
  /** What failed in the last session. */
  failures: string[];
  sessions: number;
  /** What controls say of the machine; absent while something is measured. */
  machine: MachineVerdict | undefined;
  /** Changes that are suspected, in words; absent while something is measured, or where there are none. */
  suspected: string | undefined;
  /** Changes that creep, comparisons for these, and where there can be none, in words; absent while something is measured, or where there is nothing. */
  creeping: string | undefined;
  /** Of which benchmarks no change can be detected yet, in words; absent while something is measured, or where there are none. */
  undetected: string | undefined;
  /** Revisions that failed as a whole, in words; absent while something is measured, or where there are none. */
  failedRevisions: string | undefined;
  /** Benchmarks whose newest results are failures; absent while something is measured, or where it is not known. */
  failing: Failing | undefined;
  /** Benchmarks whose newest samples are all equal, where that is not expected; empty while something is measured. */
  equalSamples: string[];
  /** Reason that requirements are not resolved as of the day of the commit; absent where they are. */
  undated: string | undefined;
  /** Reason that there is no queue, as where the target lacks a revision that the configuration names; absent where there is one. */
  unusable: string | undefined;
  /** Items that wait: while something is measured, of that command; otherwise of the queue. */
  queued: number;
  /** The first of them. */
  next: Waiting[];
  /** Sessions that were begun and are not stored, one of them being measured, perhaps. */
  unfinished: Unfinished[];
  unpublished: number;
  /** Numbers of sessions and benchmarks that were withdrawn. */
  withdrawn: Record<"sessions" | "benchmarks", number>;
  /** Sessions that somebody deleted on the results' remote. */
  deleted: number;
  /** Problems that last: of fetching, publishing, measuring one revision, housekeeping, alerts. */
  problems: Problem[];
  /** Results and journals that cannot be read as what they should be; empty while something is measured. */
  unread: Damaged[];
  space: Space[];
  /** When cron looks for new revisions; absent where it does not. */
  nextLook: string | undefined;
  /** The machine is tuned for measuring now. */
  tuned: boolean;
}

/** Reason that the clock prevents measuring, or a remark on it. */
export function clockText(evidence: ClockEvidence): string | undefined {
  const problem = clockProblem(evidence);
  return problem === undefined ? clockRemark(evidence) : `nothing is measured: ${problem}`;
}

/** The time left as of when it was told; never in the past. */
export function expectedEnd({ secondsLeft, at }: Progress, now: Date): string | undefined {
  if (secondsLeft === undefined) return undefined;
  return new Date(Math.max(now.getTime(), Date.parse(at) + secondsLeft * 1000)).toISOString();
}

/** `richards (compiled): what happened`, a line each. */
export function failuresOf({ failure, subject, benchmarks }: Session): string[] {
  if (failure) return [`${describeSubject(subject)} as a whole: ${failure.stage}, ${failure.message}`];
  return Object.entries(benchmarks).flatMap(([name, variants]) =>
    Object.entries(variants).flatMap(([variant, outcome]) =>
      outcome?.status === "failed" ? [`${name} (${variant}): ${outcome.stage}, ${outcome.message}`] : [],
    ),
  );
}
