/**
 * The words of the project as types. No code lives here. Types of what is stored follow from its schemas in formats/.
 *
 * Times are ISO 8601 strings in UTC. Durations and samples are seconds. Ids of revisions are 40 hexadecimal digits.
 */

import type { Reason, Subject } from "./formats/session.ts";
import type { Withdrawal } from "./formats/withdrawal.ts";

export type { Decision, Layouts } from "./formats/decision.ts";
export type { Environment, HostFacts, MachineShift } from "./formats/environment.ts";
export type { Variant } from "./formats/fields.ts";
export type { HostState } from "./formats/host-state.ts";
export type { Conditions, Failed, Failure, Imported, Measured, Outcome, ReusedResult, ReusedVariant, Stage } from "./formats/outcome.ts";
export type { MeasurementContext, ScalingFactor, ScalingFile } from "./formats/scaling-factors.ts";
export type { Benchmark, Group, Listed, Reason, Session, SessionSamples, Subject } from "./formats/session.ts";
export type { Withdrawal } from "./formats/withdrawal.ts";

/** One commit of the target's first-parent history, as git tells it. */
export interface Revision {
  id: string;
  /** First parent, absent for a root commit. */
  parent?: string;
  committed: string;
  author: string;
  /** First line of the commit message. */
  title: string;
  /** Same tree as its first parent. */
  isEmpty: boolean;
}

/** Withdrawals that count now, oldest first: by session, and by benchmark. */
export interface Withdrawn {
  sessions: ReadonlyMap<string, Withdrawal>;
  benchmarks: ReadonlyMap<string, Withdrawal>;
}

/** One thing to measure, and why. */
export interface WorkItem {
  subject: Subject;
  reason: Reason;
  /** In words, for `evenkeel queue` and the log. */
  because: string;
  /** Names of the benchmarks owed; undefined means all that the suite lists. */
  benchmarks?: string[];
  /** Names or patterns of the benchmarks that this revision does not owe: slow ones, on most revisions. */
  without?: string[];
  /** Suite revision to measure with, where not the present one: that of a cached build. */
  suite?: string;
  /** Measure what a neighbouring revision is known to run too. */
  force?: true;
  /** Which session of its kind this is to be, 1 is the first: the same subject is wanted several times. */
  nth?: number;
}
