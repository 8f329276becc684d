import type { ScalingFactor, Revision, Session, Variant } from "../model.ts";
import { commonModeIn, type CommonMode } from "../timeline/common-mode.ts";
import { usualGroup } from "../timeline/modes.ts";
import { sessionNoise, type NoiseOf } from "../timeline/noise.ts";
import { newestRevision, quantityOf, type MeasuredPoint } from "../timeline/points.ts";
import { pooled, type Quantity } from "../timeline/quantity.ts";
import { resultsOf } from "../timeline/results-builder.ts";
import type { Segment } from "../timeline/segment.ts";
import { mainVariant } from "../timeline/attempts.ts";
import type { BenchmarkTimeline, Series } from "../timeline/timeline.ts";
import { verdict, type EmptyCommitObservation, type SuiteVerdict } from "../timeline/verdict.ts";
import { candidates, heldOut, latestFirst } from "./bridges.ts";
import type { Need } from "./set-cover.ts";

/** Judgement of an upgrade by one program, measured before the transition and after it. */
export interface Verification {
  /** `null`: by the empty commit. `held-out`: by the held-out revision, if there is no empty commit. */
  by: "empty-commit" | "held-out";
  /** Id of the revision measured after the transition. */
  revision: string;
  /** Id of the environment before the transition. */
  before: string;
  verdict: SuiteVerdict;
  /** Sessions that would make the verdict more certain. */
  needs: Need[];
}

export interface VerificationInput {
  /** This host's timeline. */
  benchmarks: readonly BenchmarkTimeline[];
  /** This host's sessions. */
  sessions: readonly Session[];
  /** First-parent, oldest first. */
  history: readonly Revision[];
  environment: string;
  /** Names of the benchmarks with a suspected change exactly at the transition. */
  suspected: readonly string[];
  /** Noise of these sessions, if it was computed already. */
  noise?: NoiseOf;
  /** Noise that benchmarks of these sessions share, if it was computed already. */
  common?: CommonMode;
}

/** Sessions after the transition: at first, and the most if the verdict is inconclusive. */
const firstSessions = 5;
const mostSessions = 12;

/** One series across the newest transition of environments. */
interface Crossing {
  benchmark: string;
  variant: Variant;
  workload: string;
  before: Segment;
}

/**
 * Returns the verdict on the newest transition of environments. Undefined if there was none, or if no benchmark has a held-out revision. Pure.
 * The revision is the newest empty commit whose parent was measured before the transition and is not a bridge point; otherwise the held-out one.
 */
export function verification(input: VerificationInput): Verification | undefined {
  const crossings = crossingsOf(input);
  const judged = judgedBy(crossings, input);
  if (!judged) return undefined;
  const { by, revision, programs } = judged;
  const { noise = sessionNoise(input.sessions) } = input;
  const { common = commonModeIn(resultsOf(input.sessions), noise) } = input;
  const observed = crossings.map((crossing) => observe(crossing, programs.get(crossing.benchmark), revision, input, noise));
  const found = verdict(
    observed.map(({ observation }) => observation),
    input.suspected,
    common,
  );
  const open = new Set(found.benchmarks.filter(({ verdict: one }) => one === "inconclusive").map(({ benchmark }) => benchmark));
  const needs = observed.flatMap(({ observation: { benchmark, scalingFactor, old }, taken }) => {
    if (!scalingFactor || !old) return [];
    const missing = (open.has(benchmark) && taken >= firstSessions ? Math.min(taken + 1, mostSessions) : firstSessions) - taken;
    return missing > 0 ? [{ benchmark, revisions: [revision], sessions: missing }] : [];
  });
  return { by, revision, before: crossings[0]?.before.environment ?? "", verdict: found, needs };
}

function crossingsOf({ benchmarks, environment }: VerificationInput): Crossing[] {
  return benchmarks.flatMap(({ name: benchmark, listed, series }) => {
    if (!listed) return [];
    const variant = mainVariant(listed);
    const before = series.filter((one) => one.variant === variant).map((one) => segmentBefore(one, environment))[0];
    return before ? [{ benchmark, variant, workload: listed.workload, before }] : [];
  });
}

function segmentBefore({ segments }: Series, environment: string): Segment | undefined {
  return latestFirst(segments.filter((one) => one.environment !== environment && one.link.status !== "other version"))[0];
}

interface Judged {
  by: Verification["by"];
  revision: string;
  /** The program before the transition, by benchmark. */
  programs: Map<string, MeasuredPoint>;
}

function judgedBy(crossings: readonly Crossing[], { history, sessions, environment }: VerificationInput): Judged | undefined {
  const measured = new Set(
    sessions.flatMap((one) => (one.environment === environment && one.subject.kind === "revision" ? [one.subject.revision] : [])),
  );
  for (const { id, parent } of history.filter(({ isEmpty }) => isEmpty).reverse()) {
    if (parent === undefined || !measured.has(id)) continue;
    const programs = programsOf(crossings, ({ before }) => withRevision(before, parent));
    if (programs.size > 0) return { by: "empty-commit", revision: id, programs };
  }
  const programs = programsOf(crossings, ({ before }) => heldOut(before));
  const indexes = new Map(history.map(({ id }, index) => [id, index]));
  const newest = [...programs.values()]
    .map((point) => newestRevision(point).id)
    .sort((a, b) => (indexes.get(b) ?? 0) - (indexes.get(a) ?? 0))[0];
  if (newest === undefined) return undefined;
  // Benchmarks whose held-out program has another newest revision are judged by the same revision, if it runs that program.
  const shared = [...programs].filter(([, point]) => point.revisions.some(({ id }) => id === newest));
  return { by: "held-out", revision: newest, programs: new Map(shared) };
}

function programsOf(
  crossings: readonly Crossing[],
  programOf: (crossing: Crossing) => MeasuredPoint | undefined,
): Map<string, MeasuredPoint> {
  return new Map(
    crossings.flatMap((crossing) => {
      const point = programOf(crossing);
      return point ? [[crossing.benchmark, point] as const] : [];
    }),
  );
}

/** Returns the program of a revision, unless the bridge uses it: the bridge would be judged by itself. */
function withRevision(segment: Segment, revision: string): MeasuredPoint | undefined {
  const point = heldOut(segment);
  return point?.revisions.some(({ id }) => id === revision) ? point : undefined;
}

function observe(
  { benchmark, variant, workload, before }: Crossing,
  program: MeasuredPoint | undefined,
  revision: string,
  { sessions, environment }: VerificationInput,
  noise: NoiseOf,
): { observation: EmptyCommitObservation; taken: number } {
  const here = before.modes ? before.noise : noise({ environment, workload, benchmark, variant });
  const results: Quantity[] = sessions.flatMap((session) => {
    if (session.environment !== environment || session.subject.kind !== "revision" || session.subject.revision !== revision) return [];
    const outcome = session.benchmarks[benchmark]?.[variant];
    return outcome?.status === "ok" && outcome.workload === workload ? [quantityOf(outcome)] : [];
  });
  const sigmas = [here?.sigma, before.noise?.sigma].flatMap((sigma) => (sigma === undefined ? [] : [sigma]));
  const { link } = before;
  const problem =
    link.status === "broken" ? link.reason : link.status === "linked" ? undefined : "not yet linked: its bridge is unfinished";
  return {
    taken: results.length,
    observation: {
      benchmark,
      variant,
      old: program?.seconds,
      new: results.length > 0 ? pooled(usualGroup(results, before.modes), here) : undefined,
      scalingFactor: link.status === "linked" ? scalingFactorOf(link.factor) : undefined,
      ...(problem !== undefined && { problem }),
      ...(program === undefined && candidates(before).length > 0 && { problem: "no program was held out of its bridge" }),
      sigma: sigmas.length > 0 ? Math.max(...sigmas) : undefined,
    },
  };
}

function scalingFactorOf({ value, standardError, degreesOfFreedom }: Quantity): NonNullable<ScalingFactor["factor"]> {
  return { phi: Math.log(value), standardError, degreesOfFreedom };
}
