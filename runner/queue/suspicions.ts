import type { Decision, Layouts, MeasurementContext, Session, Variant } from "../model.ts";
import { candidate, type Candidate } from "../timeline/detection/candidate.ts";
import { confirmation, type Confirmation, type Fresh } from "../timeline/detection/confirmation.ts";
import { decisionsOf, isImportedValue, knownNoise, indexesOf, readingsOf, settledIn, type Seen } from "../timeline/detection/readings.ts";
import { newestRevision } from "../timeline/points.ts";
import type { Results } from "../timeline/results.ts";
import { selected } from "../timeline/selected.ts";
import type { BenchmarkTimeline, Series } from "../timeline/timeline.ts";
import { boundaryIn, type Boundary, type Narrowed } from "./narrowing.ts";

/** Which rules decide, from detection/: told with each decision, so that they can change without rewriting any. */
export const rules = 3;

/** A decision before it is numbered and signed. */
export type NewDecision = Omit<Decision, "schema" | "n" | "host" | "written">;

/** A change that is suspected in a series, and how far it is confirmed. */
export interface Suspicion {
  benchmark: string;
  variant: Variant;
  /** Oldest revision of the program that may have changed it. */
  firstBad: string;
  /** Suspected, ln seconds after it - ln seconds before. */
  change: number;
  /** Sessions taken to confirm it. */
  taken: number;
  /** It is suspected right where an environment or a workload was switched. */
  isAtTransition: boolean;
  /** Revisions that run one of the programs that sessions are taken of: before it, after, and well before. */
  programs: readonly string[];
  /** Revisions that run the program of which a session is asked for; undefined once it is decided. */
  next: readonly string[] | undefined;
  /** Once it is decided. */
  finding: NewDecision | undefined;
}

interface SuspicionsInput {
  /** This host's timeline, without sessions that confirm what is not decided: see withoutUndecided. */
  benchmarks: readonly BenchmarkTimeline[];
  /** All of this host's sessions, by id. */
  sessions: readonly Session[];
  /** Those that stand. */
  decisions: readonly Decision[];
  /** All that sessions were used for. */
  used: ReadonlySet<string>;
  /** Ranges of which no revision is left to be measured, by the change that is to be narrowed. */
  narrowed: readonly Narrowed[];
  /** How many revisions that touch what is measured lie between two. */
  skipped: (lastGood: string, firstBad: string) => number;
  /** Confirmed changes are checked with builds of other layouts. */
  checkLayouts: boolean;
}

/** The oldest suspicion of each series. Pure. */
export function suspicions(input: SuspicionsInput): Suspicion[] {
  return input.benchmarks.flatMap(({ name, listed, series, current }) =>
    listed ? series.flatMap((one) => suspicionIn(name, one, current, input)) : [],
  );
}

/** Sessions that decisions were made by, one key for each benchmark variant. */
export function usedSessions(decisions: readonly Decision[]): Set<string> {
  return new Set(decisions.flatMap(({ benchmark, variant, sessions }) => sessions.map((id) => useKey(id, benchmark, variant))));
}

/**
 * Results without what was measured to confirm something that is not decided: it judges a suspicion, and must not be part of what raised it.
 * Once it is decided, it counts like any other. Without sessions of programs far apart, too: they are for the difference of the two alone.
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

/** Values of others begin no change: what they differ by may be their machine's, and no session taken here tells. */
function neverRaised(seen: readonly Seen[]): { split: number; noticed: number }[] {
  return seen.flatMap((one, split) => (isImportedValue(one) && one.reading.linkError === 0 ? [{ split, noticed: Infinity }] : []));
}

interface Case {
  benchmark: string;
  variant: Variant;
  found: Candidate;
  /** Where it narrows a range. */
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
  // A range that is narrowed was checked already, or it is checked where it was narrowed to.
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

/** Returns whether programs may be laid out otherwise: they are compiled, and it is known what runs, so that it shows if a build does it. */
function haveLayouts(variant: Variant, taken: readonly (Trial & Pick<Fresh, "side">)[]): boolean {
  return (
    variant === "compiled" &&
    (["after", "before"] as const).every((side) => taken.some((one) => one.side === side && one.program !== undefined))
  );
}

/** Ids of the revisions that run a point's program. */
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
  /** Fingerprint of what ran, where the suite tells it. */
  program?: string;
  /** Why there is none, and will be none. */
  problem?: string;
}

/** Sessions taken for a reason, to decide something of a series, that no decision was made by: by revision. */
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
      // One that was interrupted is taken again.
      if (!listed.some(({ name }) => name === benchmark)) continue;
    } else if (outcome.workload !== workload) trial({ problem: "the suite has another form of the benchmark there" });
    else if (outcome.status === "failed") trial({ problem: `${outcome.stage}: ${outcome.message}` });
    else if (outcome.status === "ok")
      trial({ value: Math.log(outcome.seconds), ...(outcome.fingerprint !== undefined && { program: outcome.fingerprint }) });
  }
  return found;
}

function useKey(session: string, benchmark: string, variant: Variant): string {
  return `${session} ${variant} ${benchmark}`;
}
