import type { Decision, Layouts, MeasurementContext, Session, Variant, WorkItem } from "../model.ts";
import { decisionsOf } from "../timeline/detection/readings.ts";
import { layoutsVerdict, meanOf, mostPairs } from "../timeline/detection/layouts.ts";
import type { BenchmarkTimeline } from "../timeline/timeline.ts";
import type { NewDecision } from "./suspicions.ts";

/** A confirmed change that is checked with builds of other layouts. */
export interface LayoutCheck {
  benchmark: string;
  variant: Variant;
  firstBad: string;
  /** Confirmed change, ln seconds. */
  change: number;
  /** Sessions taken. */
  taken: number;
  /** Build of the next session; undefined once the check is decided. */
  next: { revision: string; layout: number } | undefined;
  finding: NewDecision | undefined;
}

/** Sessions that a check takes at most. */
export const mostLayoutSessions = 2 * mostPairs;

interface LayoutChecksInput {
  /** This host's timeline. */
  benchmarks: readonly BenchmarkTimeline[];
  /** This host's sessions, by id. */
  sessions: readonly Session[];
  /** Decisions that no other decision supersedes. */
  decisions: readonly Decision[];
  /** Present environment. */
  environment: string;
}

/**
 * Checks of confirmed changes in other layouts. A pair is a build of the first program with the change and one of the last program without
 * it, each with a layout of its own. Pure.
 */
export function layoutChecks({ benchmarks, sessions, decisions, environment }: LayoutChecksInput): LayoutCheck[] {
  return benchmarks.flatMap(({ name, listed, series, current }) =>
    listed
      ? series.flatMap((one) =>
          decisionsOf(decisions, name, one)
            .filter(({ layouts, context }) => layouts?.verdict === "open" && context.environment === environment)
            .map((decision) => checkOf(decision, current, sessions)),
        )
      : [],
  );
}

/** Result of a session of another layout. */
interface Trial {
  session: string;
  layout: number;
  isAfter: boolean;
  /** ln seconds. */
  value?: number;
  /** The program is identical to the one measured before: its layout did not change. */
  isFixed?: boolean;
  /** Reason that there is no value and will be none. */
  problem?: string;
}

function checkOf(decision: Decision, current: MeasurementContext, sessions: readonly Session[]): LayoutCheck {
  const { benchmark, variant, firstBad, lastGood, change } = decision;
  const trials = trialsOf(decision, sessions);
  const check = { benchmark, variant, firstBad, change: change?.phi ?? 0, taken: trials.length };
  const layouts = judged(decision, current, trials);
  if (layouts)
    return { ...check, next: undefined, finding: findingOf(decision, { ...layouts, sessions: trials.map(({ session }) => session) }) };
  const next = nextOf(trials);
  return { ...check, next: next && { revision: next.isAfter ? firstBad : lastGood, layout: next.layout }, finding: undefined };
}

/** Returns the first build without a session. The first side alternates, so that a steady drift of the machine favours neither. */
function nextOf(trials: readonly Trial[]): Pick<Trial, "layout" | "isAfter"> | undefined {
  const isTaken = (layout: number, isAfter: boolean) => trials.some((one) => one.layout === layout && one.isAfter === isAfter);
  for (let layout = 1; layout <= mostPairs; layout++) {
    const first = layout % 2 === 1;
    for (const isAfter of [first, !first]) if (!isTaken(layout, isAfter)) return { layout, isAfter };
  }
  return undefined;
}

const otherForm = "the suite has changed the benchmark since";

/** Returns the result of the sessions; undefined if another one is needed. */
function judged(
  { change, sessions, context }: Decision,
  current: MeasurementContext,
  trials: readonly Trial[],
): Omit<Layouts, "sessions"> | undefined {
  const problem = context.workload === current.workload ? trials.flatMap((trial) => trial.problem ?? [])[0] : otherForm;
  if (problem !== undefined) return { verdict: "untold", reason: problem };
  if (trials.some(({ isFixed }) => isFixed)) return { verdict: "fixed" };
  if (!change) return { verdict: "untold", reason: "the size of the change is unknown" };
  const valueOf = (layout: number, side: boolean) => trials.find((one) => one.layout === layout && one.isAfter === side)?.value;
  const differences: number[] = [];
  for (let layout = 1; layout <= mostPairs; layout++) {
    const [after, before] = [valueOf(layout, true), valueOf(layout, false)];
    if (after !== undefined && before !== undefined) differences.push(after - before);
  }
  // Converts the error of the confirmed change, a mean over pairs of sessions, into that of one pair.
  const noise = change.standardError * Math.sqrt(Math.max(1, Math.floor(sessions.length / 2)) / 2);
  const verdict = layoutsVerdict(change.phi, noise, differences);
  if (verdict.status === "open") return undefined;
  return { verdict: verdict.status, change: meanOf(noise, differences) };
}

/** Sessions of other layouts of both sides in this environment, oldest first. */
function trialsOf(
  { benchmark, variant, firstBad, lastGood, context, sessions: confirming }: Decision,
  sessions: readonly Session[],
): Trial[] {
  const known = programsOf({ benchmark, variant }, confirming, sessions);
  return sessions.flatMap((session): Trial[] => {
    const { id, subject, environment, failure, benchmarks, listed } = session;
    if (subject.kind !== "layout" || environment !== context.environment) return [];
    if (subject.revision !== firstBad && subject.revision !== lastGood) return [];
    const trial = { session: id, layout: subject.layout, isAfter: subject.revision === firstBad };
    if (failure) return [{ ...trial, problem: `${failure.stage}: ${failure.message}` }];
    const outcome = benchmarks[benchmark]?.[variant];
    // An interrupted session is repeated.
    if (!outcome)
      return listed.some(({ name }) => name === benchmark)
        ? []
        : [{ ...trial, problem: "the suite does not list the benchmark at that revision" }];
    if (outcome.workload !== context.workload) return [{ ...trial, problem: otherForm }];
    if (outcome.status === "failed") return [{ ...trial, problem: `${outcome.stage}: ${outcome.message}` }];
    if (outcome.status !== "ok") return [];
    const isFixed = outcome.fingerprint === undefined || known.has(outcome.fingerprint);
    return [{ ...trial, value: Math.log(outcome.seconds), ...(isFixed && { isFixed }) }];
  });
}

/** Returns the fingerprints of the programs that confirmed a change. */
function programsOf(
  { benchmark, variant }: { benchmark: string; variant: Variant },
  ids: readonly string[],
  sessions: readonly Session[],
): Set<string> {
  const wanted = new Set(ids);
  return new Set(
    sessions.flatMap(({ id, benchmarks }) => {
      const outcome = wanted.has(id) ? benchmarks[benchmark]?.[variant] : undefined;
      return outcome?.status === "ok" && outcome.fingerprint !== undefined ? [outcome.fingerprint] : [];
    }),
  );
}

/** Returns the decision with the result of other layouts. It supersedes the first one. */
function findingOf({ n, ...decision }: Decision, layouts: Layouts): NewDecision {
  return { ...decision, layouts, supersedes: { firstBad: decision.firstBad, n } };
}

/** Returns the next session of each check, shared by those that need the same build. */
export function layoutItems(checks: readonly LayoutCheck[], because: (served: readonly LayoutCheck[]) => string): WorkItem[] {
  const wanted = new Map<string, LayoutCheck[]>();
  for (const check of checks) {
    if (!check.next) continue;
    const key = `${check.next.revision} ${check.next.layout}`;
    wanted.set(key, [...(wanted.get(key) ?? []), check]);
  }
  return [...wanted.values()].flatMap((served) => {
    const [first] = served;
    if (!first?.next) return [];
    const benchmarks = [...new Set(served.map(({ benchmark }) => benchmark))].sort();
    return [{ subject: { kind: "layout", ...first.next }, reason: "layout", because: because(served), benchmarks }];
  });
}
