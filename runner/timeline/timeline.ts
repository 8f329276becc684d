import type { Failure, Hop, Listed, Place, Revision, Session, Variant } from "../model.ts";
import { scaleOf } from "./bridge.ts";
import { chain, placeKey } from "./chain.ts";
import { line } from "./line.ts";
import type { Entry } from "./line.ts";
import { sessionNoise } from "./noise.ts";
import type { Noise, NoiseKey } from "./noise.ts";
import { points, quantityOf } from "./points.ts";
import type { Attempt, MeasuredPoint } from "./points.ts";
import { isMeasured, isSame } from "./program.ts";
import { pooled, product, ratio } from "./quantity.ts";
import type { Quantity } from "./quantity.ts";
import { isComparable, shownSeconds } from "./segment.ts";
import type { Link, Segment } from "./segment.ts";

export interface TimelineInput {
  /** First-parent history of the target, oldest first. */
  history: readonly Revision[];
  /** In any order. */
  sessions: readonly Session[];
  /** What the suite lists today. */
  listed: readonly Listed[];
  currentEnvironment: string;
  /** Those that count: see latestHops. */
  hops: readonly Hop[];
}

export interface Timeline {
  /** Sorted by name: all that the suite lists, and all that was ever tried. */
  benchmarks: BenchmarkTimeline[];
  /** Sessions of revisions that the history does not hold (any more), sorted by id. They are no points. */
  notInHistory: Session[];
}

export interface BenchmarkTimeline {
  name: string;
  /** Undefined once the suite has dropped the benchmark. */
  listed: Listed | undefined;
  /** What its values are expressed in: the current environment, and the workload of today; once it is dropped, where it was measured last. */
  current: Place;
  /** Compiled before interpreted; only variants that revisions were measured in. */
  series: Series[];
  baselines: Baseline[];
}

export interface Series {
  variant: Variant;
  /** Oldest first; the current one, where there is one, is last. */
  segments: Segment[];
  /** Through the current segment and all that are linked with it, in the order of the history. */
  line: Entry[];
  /** Of each segment that is not linked, oldest first. */
  apart: Entry[][];
  /** Those of this series that count. */
  hops: readonly Hop[];
}

/** A value of a series. */
export interface Measurement {
  segment: Segment;
  point: MeasuredPoint;
}

/** The interpreter itself, in one environment and workload. */
export interface Baseline {
  environment: string;
  workload: string;
  /** Seconds; undefined where every try failed. */
  seconds: Quantity | undefined;
  /** How the newest session failed, where every try did. */
  failure: Failure | undefined;
}

/** Everything known, as one timeline per benchmark and variant. */
export function timeline(input: TimelineInput): Timeline {
  const positions = new Map(input.history.map((revision, position) => [revision.id, position]));
  const sessions = [...input.sessions].sort((a, b) => (a.id < b.id ? -1 : 1));
  const names = benchmarkNames(input.listed, sessions);
  const listed = new Map(input.listed.map((benchmark) => [benchmark.name, benchmark]));
  const attempts = new Map(names.map((name) => [name, new Map<Variant, Attempt[]>()]));
  const baselines = new Map(names.map((name): [string, Attempt[]] => [name, []]));
  const notInHistory: Session[] = [];
  const noise = sessionNoise(sessions);
  const hops = bySeries(input.hops);
  const reasons = new Map(sessions.map(({ id, reason }) => [id, reason]));

  for (const session of sessions) {
    if (session.subject.kind === "baseline") {
      for (const [name, , attempt] of attemptsOf(session, 0, names, listed)) baselines.get(name)?.push(attempt);
      continue;
    }
    const position = positions.get(session.subject.revision);
    if (position === undefined) {
      notInHistory.push(session);
      continue;
    }
    for (const [name, variant, attempt] of attemptsOf(session, position, names, listed)) {
      const variants = attempts.get(name);
      const known = variants?.get(variant);
      if (known) known.push(attempt);
      else variants?.set(variant, [attempt]);
    }
  }

  const benchmarks = names.map((name): BenchmarkTimeline => {
    const today = listed.get(name);
    const variants = attempts.get(name) ?? new Map<Variant, Attempt[]>();
    const current = today
      ? { environment: input.currentEnvironment, workload: today.workload }
      : lastPlace([...variants.values()].flat(), input.currentEnvironment);
    const ofVariant = (variant: Variant): Series[] => {
      const known = variants.get(variant);
      if (!known) return [];
      const ofSeries = hops.get(seriesKey({ benchmark: name, variant })) ?? [];
      const parts = segments(input.history, known, current, ofSeries, (place) => noise({ ...place, benchmark: name, variant }));
      const linked = parts.filter(({ segment }) => isComparable(segment));
      const unlinked = parts.filter(({ segment }) => !isComparable(segment));
      return [
        {
          variant,
          segments: parts.map(({ segment }) => segment),
          line: line(linked, positions, reasons),
          apart: unlinked.map((part) => line([part], positions, reasons)),
          hops: ofSeries,
        },
      ];
    };
    return {
      name,
      listed: today,
      current,
      series: [...ofVariant("compiled"), ...ofVariant("interpreted")],
      baselines: pooledBaselines(baselines.get(name) ?? [], current.workload, (place) =>
        noise({ ...place, benchmark: name, variant: "interpreted" }),
      ),
    };
  });
  return { benchmarks, notInHistory };
}

/** The newest value that can be compared with others of today. */
export function newestMeasured({ line }: Series): Measurement | undefined {
  return line.findLast(isMeasurement);
}

export function isMeasurement(entry: Entry): entry is Entry & Measurement {
  return entry.point.status === "measured";
}

export function currentSegment(series: Series): Segment | undefined {
  return series.segments.find(({ link }) => link.status === "current");
}

/**
 * New seconds over old. The error of the hops between their segments is in it, once; values of one segment have none between them.
 * Undefined where the segments are not linked.
 */
export function change({ hops }: Series, from: Measurement, to: Measurement): Quantity | undefined {
  if (from.segment === to.segment) return ratio(to.point.seconds, from.point.seconds);
  const found = chain(hops, from.segment, to.segment);
  return found.status === "linked" ? ratio(to.point.seconds, product(from.point.seconds, scaleOf(found.factor))) : undefined;
}

/**
 * How many times faster than the interpreter: the interpreter of today over the seconds as they are shown; where a segment is not
 * linked, both as they were measured in it.
 */
export function speedUp({ baselines, current }: BenchmarkTimeline, { segment, point }: Measurement): Quantity | undefined {
  const shown = shownSeconds(segment, point);
  const baseline = baselineOf(baselines, shown ? current : segment)?.seconds;
  return baseline && ratio(baseline, shown ?? point.seconds);
}

export function baselineOf(baselines: readonly Baseline[], place: Place): Baseline | undefined {
  return baselines.find((one) => placeKey(one) === placeKey(place));
}

function bySeries(hops: readonly Hop[]): Map<string, Hop[]> {
  const found = new Map<string, Hop[]>();
  for (const hop of hops) {
    const known = found.get(seriesKey(hop));
    if (known) known.push(hop);
    else found.set(seriesKey(hop), [hop]);
  }
  return found;
}

function seriesKey({ benchmark, variant }: { benchmark: string; variant: Variant }): string {
  return `${variant} ${benchmark}`;
}

function benchmarkNames(listed: readonly Listed[], sessions: readonly Session[]): string[] {
  const names = new Set(listed.map((benchmark) => benchmark.name));
  for (const session of sessions) {
    for (const name of Object.keys(session.benchmarks)) names.add(name);
  }
  return [...names].sort();
}

/** What a session tried: its outcomes, or the failure of its subject for each benchmark it owed. */
function* attemptsOf(
  session: Session,
  position: number,
  names: readonly string[],
  listed: ReadonlyMap<string, Listed>,
): Generator<[string, Variant, Attempt]> {
  const place = { position, session: session.id, environment: session.environment };
  for (const [name, outcomes] of Object.entries(session.benchmarks)) {
    for (const variant of variantOrder) {
      const outcome = outcomes[variant];
      if (outcome) yield [name, variant, { ...place, workload: outcome.workload, outcome }];
    }
  }
  if (!session.failure) return;
  const owed = new Map(session.listed.map((benchmark) => [benchmark.name, benchmark]));
  for (const name of names) {
    if (Object.hasOwn(session.benchmarks, name) || (owed.size > 0 && !owed.has(name))) continue;
    const benchmark = owed.get(name) ?? listed.get(name);
    yield [name, mainVariant(benchmark), { ...place, workload: owed.get(name)?.workload, outcome: session.failure }];
  }
}

const variantOrder: readonly Variant[] = ["compiled", "interpreted"];

/** The variant a revision's own value is measured in: interpreted only where there is no other. */
export function mainVariant(listed: Listed | undefined): Variant {
  return !listed || listed.variants.includes("compiled") ? "compiled" : "interpreted";
}

/** The noise of one benchmark variant, by where it was measured. */
type NoiseAt = (place: Pick<NoiseKey, "environment" | "workload">) => Noise | undefined;

function segments(
  history: readonly Revision[],
  attempts: readonly Attempt[],
  current: Place,
  hops: readonly Hop[],
  noiseAt: NoiseAt,
): { segment: Segment; attempts: Attempt[] }[] {
  const groups = new Map<string, { place: Place; attempts: Attempt[] }>();
  for (const [attempt, workload] of withWorkload(attempts, current.workload)) {
    const place = { environment: attempt.environment, workload };
    const group = groups.get(placeKey(place));
    if (group) group.attempts.push(attempt);
    else groups.set(placeKey(place), { place, attempts: [attempt] });
  }
  return [...groups.entries()]
    .map(([key, { place, attempts }]) => {
      const noise = noiseAt(place);
      const segment = { ...place, link: linkOf(hops, place, current), noise, points: points(history, attempts, noise) };
      return { key, newest: Math.max(...attempts.map(({ position }) => position)), segment, attempts };
    })
    .sort((a, b) => Number(isToday(a.segment)) - Number(isToday(b.segment)) || a.newest - b.newest || (a.key < b.key ? -1 : 1));
}

function isToday({ link }: Segment): boolean {
  return link.status === "current";
}

function linkOf(hops: readonly Hop[], place: Place, current: Place): Link {
  if (placeKey(place) === placeKey(current)) return { status: "current" };
  const found = chain(hops, place, current);
  if (found.status !== "linked") return found;
  return { status: "linked", factor: scaleOf(found.factor), weak: found.weak, hops: found.hops };
}

/** Each attempt with its workload: a subject that failed before it was known gets that of the revision before it. */
function* withWorkload(attempts: readonly Attempt[], workloadToday: string): Generator<[Attempt, string]> {
  const inOrder = [...attempts].sort((a, b) => a.position - b.position);
  const last = new Map<string, string>();
  for (const { environment, workload } of inOrder) {
    if (workload !== undefined && !last.has(environment)) last.set(environment, workload);
  }
  for (const attempt of inOrder) {
    const workload = attempt.workload ?? last.get(attempt.environment) ?? workloadToday;
    last.set(attempt.environment, workload);
    yield [attempt, workload];
  }
}

/** Where a benchmark no longer listed was measured last: in this environment, if ever there. Without a workload where nothing tells. */
function lastPlace(attempts: readonly Attempt[], environment: string): Place {
  const known = attempts.filter(({ workload }) => workload !== undefined).sort((a, b) => a.position - b.position);
  const last = known.findLast((one) => one.environment === environment) ?? known.findLast(({ outcome }) => isMeasured(outcome));
  return { environment: last?.environment ?? environment, workload: last?.workload ?? "" };
}

function pooledBaselines(attempts: readonly Attempt[], workloadToday: string, noiseAt: NoiseAt): Baseline[] {
  const groups = new Map<string, { environment: string; workload: string; outcomes: Attempt["outcome"][] }>();
  for (const { environment, outcome, ...attempt } of attempts) {
    const workload = attempt.workload ?? workloadToday;
    const key = `${environment} ${workload}`;
    const group = groups.get(key) ?? { environment, workload, outcomes: [] };
    groups.set(key, group);
    group.outcomes.push(outcome);
  }
  return [...groups.values()].map(({ environment, workload, outcomes }) => {
    const failures = outcomes.flatMap((outcome) => (isMeasured(outcome) || isSame(outcome) ? [] : [outcome]));
    const noise = noiseAt({ environment, workload });
    const values = outcomes.filter(isMeasured).map((outcome) => quantityOf(outcome, noise));
    if (values.length > 0) return { environment, workload, seconds: pooled(values, noise), failure: undefined };
    return { environment, workload, seconds: undefined, failure: failures.at(-1) };
  });
}
