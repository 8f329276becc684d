import type { Failure, ScalingFactor, Imported, Listed, MeasurementContext, Revision, Session, Variant } from "../model.ts";
import { scaleOf } from "./bridge.ts";
import { chain, placeKey } from "./chain.ts";
import { hasNoSpread } from "./estimate.ts";
import { line, transitions } from "./line.ts";
import type { Entry, Transition } from "./line.ts";
import { noiseIn } from "./noise.ts";
import { quantityOf } from "./points.ts";
import type { Attempt, MeasuredPoint } from "./points.ts";
import { fingerprintOf, isMeasured, isSame, type Estimated } from "./program.ts";
import { pooled, product, ratio } from "./quantity.ts";
import type { Quantity } from "./quantity.ts";
import { resultsOf } from "./results-builder.ts";
import { variants } from "./results.ts";
import type { Head, Results } from "./results.ts";
import { isComparable, shownSeconds } from "./segment.ts";
import type { Segment } from "./segment.ts";
import { attemptsOf, lastContext } from "./attempts.ts";
import { segments, type NoiseAt } from "./segments.ts";

export interface TimelineInput extends Omit<ResultsInput, "results"> {
  /** In any order. */
  sessions: readonly Session[];
}

export interface ResultsInput {
  /** First-parent history of the target, oldest first. */
  history: readonly Revision[];
  results: Results;
  /** Benchmarks that the suite lists now. */
  listed: readonly Listed[];
  currentEnvironment: string;
  /** Scaling factors that count: see latestScalingFactors. */
  scalingFactors: readonly ScalingFactor[];
}

export interface Timeline {
  /** Timelines of all benchmarks that the suite lists or that were ever tried, sorted by name. */
  benchmarks: BenchmarkTimeline[];
  /** Sessions of revisions that are not in the history (any more), sorted by id. They give no points. */
  notInHistory: Head[];
}

export interface BenchmarkTimeline {
  name: string;
  /** Undefined if the suite does not list the benchmark any more. */
  listed: Listed | undefined;
  /** Context of shown values: the current environment and the present workload; the last one of a benchmark that is not listed any more. */
  current: MeasurementContext;
  /** Compiled before interpreted; only variants that revisions were measured in. */
  series: Series[];
  baselines: Baseline[];
}

export interface Series {
  variant: Variant;
  /** Segments, oldest first; the current one, if any, is last. */
  segments: Segment[];
  /** Line through the current segment and all linked ones, in the order of the history. */
  line: Entry[];
  /** Transitions of the line from one segment to another. */
  transitions: Transition[];
  /** Entries of each unlinked segment, oldest first. */
  apart: Entry[][];
  /** Scaling factors of this series that count. */
  scalingFactors: readonly ScalingFactor[];
}

/** A value of a series. */
export interface Measurement {
  segment: Segment;
  point: MeasuredPoint;
}

/** Baseline: the interpreter itself in one environment and workload. */
export interface Baseline {
  environment: string;
  workload: string;
  /** Seconds; undefined if every attempt failed. */
  seconds: Quantity | undefined;
  /** All samples of each session are equal. */
  hasNoSpread: boolean;
  /** Failure of the newest session, if every attempt failed. */
  failure: Failure | undefined;
}

/** Returns all results as one timeline per benchmark and variant. */
export function timeline({ sessions, ...input }: TimelineInput): Timeline {
  const results = resultsOf(sessions);
  return { benchmarks: [...benchmarkTimelines({ ...input, results })], notInHistory: notInHistory(results, input.history) };
}

/** Returns the sessions of revisions that are not in the history (any more). */
export function notInHistory({ sessions }: Results, history: readonly Revision[]): Head[] {
  const known = new Set(history.map(({ id }) => id));
  return sessions.filter(({ subject }) => subject.kind === "revision" && !known.has(subject.revision));
}

/** Yields the timelines of all benchmarks, sorted by name, one at a time: ten years of all of them at once would fill the memory. */
export function* benchmarkTimelines(input: ResultsInput): Generator<BenchmarkTimeline> {
  const { history, results, currentEnvironment } = input;
  const listed = new Map(input.listed.map((benchmark) => [benchmark.name, benchmark]));
  const rowsOf = new Map(results.benchmarks.map((rows) => [rows.benchmark, rows]));
  const positions = new Map(history.map(({ id }, position) => [id, position]));
  const subjects = results.sessions.map(({ subject }) => {
    // Values of another layout belong to no revision. They only check a change.
    if (subject.kind === "layout") return undefined;
    return subject.kind === "baseline" ? "baseline" : positions.get(subject.revision);
  });
  const noise = noiseIn(results, { declared: input.listed });
  const scalingFactors = bySeries(input.scalingFactors);

  for (const name of [...new Set([...listed.keys(), ...rowsOf.keys()])].sort()) {
    const today = listed.get(name);
    const { attempts, baselines } = attemptsOf({ name, listed: today, rows: rowsOf.get(name), sessions: results.sessions, subjects });
    const current = today
      ? { environment: currentEnvironment, workload: today.workload }
      : lastContext([...attempts.values()].flat(), currentEnvironment);
    const ofVariant = (variant: Variant): Series[] => {
      const known = attempts.get(variant);
      if (!known) return [];
      const ofSeries = scalingFactors.get(seriesKey({ benchmark: name, variant })) ?? [];
      const parts = segments(history, known, current, ofSeries, (context) => noise({ ...context, benchmark: name, variant }));
      const linked = parts.filter(({ segment }) => isComparable(segment));
      const unlinked = parts.filter(({ segment }) => !isComparable(segment));
      const through = line(linked, positions);
      return [
        {
          variant,
          segments: parts.map(({ segment }) => segment),
          line: through,
          transitions: transitions(through),
          apart: unlinked.map((part) => line([part], positions)),
          scalingFactors: ofSeries,
        },
      ];
    };
    yield {
      name,
      listed: today,
      current,
      series: variants.flatMap(ofVariant),
      baselines: pooledBaselines(baselines, current.workload, (context) => noise({ ...context, benchmark: name, variant: "interpreted" })),
    };
  }
}

/** Returns the newest value in a segment that is comparable with present values. */
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
 * Returns the ratio of new to old seconds. It includes the error of the scaling factors between their segments once; within one segment there
 * is none. Undefined if the segments are not linked.
 */
export function change({ scalingFactors }: Series, from: Measurement, to: Measurement): Quantity | undefined {
  if (from.segment === to.segment) return ratio(to.point.seconds, from.point.seconds);
  const found = chain(scalingFactors, from.segment, to.segment);
  return found.status === "linked" ? ratio(to.point.seconds, product(from.point.seconds, scaleOf(found.factor))) : undefined;
}

/**
 * Returns the speed-up over the interpreter: the present baseline divided by the shown seconds. In an unlinked segment, both as measured in it.
 */
export function speedUp({ baselines, current }: BenchmarkTimeline, { segment, point }: Measurement): Quantity | undefined {
  const shown = shownSeconds(segment, point);
  const baseline = baselineOf(baselines, shown ? current : segment)?.seconds;
  return baseline && ratio(baseline, shown ?? point.seconds);
}

export function baselineOf(baselines: readonly Baseline[], context: MeasurementContext): Baseline | undefined {
  return baselines.find((one) => placeKey(one) === placeKey(context));
}

function bySeries(scalingFactors: readonly ScalingFactor[]): Map<string, ScalingFactor[]> {
  const found = new Map<string, ScalingFactor[]>();
  for (const scalingFactor of scalingFactors) {
    const known = found.get(seriesKey(scalingFactor));
    if (known) known.push(scalingFactor);
    else found.set(seriesKey(scalingFactor), [scalingFactor]);
  }
  return found;
}

/** Returns the key of one variant of one benchmark in maps. */
export function seriesKey({ benchmark, variant }: { benchmark: string; variant: Variant }): string {
  return `${variant} ${benchmark}`;
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
    const values = ofNewestProgram(outcomes.filter(isMeasured)).map((outcome) => quantityOf(outcome, noise));
    if (values.length > 0)
      return { environment, workload, seconds: pooled(values, noise), hasNoSpread: values.every(hasNoSpread), failure: undefined };
    return { environment, workload, seconds: undefined, hasNoSpread: false, failure: failures.at(-1) };
  });
}

/** Returns the values of the last measured program and those of unknown programs. Other packages of the interpreter give other values. */
function ofNewestProgram<One extends Estimated | Imported>(measured: readonly One[]): One[] {
  const newest = measured.findLast((one) => fingerprintOf(one) !== undefined);
  const fingerprint = newest && fingerprintOf(newest);
  return measured.filter((one) => fingerprintOf(one) === undefined || fingerprintOf(one) === fingerprint);
}
