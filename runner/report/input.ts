import type { Decision, Environment, HopFile, Listed, Revision, Withdrawal } from "../model.ts";
import type { MachineVerdict } from "../timeline/controls.ts";
import type { Head, Results } from "../timeline/results.ts";
import type { SuiteVerdict } from "../timeline/verdict.ts";
import type { Target } from "./links.ts";

/** Everything reports are made from. The same input gives the same bytes. */
export interface ReportInput {
  server: { name: string; target: Target };
  /** First-parent history, oldest first. */
  history: readonly Revision[];
  results: Results;
  /** What bridges found, in any order. */
  hopFiles: readonly HopFile[];
  /** What became of suspected changes, in any order. */
  decisions: readonly Decision[];
  /** Sessions that do not count, in the order in which they were withdrawn. */
  withdrawn: readonly Withdrawal[];
  /** By id. A session's environment may lack its record. */
  environments: ReadonlyMap<string, Environment>;
  currentEnvironment: string;
  /** What the suite listed in the newest session. */
  benchmarks: readonly Listed[];
  /** Names of the benchmarks whose samples are expected to be equal. */
  constant?: ReadonlySet<string>;
  /** How the newest upgrade of this server is linked and judged; absent where there was none. */
  upgrade?: UpgradeState;
  /** Revisions that wait to be measured. */
  backlog: number;
  /** Why the schedule does nothing; absent where it is at work. */
  paused?: string;
  /** Time that "last month" counts back from: the end of the newest session, or the clock's. */
  now: string;
}

/** How the newest switch of environments is linked and judged. */
export interface UpgradeState {
  /** Sessions that bridges still need. */
  owed: number;
  judged?: Judged;
}

export interface Judged {
  /** By an empty commit; where there is none, by the revision that was held out of the bridge. */
  by: "null" | "held-out";
  /** Id of that revision. */
  revision: string;
  /** Id of the environment before the switch. */
  before: string;
  verdict: SuiteVerdict;
}

/** The input with what was computed from it once, for all pages. */
export interface Report extends ReportInput {
  /** Sessions of revisions that the history does not hold (any more), sorted by id. */
  notInHistory: readonly Head[];
  /** What controls say of the machine. */
  machine: MachineVerdict;
}
