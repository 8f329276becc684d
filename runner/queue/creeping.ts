import type { Decision, MeasurementContext, Session, Variant } from "../model.ts";
import { noiseAt } from "../timeline/detection/candidate.ts";
import type { Fresh } from "../timeline/detection/confirmation.ts";
import { creeping, creepingPair, distance, type CreepingPair } from "../timeline/detection/creeping.ts";
import { creepingRanges, type CreepingRange } from "../timeline/detection/ranges.ts";
import { decisionsOf, knownNoise, indexesOf, readingsOf, settledIn, standing, type Seen } from "../timeline/detection/readings.ts";
import { newestRevision } from "../timeline/points.ts";
import type { BenchmarkTimeline, Series } from "../timeline/timeline.ts";
import { isoWeek } from "./control-sampling.ts";
import { revisionsOf, rules, trialsOf, type NewDecision, type Trial } from "./suspicions.ts";
import { dayOf } from "../text/quantities.ts";

export interface CreepingChecksInput {
  /** This host's timeline, without sessions of programs far apart. */
  benchmarks: readonly BenchmarkTimeline[];
  /** This host's sessions, by id. */
  sessions: readonly Session[];
  /** All decisions, superseded ones included. */
  decisions: readonly Decision[];
  /** Keys of sessions that decisions used: see usedSessions. */
  used: ReadonlySet<string>;
  /** Suites of the cached builds of this environment, by revision. */
  kept: ReadonlyMap<string, string>;
  /** Indexes of revisions in the history, by id. */
  positions: ReadonlyMap<string, number>;
  /** The day in UTC, `yyyy-mm-dd`. */
  today: string;
  /** Returns the number of revisions to be measured between two. */
  skipped: (lastGood: string, firstBad: string) => number;
  /** Returns whether a change of a series is suspected. The check waits for its decision. */
  isSuspected: (benchmark: string, variant: Variant) => boolean;
}

/** Comparison of two programs of a series far apart, and its progress. */
export interface CreepingCheck {
  benchmark: string;
  variant: Variant;
  /** Expected difference beyond confirmed changes, ln seconds. */
  change: number;
  /** Programs from the older one to the newer one. */
  programs: number;
  /** Sessions taken. */
  taken: number;
  /** Revisions that run either program. */
  revisions: readonly string[];
  /** Revisions that run the program of the next session; undefined once it is decided. */
  next: readonly string[] | undefined;
  finding: NewDecision | undefined;
}

export interface CreepingChecks {
  checks: CreepingCheck[];
  /** Names of the benchmarks without a cached build that is far enough back. */
  unpaired: string[];
}

/**
 * Compares the newest program of each series with one 20 to 30 programs back, by interleaved pairs of sessions of cached builds. A comparison
 * begins at most once a week, if the values make a difference likely, and continues until it is decided. Pure.
 */
export function creepingChecks(input: CreepingChecksInput): CreepingChecks {
  const found: CreepingChecks = { checks: [], unpaired: [] };
  for (const { name, listed, series, current } of input.benchmarks) {
    if (!listed) continue;
    for (const one of series) {
      const check = checkOf(name, one, current, input);
      if (check === "unpaired") found.unpaired.push(name);
      else if (check) found.checks.push(check);
    }
  }
  return found;
}

function checkOf(
  benchmark: string,
  series: Series,
  current: MeasurementContext,
  input: CreepingChecksInput,
): CreepingCheck | "unpaired" | undefined {
  const { variant } = series;
  if (input.isSuspected(benchmark, variant)) return undefined;
  const seen = readingsOf(series);
  const decisions = decisionsOf(input.decisions, benchmark, series);
  const trials = trialsOf({ benchmark, variant, reason: "creeping" }, current, input);
  const begun = begunPair(trials, indexesOf(seen));
  const newer = begun?.newer ?? seen.length - 1;
  if (!begun && (newer < distance.least || wasDone(decisions, input.today))) return undefined;
  const ranges = { seen, decisions: standing(decisions), extended: newestRange(decisions, input.positions) };
  // A build that was removed since is built again.
  const older = begun?.older ?? olderOf(newer, ranges, input) ?? (begun && Math.max(0, newer - distance.least));
  if (older === undefined) {
    if (newer < distance.least || isWithinRange(newer, ranges)) return undefined;
    return "unpaired";
  }
  const pair = pairOf({ ...ranges, older, newer }, series);
  if (!pair || (!begun && !pair.isSuspected)) return undefined;
  return judged({ benchmark, variant, current, ...ranges, older, newer, pair, trials }, input);
}

/** Returns the known creeping range of a series that ends last in the history. */
function newestRange(decisions: readonly Decision[], positions: ReadonlyMap<string, number>): CreepingRange | undefined {
  const endOf = ({ firstBad }: CreepingRange): number => positions.get(firstBad) ?? -1;
  return creepingRanges(decisions, positions)
    .sort((a, b) => endOf(a) - endOf(b))
    .at(-1);
}

/** Returns whether a check was decided this week, with any outcome. */
function wasDone(decisions: readonly Decision[], today: string): boolean {
  return decisions.some(({ found, written }) => found === "creeping" && isoWeek(dayOf(written)) === isoWeek(today));
}

/** Returns the indexes of the programs with sessions. The newer one is measured first. */
function begunPair(
  trials: ReadonlyMap<string, readonly Trial[]>,
  indexes: ReadonlyMap<string, number>,
): { newer: number; older: number | undefined } | undefined {
  const taken = [...trials]
    .flatMap(([revision, all]) => all.map(({ session }) => ({ session, index: indexes.get(revision) ?? -1 })))
    .filter(({ index }) => index >= 0)
    .sort((a, b) => (a.session < b.session ? -1 : 1));
  const newer = taken[0]?.index;
  return newer === undefined ? undefined : { newer, older: taken.find(({ index }) => index < newer)?.index };
}

interface Ranges {
  seen: readonly Seen[];
  /** Decisions of the series that are not superseded. */
  decisions: readonly Decision[];
  /** The newest known creeping range. */
  extended: CreepingRange | undefined;
}

/** Returns the index of the cached program to compare with: the end of the last range, or else the oldest one after it. */
function olderOf(newer: number, ranges: Ranges, { kept }: CreepingChecksInput): number | undefined {
  const { seen, decisions, extended } = ranges;
  const end = extended && indexesOf(seen).get(extended.firstBad);
  const { changes } = settledIn(seen, decisions);
  const first = Math.max(0, newer - distance.most, end ?? 0);
  for (let index = first; index <= newer - distance.least; index++) {
    const one = seen[index];
    if (!one || one.reading.linkError > 0 || !revisionsOf(one).some((id) => kept.has(id))) continue;
    // A change that is not bisected yet may be on either side of it.
    if (!changes.some(({ split, good }) => good < index && index < split)) return index;
  }
  return undefined;
}

/** Returns whether fewer than 20 programs were measured since the last range. */
function isWithinRange(newer: number, { seen, extended }: Ranges): boolean {
  const end = extended && indexesOf(seen).get(extended.firstBad);
  return end !== undefined && newer - end < distance.least;
}

function pairOf({ seen, decisions, older, newer }: Ranges & { older: number; newer: number }, series: Series): CreepingPair | undefined {
  const readings = seen.map(({ reading }) => reading);
  const sigma = noiseAt(readings, newer, knownNoise(series));
  const indexes = indexesOf(seen);
  const changes = decisions.flatMap(({ outcome, firstBad, change }) => {
    const split = indexes.get(firstBad);
    return outcome === "confirmed" && split !== undefined ? [{ split, change }] : [];
  });
  return sigma === undefined ? undefined : creepingPair({ readings, older, newer, changes, sigma });
}

interface Case extends Ranges {
  benchmark: string;
  variant: Variant;
  current: MeasurementContext;
  older: number;
  newer: number;
  pair: CreepingPair;
  trials: ReadonlyMap<string, readonly Trial[]>;
}

function judged(
  { benchmark, variant, current, seen, older, newer, extended, pair, trials }: Case,
  { skipped }: CreepingChecksInput,
): CreepingCheck | undefined {
  const [before, after] = [seen[older], seen[newer]];
  if (!before || !after) return undefined;
  const sides = { before: revisionsOf(before), after: revisionsOf(after) };
  const taken = (["before", "after"] as const)
    .flatMap((side) => sides[side].flatMap((id) => (trials.get(id) ?? []).map((trial) => ({ ...trial, side }))))
    .sort((a, b) => (a.session < b.session ? -1 : 1));
  const problem = taken.flatMap((trial) => trial.problem ?? [])[0];
  const fresh: Fresh[] = taken.flatMap(({ side, value }) => (value === undefined ? [] : [{ side, value }]));
  const state = creeping(pair, fresh);
  const check = {
    benchmark,
    variant,
    change: pair.candidate.change,
    programs: newer - older,
    taken: fresh.length,
    revisions: [...sides.before, ...sides.after],
  };
  if (problem === undefined && state.status === "open") {
    return { ...check, next: state.next === "after" ? sides.after : sides.before, finding: undefined };
  }
  const range = { lastGood: newestRevision(before.entry.point).id, firstBad: after.entry.point.revisions[0].id };
  const outcome = outcomeOf(state, problem);
  const isJoined = extended?.context.environment === current.environment && sides.before.includes(extended.firstBad);
  const joined = isJoined && outcome.outcome === "creeping" ? extension(extended, outcome.change) : undefined;
  const whole = { ...range, ...outcome, ...joined };
  const direction = (whole.change?.phi ?? pair.candidate.change) > 0 ? "slower" : "faster";
  return {
    ...check,
    next: undefined,
    finding: {
      rules,
      benchmark,
      variant,
      context: { environment: current.environment, workload: current.workload },
      found: "creeping",
      direction,
      ...whole,
      skipped: skipped(whole.lastGood, whole.firstBad),
      noticed: newestRevision(after.entry.point).id,
      sessions: [...(joined && extended ? extended.sessions : []), ...taken.map(({ session }) => session)],
    },
  };
}

function outcomeOf(state: ReturnType<typeof creeping>, problem: string | undefined): Pick<NewDecision, "outcome" | "change" | "reason"> {
  if (problem !== undefined || state.status === "open")
    return { outcome: "unconfirmable", ...(problem !== undefined && { reason: problem }) };
  return { outcome: state.status === "confirmed" ? "creeping" : "rejected", change: state.change };
}

/** Returns a known range extended by a change. Undefined if the change has the opposite direction. */
function extension(
  { firstBad, lastGood, n, change: known }: CreepingRange,
  change: NewDecision["change"],
): Pick<NewDecision, "lastGood" | "change" | "supersedes"> | undefined {
  if (!change || Math.sign(change.phi) !== Math.sign(known.phi)) return undefined;
  return {
    lastGood,
    change: {
      phi: known.phi + change.phi,
      standardError: Math.hypot(known.standardError, change.standardError),
      degreesOfFreedom: Math.min(known.degreesOfFreedom, change.degreesOfFreedom),
    },
    supersedes: { firstBad, n },
  };
}
