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
  /** Of all hosts. */
  sessions: readonly Session[];
  /** The same in columns, where they were read so. */
  results?: Results | undefined;
  scalingFactors: readonly ScalingFactor[];
  /** What was decided on changes of the code. */
  decisions: readonly Decision[];
  host: string;
  /** Id of the present environment. */
  environment: string;
  /** What the suite lists now. */
  benchmarks: readonly Listed[];
  reopened?: Reopened | undefined;
  /** Hash of the configuration now, as `Session.setup`. */
  setup?: string;
}

/** What a host's newest transition of environment, or of a benchmark's workload, still owes, and how it is judged. */
export interface Upgrade {
  bridges: Bridge[];
  /** Sessions that the bridges still need. */
  items: WorkItem[];
  /** Undefined while bridges are missing, or where nothing was held out. */
  verification: Verification | undefined;
  /** Sessions that its verdict still needs. */
  verifying: WorkItem[];
}

/** What this host measured, as its own timeline: another host's environments are no transitions of this one. */
export function ownTimeline(input: Omit<UpgradeInput, "decisions">): BenchmarkTimeline[] {
  const { history, scalingFactors, environment, benchmarks } = input;
  return [
    ...benchmarkTimelines({ history, results: resultsOfHost(input), listed: benchmarks, currentEnvironment: environment, scalingFactors }),
  ];
}

/** What this host measured, in columns. */
export function resultsOfHost({ sessions, results, host }: Pick<UpgradeInput, "sessions" | "results" | "host">): Results {
  return selected(results ?? resultsOf(sessions), (one) => one.host === host);
}

/** All that the newest transition asks for. Pure. */
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
  const atTransition = suspected
    .filter(({ isAtTransition: isAtSwitch, finding }) => isAtSwitch && !finding)
    .map(({ benchmark }) => benchmark);
  const common = commonModeIn(results, noise);
  const judged = verification({ benchmarks, sessions: own, history, environment, noise, common, suspected: atTransition });
  const verifying = setCover({
    ...covering,
    needs: judged?.needs ?? [],
    reason: "verify",
    because: (count) =>
      `verdict on the upgrade, by ${judged?.by === "null" ? "the empty commit" : "the revision held out"}: ${count} benchmarks open`,
  });
  return { bridges: found, items: [], verification: judged, verifying };
}

/** Whether anything was measured otherwise than it is now: most of the time nothing was, and a timeline takes a while. */
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
