import type { Listed, Reason } from "../model.ts";
import { assumedNoise, commonModeIn, deviationOfMedian, leastNoise, type CommonMode } from "./common-mode.ts";
import { controlSessions, pairsBefore } from "./control-pairs.ts";
import type { ControlSession, Pair } from "./control-pairs.ts";
import { noiseIn, type Noise, type NoiseKey } from "./noise.ts";
import type { Results } from "./results.ts";
import { median } from "./stats.ts";

/** Verdict of the controls on the machine. */
export interface MachineVerdict {
  /** `moved`: a machine shift. `suspected`: one set of controls shows it, and another set is measured at once. */
  verdict: "moved" | "suspected" | "not moved" | "too few";
  /** Start of the first set that showed the shift; absent without one. */
  since?: string;
  /** Number of compared benchmarks of the newest set. */
  controls: number;
  /** Median of their z. Positive is slower than before. Undefined without any. */
  medianZ: number | undefined;
  /** |median z| above which there is a machine shift; undefined with too few controls. */
  threshold: number | undefined;
  /** Noise that benchmarks of a session share, which is included in the threshold. */
  common: CommonMode;
  /** Median ratio of seconds now to seconds before: 1.01 is 1 % slower. */
  ratio: number | undefined;
}

/** Returns the noise of a series from session to session, by the sessions that count. */
export type NoiseBefore = (counts: (session: number) => boolean) => (series: NoiseKey) => NoiseTold | undefined;

type NoiseTold = Pick<Noise, "sigma" | "isOfSuite">;

/** Reasons of sessions that examine changes. */
const ofChanges: ReadonlySet<Reason> = new Set(["confirm", "creeping"]);

const leastControls = 11;
/** Threshold of the median z, in standard deviations of an unchanged machine. */
const deviations = 4;
/** Standard deviation of normal values over their median distance from the middle. */
const perDistance = 1.4826;
/** Greatest age of controls, relative to the newest one. */
const mostDays = 30;

/** Number of the newest sets that are excluded from the noise. */
const setsOfOwnNoise = 3;
/** Sets that must agree with the old level before a shift is considered over. */
const setsToReturn = 2;

/**
 * Detects a machine shift. Whole control sessions form sets of at least 11 benchmarks, at most 30 days apart. Each benchmark is compared with
 * the last earlier session of the same program: z = ln(new / old) / sqrt(SE_new^2 + SE_old^2 + 2 sigma_session^2). A set shows a shift if
 * |median z| is above 4 of its standard deviations. Benchmarks of one session share noise with a correlation r, so the median of n has a
 * deviation of sqrt(r + (1-r) pi / 2n). If sigma is assumed or the suite's, the spread of the set's z also counts.
 *
 * Later sets are compared with sessions before the first one. A second set with the same result confirms the shift, another result refutes
 * it, and two sets that agree with the old level end it. The noise is that of the sessions before the three newest sets, whose own would
 * hide the shift. Sessions that confirm or look for changes are excluded: after an undetected shift they compare programs across it.
 *
 * @param declared benchmarks that the suite lists now; empty if not known.
 */
export function machineVerdict(
  results: Results,
  environment: string,
  declared: readonly Pick<Listed, "name" | "workload">[],
  noiseBefore: NoiseBefore = (counts) => noiseIn(results, { counts, declared }),
): MachineVerdict {
  const here = [...results.sessions.entries()]
    .filter(([, one]) => one.environment === environment && !ofChanges.has(one.reason))
    .sort(byStart);
  const startOf = (order: number) => here[order]?.[1].started ?? "";
  const controls = controlSessions(
    results,
    here.map(([index]) => index),
  );
  const earlier = new Set(here.slice(0, newestControls(controls, here.length)).map(([index]) => index));
  const noise = noiseBefore((session) => earlier.has(session));
  const common = commonModeIn(results, noise, (session) => earlier.has(session));
  const judge = (pairs: readonly Pair[]): Judged => judged(pairs, (series) => noise({ environment, ...series }), common);
  let move: Movement | undefined;
  let set: Taken[] = [];
  let last: Judged | undefined;
  for (const [order, control] of controls) {
    const started = startOf(order);
    // The level before the suspected shift, otherwise before this set.
    const level = move ? here.findIndex(([, one]) => one.started >= (move?.since ?? "")) : (set[0]?.order ?? order);
    const pairs = pairsBefore(control, level);
    const oldest = Date.parse(started) - mostDays * 24 * 60 * 60 * 1000;
    set = [...set.filter((one) => Date.parse(startOf(one.order)) >= oldest), { order, pairs }];
    const all = set.flatMap((one) => one.pairs);
    if (all.length < leastControls) continue;
    last = judge(all);
    move = moveAfter(move, last, startOf(set[0]?.order ?? order));
    set = [];
  }
  const state = { verdict: verdictOf(move, last), ...(move && { since: move.since }) };
  // The numbers of an incomplete set are returned only if there is no other set.
  const open = set.flatMap((one) => one.pairs);
  const told = last ?? (open.length > 0 ? { ...judge(open), threshold: undefined } : undefined);
  return { ...state, common, ...(told ?? { controls: 0, medianZ: undefined, threshold: undefined, ratio: undefined }) };
}

/** A control session that is part of a set. */
interface Taken {
  /** Index among the environment's sessions. */
  order: number;
  pairs: Pair[];
}

type Judged = Pick<MachineVerdict, "controls" | "threshold"> & { medianZ: number; ratio: number };

interface Movement {
  since: string;
  sign: number;
  isConfirmed: boolean;
  /** Sets in a row that agree with the level before it. */
  agreeing: number;
}

/** Updates the state by a complete set. @param began start of the set. */
function moveAfter(move: Movement | undefined, { medianZ, threshold = Infinity }: Judged, began: string): Movement | undefined {
  const isSaid = Math.abs(medianZ) > threshold;
  if (!move) return isSaid ? { since: began, sign: Math.sign(medianZ), isConfirmed: false, agreeing: 0 } : undefined;
  if (isSaid && Math.sign(medianZ) === move.sign) return { ...move, isConfirmed: true, agreeing: 0 };
  if (!move.isConfirmed || move.agreeing + 1 >= setsToReturn) return undefined;
  return { ...move, agreeing: move.agreeing + 1 };
}

function verdictOf(move: Movement | undefined, last: Judged | undefined): MachineVerdict["verdict"] {
  if (!last) return "too few";
  if (!move) return "not moved";
  return move.isConfirmed ? "moved" : "suspected";
}

function judged(pairs: readonly Pair[], noiseOf: (series: Pair) => NoiseTold | undefined, common: CommonMode): Judged {
  const noises = pairs.map(noiseOf);
  const z = pairs.map(({ change, within }, index) => {
    return change / Math.sqrt(within + 2 * Math.max(noises[index]?.sigma ?? assumedNoise, leastNoise) ** 2);
  });
  const medianZ = median(z);
  // Noise that is not their own may be far too small; how far they are from each other does not depend on what all of them moved by.
  const isOwn = noises.every((noise) => noise && !noise.isOfSuite);
  const spread = isOwn ? 1 : Math.max(1, perDistance * median(z.map((one) => Math.abs(one - medianZ))));
  return {
    controls: pairs.length,
    medianZ,
    threshold: deviations * spread * deviationOfMedian(pairs.length, common, sharedBy(pairs)),
    ratio: Math.exp(median(pairs.map(({ change }) => change))),
  };
}

/** Returns the share of the common mode in a mean of pairs: 1 if one session is compared with one, less with several. */
function sharedBy(pairs: readonly Pair[]): number {
  return (concentration(pairs.map(({ now }) => now)) + concentration(pairs.map(({ before }) => before))) / 2;
}

/** Returns the sum of the squared shares of equal values. */
function concentration(values: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts.values()].reduce((sum, count) => sum + (count / values.length) ** 2, 0);
}

/** Returns the index, among the environment's sessions, of the first of at least three newest sets of controls. @param end result without controls. */
function newestControls(controls: ReadonlyMap<number, ControlSession>, end: number): number {
  let benchmarks = 0;
  let first = end;
  for (const [order, control] of [...controls].reverse()) {
    first = order;
    benchmarks += control.benchmarks;
    if (benchmarks >= setsOfOwnNoise * leastControls) break;
  }
  return first;
}

function byStart([, a]: Placed, [, b]: Placed): number {
  return a.started < b.started ? -1 : a.started > b.started ? 1 : 0;
}

/** A session with its index in the results. */
type Placed = [number, Results["sessions"][number]];
