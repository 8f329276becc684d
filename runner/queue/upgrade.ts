import type { Decision, ScalingFactor, Listed, Revision, Session, WorkItem } from "../model.ts";
import { standing } from "../timeline/detection/readings.ts";
import { commonModeIn } from "../timeline/common-mode.ts";
import { noiseIn } from "../timeline/noise.ts";
import { resultsOf } from "../timeline/results-builder.ts";
import type { Results } from "../timeline/results.ts";
import { selected } from "../timeline/selected.ts";
import { benchmarkTimelines, type BenchmarkTimeline } from "../timeline/timeline.ts";
import { bridges, type Bridge, type Reopened } from "./bridges.ts";
import { setCover } from "./set-cover.ts";
import { suspicions, usedSessions, withoutUndecided } from "./suspicions.ts";
import { verification, type Verification } from "./verification.ts";
import { joinedWithAnd } from "../../config/joined-with-and.ts";

export interface UpgradeInput {
  /** First-parent history, oldest first. */
  history: readonly Revision[];
  /** Sessions of all hosts. */
  sessions: readonly Session[];
  /** The same sessions in columns, if they were read as such. */
  results?: Results | undefined;
  scalingFactors: readonly ScalingFactor[];
  /** Decisions on changes of the code. */
  decisions: readonly Decision[];
  host: string;
  /** Id of the present environment. */
  environment: string;
  /** Benchmarks that the suite lists now. */
  benchmarks: readonly Listed[];
  reopened?: Reopened | undefined;
  /** Hash of the configuration now, as `Session.setup`. */
  setup?: string;
}

/** Sessions that a host's newest transition of environment or workload still owes, and its verdict. */
export interface Upgrade {
  bridges: Bridge[];
  /** Sessions that the bridges still need. */
  items: WorkItem[];
  /** Undefined while bridges are unfinished, or if no program was held out. */
  verification: Verification | undefined;
  /** Sessions that its verdict still needs. */
  verifying: WorkItem[];
}

/** Returns the timeline of this host's results only: environments of other hosts are not its transitions. */
export function ownTimeline(input: Omit<UpgradeInput, "decisions">): BenchmarkTimeline[] {
  const { history, scalingFactors, environment, benchmarks } = input;
  return [
    ...benchmarkTimelines({ history, results: resultsOfHost(input), listed: benchmarks, currentEnvironment: environment, scalingFactors }),
  ];
}

/** Returns the results of this host, in columns. */
export function resultsOfHost({ sessions, results, host }: Pick<UpgradeInput, "sessions" | "results" | "host">): Results {
  return selected(results ?? resultsOf(sessions), (one) => one.host === host);
}

/** Returns all sessions that the newest transition needs, and its verdict. Pure. */
export function upgrade(input: UpgradeInput): Upgrade {
  const { environment, history, reopened, setup } = input;
  const own = input.sessions.filter((one) => one.host === input.host);
  if (!hadTransition(own, input)) return { bridges: [], items: [], verification: undefined, verifying: [] };
  const results = resultsOfHost(input);
  const used = usedSessions(input.decisions);
  const benchmarks = ownTimeline({ ...input, results: withoutUndecided(results, used) });
  const noise = noiseIn(results, { declared: input.benchmarks });
  const found = bridges({
    benchmarks,
    sessions: own,
    environment,
    noise,
    ...(setup !== undefined && { setup }),
    ...(reopened && { reopened }),
  });
  const covering = { history: history.map(({ id }) => id), sessions: own, environment };
  const items = setCover({
    ...covering,
    needs: found.flatMap(({ needs }) => needs),
    reason: "bridge",
    because: (count) => `bridge from ${sourcesText(found, input)}: ${count} of its programs`,
  });
  if (items.length > 0 || reopened) return { bridges: found, items, verification: undefined, verifying: [] };
  const decisions = standing(input.decisions);
  const suspected = suspicions({ benchmarks, sessions: own, decisions, used, narrowed: [], skipped: () => 0, checkLayouts: false });
  const atTransition = suspected.filter(({ isAtTransition, finding }) => isAtTransition && !finding).map(({ benchmark }) => benchmark);
  const common = commonModeIn(results, noise);
  const judged = verification({ benchmarks, sessions: own, history, environment, noise, common, suspected: atTransition });
  const verifying = setCover({
    ...covering,
    needs: judged?.needs ?? [],
    reason: "verify",
    because: (count) =>
      `verdict on the upgrade, by ${judged?.by === "empty-commit" ? "the empty commit" : "the revision held out"}: ${count} benchmarks open`,
  });
  return { bridges: found, items: [], verification: judged, verifying };
}

/** Returns whether any result is of another environment or workload. This spares the slow timeline, because usually none is. */
function hadTransition(own: readonly Session[], { environment, benchmarks }: UpgradeInput): boolean {
  const workloads = new Map(benchmarks.map(({ name, workload }) => [name, workload]));
  return own.some(
    (session) =>
      session.subject.kind === "revision" &&
      (session.environment !== environment ||
        Object.entries(session.benchmarks).some(([name, outcomes]) => {
          const now = workloads.get(name);
          return now !== undefined && Object.values(outcomes).some(({ workload }) => workload !== now);
        })),
  );
}

function sourcesText(found: readonly Bridge[], { environment }: UpgradeInput): string {
  const sources = new Set(found.filter(({ needs }) => needs.length > 0).map(({ from }) => from.environment));
  return joinedWithAnd([...sources].map((id) => (id === environment ? "before the suite's change" : `environment ${id.slice(0, 8)}`)));
}
