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

/** State of this host, for the operator. */
export interface Status {
  now: string;
  host: string;
  environment: string;
  /** Facts that may change within an environment. */
  hostFacts: HostFacts;
  /** Effects of tuning while something is measured. */
  tuning: string[];
  pausing: Pause | undefined;
  /** Warnings about parts of the suite that cannot be listed, and configured names that match no benchmark. */
  warnings: string[];
  /** Reason that the schedule is paused. */
  paused: string | undefined;
  /** Command of the process that holds the lock. */
  busy: string | undefined;
  /** Absent if nothing is measured, or the running command has no progress. */
  progress: Progress | undefined;
  /** Expected end of sampling; absent if unknown. */
  expectedEnd: string | undefined;
  /** Declared resources that `npm run up` has not applied yet. */
  notApplied: string[];
  /** Problem or remark on the clock; absent if there is none, or while something is measured. */
  clock: string | undefined;
  lastRun: LastRun | undefined;
  lastSession: string | undefined;
  lastEnded: string | undefined;
  /** Failures of the last session. */
  failures: string[];
  sessions: number;
  /** Verdict of controls on the machine; absent while something is measured. */
  machine: MachineVerdict | undefined;
  /** Suspected changes, as text; absent if there are none, or while something is measured. */
  suspected: string | undefined;
  /** Creeping changes and comparisons for them, as text; absent if there are none, or while something is measured. */
  creeping: string | undefined;
  /** Benchmarks in which no change can be detected yet, as text; absent if there are none, or while something is measured. */
  undetected: string | undefined;
  /** Revisions that failed as a whole, as text; absent if there are none, or while something is measured. */
  failedRevisions: string | undefined;
  /** Benchmarks whose newest results are failures; absent if unknown, or while something is measured. */
  failing: Failing | undefined;
  /** Benchmarks whose newest samples are unexpectedly all equal; empty while something is measured. */
  equalSamples: string[];
  /** Reason that requirements are not resolved as of the day of the commit; absent if they are. */
  undated: string | undefined;
  /** Reason that there is no queue, such as a configured revision that the target lacks; absent if there is one. */
  unusable: string | undefined;
  /** Number of waiting items: of the running command, or else of the queue. */
  queued: number;
  /** The first waiting items. */
  next: Waiting[];
  /** Sessions that are begun and not stored yet. One of them may be running. */
  unfinished: Unfinished[];
  unpublished: number;
  /** Numbers of sessions and benchmarks that were withdrawn. */
  withdrawn: Record<"sessions" | "benchmarks", number>;
  /** Number of sessions that were deleted on the results' remote. */
  deleted: number;
  /** Lasting problems: of fetching, publishing, measuring one revision, housekeeping, alerts. */
  problems: Problem[];
  /** Damaged results and journals; empty while something is measured. */
  unread: Damaged[];
  space: Space[];
  /** Time of the next scheduled run; absent if there is none. */
  nextLook: string | undefined;
  /** True while the machine is tuned for measuring. */
  tuned: boolean;
}

/** Returns the problem of the clock that prevents measuring, or a remark on it. */
export function clockText(evidence: ClockEvidence): string | undefined {
  const problem = clockProblem(evidence);
  return problem === undefined ? clockRemark(evidence) : `nothing is measured: ${problem}`;
}

/** Returns the expected end by the stored progress; never in the past. */
export function expectedEnd({ secondsLeft, at }: Progress, now: Date): string | undefined {
  if (secondsLeft === undefined) return undefined;
  return new Date(Math.max(now.getTime(), Date.parse(at) + secondsLeft * 1000)).toISOString();
}

/** Returns the failures of a session: `richards (compiled): stage, message`, a line each. */
export function failuresOf({ failure, subject, benchmarks }: Session): string[] {
  if (failure) return [`${describeSubject(subject)} as a whole: ${failure.stage}, ${failure.message}`];
  return Object.entries(benchmarks).flatMap(([name, variants]) =>
    Object.entries(variants).flatMap(([variant, outcome]) =>
      outcome?.status === "failed" ? [`${name} (${variant}): ${outcome.stage}, ${outcome.message}`] : [],
    ),
  );
}
