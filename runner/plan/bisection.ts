import { isNamedBy } from "../../config/benchmark-pattern.ts";
import type { Decision, Revision, Session, WorkItem } from "../model.ts";
import { levelBefore } from "../timeline/detection/level.ts";
import { decisionsOf, placesOf, readingsOf, settledIn, type Seen } from "../timeline/detection/readings.ts";
import { newestRevision } from "../timeline/points.ts";
import type { BenchmarkTimeline } from "../timeline/timeline.ts";
import type { Finding } from "./suspicions.ts";

export interface BisectionInput {
  benchmarks: readonly BenchmarkTimeline[];
  /** This host's. */
  sessions: readonly Session[];
  /** Those that stand. */
  decisions: readonly Decision[];
  /** Revisions that touch what is measured, between two, oldest first. */
  between: (lastGood: string, firstBad: string) => readonly Revision[];
  environment: string;
  /** Names of the benchmarks that a revision does not owe, by its id. */
  without?: ReadonlyMap<string, string[]>;
}

export interface Bisections {
  items: WorkItem[];
  /** Changes of which less is left than was known when they were confirmed. */
  narrowed: Finding[];
}

/**
 * Confirmed changes whose revision is one of several: the middle of those that were skipped is measured, until none is left that could
 * be; then it is decided anew which of them it was. Pure.
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
        if (decision.outcome !== "confirmed" || decision.skipped === 0 || decision.place.environment !== input.environment) continue;
        const range = rangeOf(decision, seen, settledIn(seen, known).changes);
        if (!range) continue;
        const item = middle(decision, range, input);
        if (item) found.items.push(item);
        else found.narrowed.push(...narrowed(decision, range, input));
      }
    }
  }
  return found;
}

/** Newest revision of the last program before the change, oldest of the first one after it. */
interface Range {
  lastGood: string;
  firstBad: string;
}

/** Where it lies by what was measured since: between the two programs that part the values best, each closer to its own level. */
function rangeOf({ firstBad, lastGood }: Decision, seen: readonly Seen[], changes: readonly number[]): Range | undefined {
  const places = placesOf(seen);
  const [good, bad] = [places.get(lastGood), places.get(firstBad)];
  if (good === undefined || bad === undefined || good >= bad) return undefined;
  const from = Math.max(0, ...changes.filter((change) => change <= good));
  const before = levelBefore(
    seen.map(({ reading }) => reading),
    from,
    good + 1,
  );
  const after = seen[bad]?.reading.value;
  if (!before || after === undefined) return undefined;
  const cost = (cut: number) =>
    seen
      .slice(good + 1, bad)
      .reduce((sum, { reading }, index) => sum + (reading.value - (good + 1 + index < cut ? before.value : after)) ** 2, 0);
  let best = bad;
  for (let cut = bad; cut > good; cut--) if (cost(cut) < cost(best)) best = cut;
  const [left, right] = [seen[best - 1], seen[best]];
  return left && right && { lastGood: newestRevision(left.entry.point).id, firstBad: right.entry.point.revisions[0].id };
}

/** The middle of what of a range could still be measured. */
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
    because: `which of ${between.length + 1} revisions made ${benchmark} ${decision.direction}: ${open.length} of them unmeasured`,
    ...(alone && { benchmarks: [benchmark] }),
  };
}

function narrowed(decision: Decision, range: Range, input: BisectionInput): Finding[] {
  if (range.firstBad === decision.firstBad && range.lastGood === decision.lastGood) return [];
  const skipped = input.between(range.lastGood, range.firstBad).length;
  return [{ ...decision, ...range, skipped, found: "bisection", supersedes: { firstBad: decision.firstBad, n: decision.n } }];
}
