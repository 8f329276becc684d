import { isNamedBy } from "../../config/benchmark-pattern.ts";
import type { Decision, Revision, Session, WorkItem } from "../model.ts";
import { decisionsOf, readingsOf } from "../timeline/detection/readings.ts";
import type { BenchmarkTimeline } from "../timeline/timeline.ts";
import { rangeOf, type Narrowed, type Range } from "./narrowing.ts";

export interface BisectionInput {
  benchmarks: readonly BenchmarkTimeline[];
  /** This host's sessions. */
  sessions: readonly Session[];
  /** Decisions that no other decision supersedes. */
  decisions: readonly Decision[];
  /** Returns the revisions to be measured between two others, oldest first. */
  between: (lastGood: string, firstBad: string) => readonly Revision[];
  environment: string;
  /** Names of the benchmarks that a revision does not owe, by its id. */
  without?: ReadonlyMap<string, string[]>;
}

export interface Bisections {
  items: WorkItem[];
  /** Changes with a smaller range than at their confirmation. Fresh pairs decide on these. */
  narrowed: Narrowed[];
}

/**
 * Bisects confirmed changes whose range has several revisions. The middle of the skipped revisions is measured until none is left.
 * Then pairs of the two remaining programs decide. Pure.
 */
export function bisections(input: BisectionInput): Bisections {
  const found: Bisections = { items: [], narrowed: [] };
  for (const { name, listed, series } of input.benchmarks) {
    if (!listed) continue;
    for (const one of series) {
      const known = decisionsOf(input.decisions, name, one);
      if (known.length === 0) continue;
      const seen = readingsOf(one);
      for (const decision of known) {
        if (decision.outcome !== "confirmed" || decision.skipped === 0 || decision.context.environment !== input.environment) continue;
        // A difference of one binary's layout is caused by no revision.
        if (decision.layouts?.verdict === "binary") continue;
        const range = rangeOf(decision, seen, known);
        if (!range) continue;
        const item = middle(decision, range, input);
        if (item) found.items.push(item);
        else if (range.firstBad !== decision.firstBad || range.lastGood !== decision.lastGood) found.narrowed.push({ decision, range });
      }
    }
  }
  return found;
}

/** Returns an item for the middle of a range's revisions that can still be measured. */
function middle(decision: Decision, range: Range, input: BisectionInput): WorkItem | undefined {
  const { benchmark, variant } = decision;
  const ofRevision = (id: string) => input.sessions.filter(({ subject }) => subject.kind === "revision" && subject.revision === id);
  const isTried = ({ environment, failure, benchmarks, listed }: Session) =>
    environment === input.environment &&
    (failure !== undefined || benchmarks[benchmark]?.[variant] !== undefined || !listed.some(({ name }) => name === benchmark));
  const between = input.between(range.lastGood, range.firstBad);
  const open = between.filter(({ id }) => !ofRevision(id).some(isTried));
  const revision = open[Math.floor(open.length / 2)];
  if (!revision) return undefined;
  const alone = ofRevision(revision.id).length > 0 || isNamedBy(benchmark, input.without?.get(revision.id) ?? []);
  return {
    subject: { kind: "revision", revision: revision.id },
    reason: "bisect",
    because: `find which of ${between.length + 1} revisions made ${benchmark} ${decision.direction}: ${open.length} of them unmeasured`,
    ...(alone && { benchmarks: [benchmark] }),
  };
}
