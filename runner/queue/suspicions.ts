import type { Decision, Layouts, MeasurementContext, Session, Variant } from "../model.ts";
import { candidate, type Candidate } from "../timeline/detection/candidate.ts";
import { confirmation, type Confirmation, type Fresh } from "../timeline/detection/confirmation.ts";
import { decisionsOf, isImportedValue, knownNoise, indexesOf, readingsOf, settledIn, type Seen } from "../timeline/detection/readings.ts";
import { newestRevision } from "../timeline/points.ts";
import type { Results } from "../timeline/results.ts";
import { selected } from "../timeline/selected.ts";
import type { BenchmarkTimeline, Series } from "../timeline/timeline.ts";
import { boundaryIn, type Boundary, type Narrowed } from "./narrowing.ts";

/** Version of the rules in detection/. Stored with each decision, so that rules can change without rewriting decisions. */
export const rules = 3;

/** A decision without its number, host and time. */
export type NewDecision = Omit<Decision, "schema" | "n" | "host" | "written">;

/** A suspected change of a series, and the progress of its confirmation. */
export interface Suspicion {
  benchmark: string;
  variant: Variant;
  /** Oldest revision of the program that may have changed it. */
  firstBad: string;
  /** Suspected change: ln seconds after it - ln seconds before. */
  change: number;
  /** Sessions taken to confirm it. */
  taken: number;
  /** The suspected change is exactly at a transition of environment or workload. */
  isAtTransition: boolean;
  /** Revisions that run one of the measured programs: right after the change, right before it, and well before it. */
  programs: readonly string[];
  /** Revisions that run the program of the next session; undefined once it is decided. */
  next: readonly string[] | undefined;
  /** Decision, once there is one. */
  finding: NewDecision | undefined;
}

interface SuspicionsInput {
  /** This host's timeline without sessions of undecided confirmations: see withoutUndecided. */
  benchmarks: readonly BenchmarkTimeline[];
  /** All of this host's sessions, by id. */
  sessions: readonly Session[];
  /** Decisions that no other decision supersedes. */
  decisions: readonly Decision[];
  /** Keys of sessions that decisions used: see usedSessions. */
  used: ReadonlySet<string>;
  /** Changes whose ranges have no revision left to measure. */
  narrowed: readonly Narrowed[];
  /** Returns the number of revisions to be measured between two. */
  skipped: (lastGood: string, firstBad: string) => number;
  /** Confirmed changes are checked with builds of other layouts. */
  checkLayouts: boolean;
}

/** Returns the oldest suspicion of each series. Pure. */
export function suspicions(input: SuspicionsInput): Suspicion[] {
  return input.benchmarks.flatMap(({ name, listed, series, current }) =>
    listed ? series.flatMap((one) => suspicionIn(name, one, current, input)) : [],
  );
}

/** Returns keys of the sessions that decisions used, one for each benchmark variant. */
export function usedSessions(decisions: readonly Decision[]): Set<string> {
  return new Set(decisions.flatMap(({ benchmark, variant, sessions }) => sessions.map((id) => useKey(id, benchmark, variant))));
}

/**
 * Returns results without sessions of undecided confirmations: these judge a suspicion and must not contribute to it. After the decision they
 * count like any other. Sessions that look for creeping changes are excluded, too: they serve only the comparison of two programs.
 */
export function withoutUndecided(results: Results, used: ReadonlySet<string>): Results {
  return selected(
    results,
    ({ reason, failure }) => reason !== "creeping" && (reason !== "confirm" || !failure),
    ({ id, reason }, benchmark, variant) => reason !== "confirm" || used.has(useKey(id, benchmark, variant)),
  );
}

function suspicionIn(benchmark: string, series: Series, current: MeasurementContext, input: SuspicionsInput): Suspicion[] {
  const { variant } = series;
  const seen = readingsOf(series);
  const trials = trialsOf({ benchmark, variant, reason: "confirm" }, current, input);
  const indexes = trials.size > 0 ? indexesOf(seen) : new Map<string, number>();
  const begun = new Set([...trials.keys()].flatMap((revision) => indexes.get(revision) ?? []));
  const decisions = decisionsOf(input.decisions, benchmark, series);
  const decided = settledIn(seen, decisions);
  const settled = { ...decided, rejected: [...decided.rejected, ...neverRaised(seen)], begun };
  const known = knownNoise(series);
  const boundary = input.narrowed
    .filter(({ decision }) => decisions.includes(decision))
    .flatMap((one) => boundaryIn(one, seen, settled, known) ?? [])[0];
  const readings = seen.map(({ reading }) => reading);
  const found = boundary?.candidate ?? candidate(readings, settled, known);
  const [before, after] = found ? [seen[found.split - 1], seen[found.split]] : [];
  if (!found || !before || !after) return [];
  const anchor = found.anchor === undefined ? undefined : seen[found.anchor];
  return [judged({ benchmark, variant, found, boundary, before, after, anchor, seen, current, trials, input })];
}

/** Returns rejections at imported values, which never begin a change. Their differences may be of another machine and cannot be confirmed here. */
function neverRaised(seen: readonly Seen[]): { split: number; noticed: number }[] {
  return seen.flatMap((one, split) => (isImportedValue(one) && one.reading.linkError === 0 ? [{ split, noticed: Infinity }] : []));
}

interface Case {
  benchmark: string;
  variant: Variant;
  found: Candidate;
  /** Boundary of a narrowed range, if the candidate is one. */
  boundary: Boundary | undefined;
  before: Seen;
  after: Seen;
  anchor: Seen | undefined;
  seen: readonly Seen[];
  current: MeasurementContext;
  trials: ReadonlyMap<string, Trial[]>;
  input: Pick<SuspicionsInput, "skipped" | "checkLayouts">;
}

function judged({ benchmark, variant, found, boundary, before, after, anchor, seen, current, trials, input }: Case): Suspicion {
  const sides = { after: revisionsOf(after), before: revisionsOf(before), anchor: anchor ? revisionsOf(anchor) : [] };
  const taken = (["after", "before", "anchor"] as const)
    .flatMap((side) => sides[side].flatMap((id) => (trials.get(id) ?? []).map((trial) => ({ ...trial, side }))))
    .sort((a, b) => (a.session < b.session ? -1 : 1));
  const problem = taken.flatMap((trial) => trial.problem ?? [])[0];
  const fresh: Fresh[] = taken.flatMap(({ side, value }) => (value === undefined ? [] : [{ side, value }]));
  const state = confirmation(found, fresh);
  const firstBad = after.entry.point.revisions[0].id;
  const suspicion = {
    benchmark,
    variant,
    firstBad,
    change: found.change,
    taken: fresh.length,
    isAtTransition: before.entry.segment !== after.entry.segment,
    programs: Object.values(sides).flat(),
  };
  if (problem === undefined && state.status === "open") return { ...suspicion, next: sides[state.next], finding: undefined };
  const lastGood = newestRevision(before.entry.point).id;
  const noticed = seen[found.noticed] ?? after;
  const outcome = outcomeOf(found, state, problem);
  const isConfirmed = outcome.outcome === "confirmed";
  const wide = isConfirmed ? boundary?.decision : undefined;
  // A narrowed range keeps the check of its decision, or is checked now.
  const layouts = wide?.layouts ?? (isConfirmed && input.checkLayouts && haveLayouts(variant, taken) ? unchecked : undefined);
  return {
    ...suspicion,
    next: undefined,
    finding: {
      rules,
      benchmark,
      variant,
      context: { environment: current.environment, workload: current.workload },
      found: found.found,
      firstBad,
      lastGood,
      skipped: input.skipped(lastGood, firstBad),
      noticed: newestRevision(noticed.entry.point).id,
      sessions: taken.map(({ session }) => session),
      ...outcome,
      ...(layouts && { layouts }),
      ...(wide && { supersedes: { firstBad: wide.firstBad, n: wide.n } }),
    },
  };
}

const unchecked: Layouts = { verdict: "open", sessions: [] };

/** Returns whether other layouts can be checked: the programs are compiled, and fingerprints show whether a build has another layout. */
function haveLayouts(variant: Variant, taken: readonly (Trial & Pick<Fresh, "side">)[]): boolean {
  return (
    variant === "compiled" &&
    (["after", "before"] as const).every((side) => taken.some((one) => one.side === side && one.program !== undefined))
  );
}

/** Returns the ids of the revisions that run a point's program. */
export function revisionsOf({ entry }: Seen): string[] {
  return entry.point.revisions.map(({ id }) => id);
}

function outcomeOf(
  { change }: Candidate,
  state: Confirmation,
  problem: string | undefined,
): Pick<NewDecision, "outcome" | "direction" | "change" | "reason"> {
  const direction = change > 0 ? "slower" : "faster";
  if (problem !== undefined || state.status === "open") {
    return { outcome: "unconfirmable", direction, ...(problem !== undefined && { reason: problem }) };
  }
  return { outcome: state.status, direction, change: state.change };
}

/** Result of a session that was taken to decide something. */
export interface Trial {
  session: string;
  /** ln seconds. */
  value?: number;
  /** Fingerprint of the program, if the suite provides it. */
  program?: string;
  /** Reason that there is no value and will be none. */
  problem?: string;
}

/** Returns the results of sessions that were taken for a reason and that no decision used, by revision. */
export function trialsOf(
  { benchmark, variant, reason: wanted }: { benchmark: string; variant: Variant; reason: "confirm" | "creeping" },
  { environment, workload }: MeasurementContext,
  { sessions, used }: Pick<SuspicionsInput, "sessions" | "used">,
): Map<string, Trial[]> {
  const found = new Map<string, Trial[]>();
  for (const session of sessions) {
    const { id, subject, reason, failure, benchmarks, listed } = session;
    if (reason !== wanted || session.environment !== environment || subject.kind !== "revision") continue;
    if (used.has(useKey(id, benchmark, variant))) continue;
    const outcome = benchmarks[benchmark]?.[variant];
    const trial = (rest: Omit<Trial, "session">) =>
      found.set(subject.revision, [...(found.get(subject.revision) ?? []), { session: id, ...rest }]);
    if (failure) trial({ problem: `${failure.stage}: ${failure.message}` });
    else if (!outcome) {
      // An interrupted session is repeated.
      if (!listed.some(({ name }) => name === benchmark)) continue;
    } else if (outcome.workload !== workload) trial({ problem: "the suite has another form of the benchmark at that revision" });
    else if (outcome.status === "failed") trial({ problem: `${outcome.stage}: ${outcome.message}` });
    else if (outcome.status === "ok")
      trial({ value: Math.log(outcome.seconds), ...(outcome.fingerprint !== undefined && { program: outcome.fingerprint }) });
  }
  return found;
}

function useKey(session: string, benchmark: string, variant: Variant): string {
  return `${session} ${variant} ${benchmark}`;
}
