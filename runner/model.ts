/**
 * Terms of the project as types, without code. Types of stored data are derived from the schemas in formats/.
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

/** One commit of the target's first-parent history. */
export interface Revision {
  id: string;
  /** First parent; absent for a root commit. */
  parent?: string;
  committed: string;
  author: string;
  /** First line of the commit message. */
  title: string;
  /** True if it has the same tree as its first parent. */
  isEmpty: boolean;
}

/** Withdrawals in effect, oldest first: by session, and by benchmark. */
export interface Withdrawn {
  sessions: ReadonlyMap<string, Withdrawal>;
  benchmarks: ReadonlyMap<string, Withdrawal>;
}

/** One subject to measure, with the reason. */
export interface WorkItem {
  subject: Subject;
  reason: Reason;
  /** Explanation for `evenkeel queue` and the log. */
  because: string;
  /** Names of the owed benchmarks; undefined for all that the suite lists. */
  benchmarks?: string[];
  /** Names or patterns of benchmarks that this revision does not owe, such as slow ones on most revisions. */
  without?: string[];
  /** Suite revision of a cached build to measure with; absent for the present one. */
  suite?: string;
  /** Set to measure even if a result of a neighbouring revision could be reused. */
  force?: true;
  /** Number of the session among those of this subject and reason, from 1. */
  nth?: number;
}
