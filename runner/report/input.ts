import type { Decision, Environment, ScalingFile, Listed, Revision, Withdrawal } from "../model.ts";
import type { CommonMode } from "../timeline/common-mode.ts";
import type { MachineVerdict } from "../timeline/controls.ts";
import type { Failing } from "../timeline/failing.ts";
import type { Head, Results } from "../timeline/results.ts";
import type { SuiteVerdict } from "../timeline/verdict.ts";
import type { Target } from "./links.ts";

/** Input of all reports, from the repositories of results and target only. The same input gives the same bytes. */
export interface ReportInput {
  target: Target;
  /** Hosts, the one with the most recent session first. */
  hosts: readonly HostInput[];
  /** First-parent history, oldest first. */
  history: readonly Revision[];
  /** Results of all hosts. */
  results: Results;
  /** Results of bridges, in any order. */
  scalingFiles: readonly ScalingFile[];
  /** Decisions on suspected changes, in any order. */
  decisions: readonly Decision[];
  /** Withdrawn sessions and benchmarks, in the order of their withdrawal. */
  withdrawn: readonly Withdrawal[];
  /** Records of environments by id. The record of a session's environment may be missing. */
  environments: ReadonlyMap<string, Environment>;
  /** Time that "last month" counts back from: the end of the newest session of any host. */
  now: string;
}

/** A host's part of the input. */
export interface HostInput {
  name: string;
  currentEnvironment: string;
  /** Benchmarks that the suite listed in its newest session. */
  benchmarks: readonly Listed[];
  /** Names of the benchmarks whose samples are expected to be equal. */
  constant?: ReadonlySet<string>;
  /** State of the newest upgrade; absent without one. */
  upgrade?: UpgradeState;
  /** Number of revisions waiting to be measured; absent if the host's state is not known. */
  backlog?: number;
  /** Reason that the schedule is paused; absent otherwise. */
  paused?: string;
  /** Reason that nothing can be measured; absent otherwise. */
  blocked?: string;
  /** Sentences about parts of the suite that cannot be listed; absent without any. */
  unlisted?: readonly string[];
  /** Name of the host with the newest state, if its program is another version. */
  programUnlike?: string;
}

/** State of the newest transition of environments. */
export interface UpgradeState {
  /** Sessions that bridges still need. */
  owed: number;
  judged?: Judged;
}

export interface Judged {
  /** `null`: by an empty commit. `held-out`: by the revision held out of the bridge, if there is no empty commit. */
  by: "empty-commit" | "held-out";
  /** Id of that revision. */
  revision: string;
  /** Id of the environment before the transition. */
  before: string;
  verdict: SuiteVerdict;
}

/** Input of one host's pages: its part of the input, with values that are computed from it once. */
export interface Report extends Omit<ReportInput, "target" | "hosts">, Omit<HostInput, "name"> {
  server: { name: string; target: Target };
  /** There is no other host, so pages do not name it. */
  isAlone: boolean;
  /** Results of this host. */
  results: Results;
  /** Sessions of revisions that are not in the history (any more), sorted by id. */
  notInHistory: readonly Head[];
  /** Verdict of the controls on the machine. */
  machine: MachineVerdict;
  /** Noise that benchmarks of this host's sessions share. */
  common: CommonMode;
  /** Benchmarks that fail now. */
  failing: Failing;
}
