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

/** The bridge of one series from where it was measured to where it is measured now: what it still needs, or what came of it. */
export interface Bridge {
  benchmark: string;
  variant: Variant;
  from: MeasurementContext;
  to: MeasurementContext;
  /** Sessions still to be taken in `to`; empty once it is finished. */
  needs: Need[];
  /** Once it is finished. */
  scalingFactor?: ScalingFactor;
}

export interface BridgesInput {
  /** This host's timeline: the newest segment that is not linked is bridged. */
  benchmarks: readonly BenchmarkTimeline[];
  /** This host's sessions. */
  sessions: readonly Session[];
  /** Id of the present environment. */
  environment: string;
  /** Hash of the configuration now, as `Session.setup`: what failed with another one is tried again. Where not given, all failures count. */
  setup?: string;
  /** How much these sessions differ, where that was computed already. */
  noise?: NoiseOf;
  reopened?: Reopened;
}

/** Bridges taken up again by an operator's word. */
export interface Reopened {
  /** Sessions that each of its points shall have, by benchmark. */
  sessions: ReadonlyMap<string, number>;
  /** Failures before this time are forgotten. */
  since: string;
}

/** Bridge points of a series at first, and where its factor stays wide. */
const points = 5;
const mostPoints = 8;
/** Sessions of a point where the factor is wide. */
const mostSessions = 3;
/** A series is given up after so many programs that cannot be measured in the new place. */
const mostFailures = 3;

/** All bridges into the present environment and the present workloads that no scaling factor makes yet. Pure. */
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
    // Further sessions are not told apart by the noise of all.
    const noiseHere = modes ? source.noise : noise({ ...to, benchmark, variant });
    const settled = settle(found, steps, (results) => pooled(usualGroup(results, modes), noiseHere));
    const ends = { benchmark, variant, from, to };
    if ("needs" in settled) return [{ ...ends, needs: settled.needs.map((need) => ({ benchmark, ...need })) }];
    return [{ ...ends, needs: [], scalingFactor: { ...ends, ...settled } }];
  });
}

/** The most sessions that a point of a benchmark's bridge has so far in the present place. */
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

/** The point that is held out of a bridge, so that the bridge can be judged by it: the newest, unless there is no other. */
export function heldOut(source: Segment): MeasuredPoint | undefined {
  const [newest, ...others] = newestFirst(source);
  return others.length > 0 ? newest : undefined;
}

/** Points that a bridge can stand on, newest first. */
export function candidates(source: Segment): MeasuredPoint[] {
  const [newest, ...others] = newestFirst(source);
  return others.length > 0 ? others : newest ? [newest] : [];
}

/** Segments with a value, the one measured last first: ids of sessions sort by time. */
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

/** The newest segment from which nothing leads to the present one; none where the newest of all is known to be broken, unless that is taken up again. */
function sourceOf({ segments }: Series, isReopened: (newest: Segment) => boolean): Segment | undefined {
  const others = latestFirst(segments.filter(({ link }) => link.status !== "current" && link.status !== "other version"));
  const [newest] = others;
  if (newest && isReopened(newest)) return newest;
  if (newest?.link.status === "broken") return undefined;
  return others.find(({ link }) => link.status === "not yet linked");
}

/** What one program came to in the new place. */
interface Found {
  point: MeasuredPoint;
  /** Sessions that measured it, by revision. */
  measured: { revision: string; seconds: Quantity }[];
  /** It was tried, and failed. */
  failed: boolean;
}

interface Results {
  measured: Map<string, Quantity[]>;
  failed: Set<string>;
}

/** What a benchmark variant came to in a place, by revision. Copies are no results. */
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

/** Returns whether so many programs of a segment cannot be measured that it is not linked. */
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

/** So many points, with so many sessions each in the new place. */
interface Step {
  points: number;
  sessions: number;
}

const firstSteps: readonly Step[] = [
  { points, sessions: 1 },
  { points, sessions: mostSessions },
  { points: mostPoints, sessions: mostSessions },
];

/** One session would not tell which group it is of. */
const bimodalSteps = firstSteps.filter(({ sessions }) => sessions >= sessionsOfBimodal);

type Settled = { needs: Omit<Need, "benchmark">[] } | Pick<ScalingFactor, "status" | "factor" | "revisions" | "reason">;

/** Step after step, until the factor is narrow enough or no step is left. */
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

/** The newest points that can be measured in the new place, as far as is known; none once too many failed before any was. */
function chosen(found: readonly Found[]): { usable: Found[]; failures: number } {
  const usable: Found[] = [];
  let failures = 0;
  for (const one of found) {
    if (one.measured.length === 0 && one.failed) failures++;
    else usable.push(one);
    if (failures >= mostFailures || usable.length >= mostPoints) break;
  }
  // Those not yet tried are given up with the others.
  return { usable: failures >= mostFailures ? usable.filter(({ measured }) => measured.length > 0) : usable, failures };
}

function brokenBecause(failures: number): string {
  if (failures === 0) return "no revision was measured before the transition";
  return `${failures} of the newest programs before the transition cannot be measured after it`;
}
