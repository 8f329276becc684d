import type { Decision, Environment, ScalingFile, Listed, Revision, Withdrawal } from "../model.ts";
import type { CommonMode } from "../timeline/common-mode.ts";
import type { MachineVerdict } from "../timeline/controls.ts";
import type { Failing } from "../timeline/failing.ts";
import type { Head, Results } from "../timeline/results.ts";
import type { SuiteVerdict } from "../timeline/verdict.ts";
import type { Target } from "./links.ts";

/** Everything reports are made from, all of it from the repositories of results and target. The same input gives the same bytes. */
export interface ReportInput {
  target: Target;
  /** The one with the most recent session first. */
  hosts: readonly HostInput[];
  /** First-parent history, oldest first. */
  history: readonly Revision[];
  /** Of all hosts. */
  results: Results;
  /** What bridges found, in any order. */
  scalingFiles: readonly ScalingFile[];
  /** What became of suspected changes, in any order. */
  decisions: readonly Decision[];
  /** Sessions, and values of benchmarks, that do not count, in the order in which they were withdrawn. */
  withdrawn: readonly Withdrawal[];
  /** By id. A session's environment may lack its record. */
  environments: ReadonlyMap<string, Environment>;
  /** Time that "last month" counts back from: the end of the newest session of any host. */
  now: string;
}

/** A host as reports show it. */
export interface HostInput {
  name: string;
  currentEnvironment: string;
  /** Benchmarks that the suite listed in its newest session. */
  benchmarks: readonly Listed[];
  /** Names of the benchmarks whose samples are expected to be equal. */
  constant?: ReadonlySet<string>;
  /** State of its newest upgrade; absent where there was none. */
  upgrade?: UpgradeState;
  /** Revisions that wait to be measured; absent where its state is not known. */
  backlog?: number;
  /** Why the schedule does nothing; absent where it is at work. */
  paused?: string;
  /** Reason that nothing can be measured; absent where there is none. */
  blocked?: string;
  /** Parts of the suite that cannot be listed there, a sentence each; absent where all can. */
  unlisted?: readonly string[];
  /** Set where its program is another version than that of the host with the newest state: the name of that host. */
  programUnlike?: string;
}

/** How the newest transition of environments is linked and judged. */
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
  /** Id of the environment before the transition. */
  before: string;
  verdict: SuiteVerdict;
}

/** Input of one host's pages: the part of the input that is that host's, with values that are computed from it once. */
export interface Report extends Omit<ReportInput, "target" | "hosts">, Omit<HostInput, "name"> {
  server: { name: string; target: Target };
  /** There is no other host: pages need not name it. */
  isAlone: boolean;
  /** Of this host. */
  results: Results;
  /** Sessions of revisions that the history does not hold (any more), sorted by id. */
  notInHistory: readonly Head[];
  /** What controls say of the machine. */
  machine: MachineVerdict;
  /** Noise that benchmarks of its sessions share. */
  common: CommonMode;
  /** Benchmarks that fail now. */
  failing: Failing;
}
