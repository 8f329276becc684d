import type { Failure, Listed, Revision, Session, Variant } from "../model.ts";
import { sessionNoise } from "./noise.ts";
import type { Noise, NoiseKey } from "./noise.ts";
import { points, quantityOf } from "./points.ts";
import type { Attempt, MeasuredPoint, Point } from "./points.ts";
import { isMeasured, isSame } from "./program.ts";
import { pooled, ratio } from "./quantity.ts";
import type { Quantity } from "./quantity.ts";

export interface TimelineInput {
  /** First-parent history of the target, oldest first. */
  history: readonly Revision[];
  /** In any order. */
  sessions: readonly Session[];
  /** What the suite lists today. */
  listed: readonly Listed[];
  currentEnvironment: string;
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
  /** Compiled before interpreted; only variants that revisions were measured in. */
  series: Series[];
  baselines: Baseline[];
}

export interface Series {
  variant: Variant;
  /** Oldest first; the current one, where there is one, is last. */
  segments: Segment[];
}

/** The part of a series measured in one environment and workload. Values of different segments cannot be compared. */
export interface Segment {
  environment: string;
  workload: string;
  /** Measured in the current environment, with the workload of today. Any other segment is not yet linked. */
  current: boolean;
  /** How much sessions of one program differ here; undefined where nothing tells. */
  noise: Noise | undefined;
  /** In the order of the history. */
  points: Point[];
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
    const workload = today?.workload ?? newestWorkload([...variants.values()].flat(), input.currentEnvironment);
    const ofVariant = (variant: Variant): Series[] => {
      const known = variants.get(variant);
      return known
        ? [{ variant, segments: segments(input, known, workload, (place) => noise({ ...place, benchmark: name, variant })) }]
        : [];
    };
    return {
      name,
      listed: today,
      series: [...ofVariant("compiled"), ...ofVariant("interpreted")],
      baselines: pooledBaselines(baselines.get(name) ?? [], workload, (place) =>
        noise({ ...place, benchmark: name, variant: "interpreted" }),
      ),
    };
  });
  return { benchmarks, notInHistory };
}

/** The newest value measured in the current environment and workload. */
export function newestMeasured(series: Series): MeasuredPoint | undefined {
  return currentSegment(series)?.points.findLast((point) => point.status === "measured");
}

export function currentSegment(series: Series): Segment | undefined {
  return series.segments.find((segment) => segment.current);
}

/** How many times faster than the interpreter, both measured in the segment's environment and workload. */
export function speedUp(baselines: readonly Baseline[], segment: Segment, point: MeasuredPoint): Quantity | undefined {
  const baseline = baselineOf(baselines, segment)?.seconds;
  return baseline && ratio(baseline, point.seconds);
}

export function baselineOf(baselines: readonly Baseline[], segment: Segment): Baseline | undefined {
  return baselines.find((one) => one.environment === segment.environment && one.workload === segment.workload);
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

function segments(input: TimelineInput, attempts: readonly Attempt[], workloadToday: string, noiseAt: NoiseAt): Segment[] {
  const groups = new Map<string, { environment: string; workload: string; attempts: Attempt[] }>();
  for (const [attempt, workload] of withWorkload(attempts, workloadToday)) {
    const key = `${attempt.environment} ${workload}`;
    const group = groups.get(key);
    if (group) group.attempts.push(attempt);
    else groups.set(key, { environment: attempt.environment, workload, attempts: [attempt] });
  }
  return [...groups.entries()]
    .map(([key, group]) => {
      const noise = noiseAt(group);
      return {
        key,
        newest: Math.max(...group.attempts.map((attempt) => attempt.position)),
        segment: {
          environment: group.environment,
          workload: group.workload,
          current: group.environment === input.currentEnvironment && group.workload === workloadToday,
          noise,
          points: points(input.history, group.attempts, noise),
        },
      };
    })
    .sort((a, b) => Number(a.segment.current) - Number(b.segment.current) || a.newest - b.newest || (a.key < b.key ? -1 : 1))
    .map(({ segment }) => segment);
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

/** What a benchmark no longer listed ran last in an environment; empty where nothing tells. */
function newestWorkload(attempts: readonly Attempt[], environment: string): string {
  const known = attempts.filter((one) => one.workload !== undefined && one.environment === environment);
  return known.sort((a, b) => a.position - b.position).at(-1)?.workload ?? "";
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
    const values = outcomes.filter(isMeasured).map(quantityOf);
    const failures = outcomes.flatMap((outcome) => (isMeasured(outcome) || isSame(outcome) ? [] : [outcome]));
    const noise = noiseAt({ environment, workload });
    if (values.length > 0) return { environment, workload, seconds: pooled(values, noise), failure: undefined };
    return { environment, workload, seconds: undefined, failure: failures.at(-1) };
  });
}
