import type { ScalingFactor, MeasurementContext, Session, Variant } from "../model.ts";
import { bridge, halfWidth, weakHalfWidth, wantedHalfWidth } from "../timeline/bridge.ts";
import { sessionsOfBimodal, usualGroup } from "../timeline/modes.ts";
import { sessionNoise, type NoiseOf } from "../timeline/noise.ts";
import { quantityOf, type MeasuredPoint } from "../timeline/points.ts";
import { pooled, type Quantity } from "../timeline/quantity.ts";
import type { Segment } from "../timeline/segment.ts";
import { mainVariant } from "../timeline/attempts.ts";
import type { BenchmarkTimeline, Series } from "../timeline/timeline.ts";
import type { Need } from "./set-cover.ts";

/** Bridge of one series from its former measurement context to the present one: its missing sessions, or its result. */
export interface Bridge {
  benchmark: string;
  variant: Variant;
  from: MeasurementContext;
  to: MeasurementContext;
  /** Sessions still to be taken in `to`; empty once it is finished. */
  needs: Need[];
  /** Result of a finished bridge. */
  scalingFactor?: ScalingFactor;
}

export interface BridgesInput {
  /** This host's timeline: the newest segment that is not linked is bridged. */
  benchmarks: readonly BenchmarkTimeline[];
  /** This host's sessions. */
  sessions: readonly Session[];
  /** Id of the present environment. */
  environment: string;
  /** Hash of the present configuration, as `Session.setup`. Failures with another one are retried. Undefined: all failures count. */
  setup?: string;
  /** Noise of these sessions, if it was computed already. */
  noise?: NoiseOf;
  reopened?: Reopened;
}

/** Bridges that an operator reopened. */
export interface Reopened {
  /** Wanted sessions of each bridge point, by benchmark. */
  sessions: ReadonlyMap<string, number>;
  /** Time in ISO 8601. Earlier failures are ignored. */
  since: string;
}

/** Bridge points of a series at first, and the most if its factor is still imprecise. */
const points = 5;
const mostPoints = 8;
/** Sessions of a point if the factor is imprecise. */
const mostSessions = 3;
/** Programs that cannot be measured in the new context before a series is given up. */
const mostFailures = 3;

/** Returns the bridges into the present environment and workloads that have no scaling factor yet. Pure. */
export function bridges(input: BridgesInput): Bridge[] {
  const { noise = sessionNoise(input.sessions) } = input;
  return input.benchmarks.flatMap(({ name: benchmark, listed, series }) => {
    if (!listed) return [];
    const variant = mainVariant(listed);
    const to = { environment: input.environment, workload: listed.workload };
    if (series.every(({ segments }) => segments.every(({ link }) => link.status === "current"))) return [];
    const again = input.reopened?.sessions.get(benchmark);
    const failuresSince = again === undefined ? "" : (input.reopened?.since ?? "");
    const here = resultsIn({ ...to, benchmark, variant }, input.sessions, { since: failuresSince, setup: input.setup });
    const isCorrected = (newest: Segment) => {
      const all = resultsIn({ ...to, benchmark, variant }, input.sessions, { since: failuresSince, setup: undefined });
      return newest.link.status === "broken" && all.failed.size > here.failed.size && !isGivenUp(newest, here);
    };
    const source = series
      .filter((one) => one.variant === variant)
      .map((one) => sourceOf(one, (newest) => again !== undefined || isCorrected(newest)))[0];
    if (!source) return [];
    const from = { environment: source.environment, workload: source.workload };
    const found = candidates(source).map((point) => withResults(point, here));
    const { modes } = source;
    const steps = again === undefined ? (modes ? bimodalSteps : firstSteps) : [{ points: mostPoints, sessions: again }];
    // The noise of a bimodal series covers both groups; sessions here are of its usual group.
    const noiseHere = modes ? source.noise : noise({ ...to, benchmark, variant });
    const settled = settle(found, steps, (results) => pooled(usualGroup(results, modes), noiseHere));
    const ends = { benchmark, variant, from, to };
    if ("needs" in settled) return [{ ...ends, needs: settled.needs.map((need) => ({ benchmark, ...need })) }];
    return [{ ...ends, needs: [], scalingFactor: { ...ends, ...settled } }];
  });
}

/** Returns the largest number of sessions that a point of a benchmark's bridge has so far in the present context. */
export function sessionsSoFar(input: BridgesInput, benchmark: string): number {
  const one = input.benchmarks.find(({ name }) => name === benchmark);
  if (!one?.listed) return 0;
  const variant = mainVariant(one.listed);
  const source = one.series.filter((series) => series.variant === variant).map((series) => sourceOf(series, () => true))[0];
  const to = { environment: input.environment, workload: one.listed.workload };
  const here = resultsIn({ ...to, benchmark, variant }, input.sessions, { since: "", setup: undefined });
  const found = source ? candidates(source).map((point) => withResults(point, here)) : [];
  return Math.max(0, ...found.slice(0, mostPoints).map(({ measured }) => measured.length));
}

/** Returns the point that is held out of a bridge to judge it: the newest one. Undefined if there is no other point. */
export function heldOut(source: Segment): MeasuredPoint | undefined {
  const [newest, ...others] = newestFirst(source);
  return others.length > 0 ? newest : undefined;
}

/** Returns the points that a bridge can use, newest first. */
export function candidates(source: Segment): MeasuredPoint[] {
  const [newest, ...others] = newestFirst(source);
  return others.length > 0 ? others : newest ? [newest] : [];
}

/** Returns segments with a value, the latest measured first. Ids of sessions sort by time. */
export function latestFirst(segments: readonly Segment[]): Segment[] {
  return segments
    .map((segment) => ({ segment, session: lastSession(segment) }))
    .filter(({ session }) => session !== "")
    .sort((a, b) => (a.session < b.session ? 1 : -1))
    .map(({ segment }) => segment);
}

function lastSession(segment: Segment): string {
  return newestFirst(segment).reduce((last, { sessions }) => ((sessions.at(-1) ?? "") > last ? (sessions.at(-1) ?? "") : last), "");
}

function newestFirst({ points: all }: Segment): MeasuredPoint[] {
  return all.flatMap((point) => (point.status === "measured" ? [point] : [])).reverse();
}

/** Returns the newest segment that is not linked to the present one. Undefined if the newest of all is broken and not reopened. */
function sourceOf({ segments }: Series, isReopened: (newest: Segment) => boolean): Segment | undefined {
  const others = latestFirst(segments.filter(({ link }) => link.status !== "current" && link.status !== "other version"));
  const [newest] = others;
  if (newest && isReopened(newest)) return newest;
  if (newest?.link.status === "broken") return undefined;
  return others.find(({ link }) => link.status === "not yet linked");
}

/** Results of one program in the new context. */
interface Found {
  point: MeasuredPoint;
  /** Sessions that measured it, by revision. */
  measured: { revision: string; seconds: Quantity }[];
  /** A session tried to measure it and failed. */
  failed: boolean;
}

interface Results {
  measured: Map<string, Quantity[]>;
  failed: Set<string>;
}

/** Returns the results of a benchmark variant in a context, by revision. Reused results do not count. */
function resultsIn(
  { environment, workload, benchmark, variant }: MeasurementContext & { benchmark: string; variant: Variant },
  sessions: readonly Session[],
  failures: { since: string; setup: string | undefined },
): Results {
  const measured = new Map<string, Quantity[]>();
  const failed = new Set<string>();
  for (const session of sessions) {
    if (session.environment !== environment || session.subject.kind !== "revision") continue;
    const { revision } = session.subject;
    const outcome = session.benchmarks[benchmark]?.[variant];
    const counts = session.started >= failures.since && (failures.setup === undefined || session.setup === failures.setup);
    if (counts && !outcome && session.failure) failed.add(revision);
    if (outcome?.workload !== workload) continue;
    if (counts && outcome.status === "failed") failed.add(revision);
    if (outcome.status === "ok") measured.set(revision, [...(measured.get(revision) ?? []), quantityOf(outcome)]);
  }
  return { measured, failed };
}

/** Returns whether too many programs of a segment cannot be measured to link it. */
function isGivenUp(source: Segment, here: Results): boolean {
  return chosen(candidates(source).map((point) => withResults(point, here))).failures >= mostFailures;
}

function withResults(point: MeasuredPoint, { measured, failed }: Results): Found {
  const ids = point.revisions.map(({ id }) => id).reverse();
  return {
    point,
    measured: ids.flatMap((revision) => (measured.get(revision) ?? []).map((seconds) => ({ revision, seconds }))),
    failed: ids.some((id) => failed.has(id)),
  };
}

/** Number of points, and of sessions of each in the new context. */
interface Step {
  points: number;
  sessions: number;
}

const firstSteps: readonly Step[] = [
  { points, sessions: 1 },
  { points, sessions: mostSessions },
  { points: mostPoints, sessions: mostSessions },
];

/** Steps of a bimodal series. A single session does not show which group it belongs to. */
const bimodalSteps = firstSteps.filter(({ sessions }) => sessions >= sessionsOfBimodal);

type Settled = { needs: Omit<Need, "benchmark">[] } | Pick<ScalingFactor, "status" | "factor" | "revisions" | "reason">;

/** Takes step after step until the factor is precise enough or no step is left. */
function settle(found: readonly Found[], steps: readonly Step[], pool: (sessions: readonly Quantity[]) => Quantity): Settled {
  const { usable, failures } = chosen(found);
  if (usable.length === 0) return { status: "broken", revisions: [], reason: brokenBecause(failures) };
  let settled: Settled | undefined;
  for (const step of steps) {
    const taken = usable.slice(0, step.points);
    const needs = taken.flatMap(({ point, measured }) => {
      const missing = step.sessions - measured.length;
      return missing > 0 ? [{ revisions: point.revisions.map(({ id }) => id), sessions: missing }] : [];
    });
    if (needs.length > 0) return { needs };
    const factor = bridge(
      taken.map(({ point, measured }) => ({
        revision: measured[0]?.revision ?? "",
        old: point.seconds,
        new: pool(measured.map(({ seconds }) => seconds)),
      })),
    );
    const revisions = [...new Set(taken.flatMap(({ measured }) => measured.slice(0, 1).map(({ revision }) => revision)))];
    const width = halfWidth(factor);
    settled = { status: width > weakHalfWidth ? "weak" : "linked", factor, revisions };
    if (width <= wantedHalfWidth) return settled;
  }
  return settled ?? { needs: [] };
}

/** Returns the newest points that may be measurable in the new context. After too many failures, only measured ones. */
function chosen(found: readonly Found[]): { usable: Found[]; failures: number } {
  const usable: Found[] = [];
  let failures = 0;
  for (const one of found) {
    if (one.measured.length === 0 && one.failed) failures++;
    else usable.push(one);
    if (failures >= mostFailures || usable.length >= mostPoints) break;
  }
  // Untried points are given up with the failed ones.
  return { usable: failures >= mostFailures ? usable.filter(({ measured }) => measured.length > 0) : usable, failures };
}

function brokenBecause(failures: number): string {
  if (failures === 0) return "no revision was measured before the transition";
  return `${failures} of the newest programs before the transition cannot be measured after it`;
}
