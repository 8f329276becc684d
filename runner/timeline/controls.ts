import type { Measured, Session, Variant } from "../model.ts";
import { median } from "./stats.ts";

/** What controls say of the machine. */
export interface MachineVerdict {
  /** `suspected`: one set of controls says so, and is to be repeated at once. */
  verdict: "moved" | "suspected" | "not moved" | "too few";
  /** When the first set that showed it began; absent where it did not move. */
  since?: string;
  /** Of the newest set: benchmarks compared. */
  controls: number;
  /** Median of their z: positive is slower than before. Undefined without any. */
  medianZ: number | undefined;
  /** |median z| from which on the machine is said to have moved; undefined with too few controls. */
  threshold: number | undefined;
  /** Median of the changes, seconds now over seconds before: 1.01 is 1 % slower. */
  ratio: number | undefined;
}

/** How much sessions of one program differ in a series: standard deviation of ln seconds, where sessions tell it. */
export type NoiseOf = (
  sessions: readonly Session[],
) => (series: { environment: string; workload: string; benchmark: string; variant: Variant }) => { sigma: number } | undefined;

/** Where sessions do not tell it: what interleaved rounds leave between sessions, .2 %. */
const assumedNoise = 0.002;
/** No machine is quieter than .05 % from session to session. */
const leastNoise = 0.0005;

const leastControls = 11;
const mostControls = 111;
/** Controls longer ago than this, from the newest one, say nothing of the machine today. */
const mostDays = 30;

/** Sets whose own differences are no measure of what they differ by. */
const setsOfOwnNoise = 3;
/** Sets that agree with the old level before a machine is believed to be back. */
const setsToReturn = 2;

/**
 * Whether the machine moved. Control sessions are taken in sets of at least 11 benchmarks, whole, none of them 30 days older than another:
 * each benchmark against the last session of the same program before, z = ln(new / old) / sqrt(SE_new^2 + SE_old^2 + 2 sigma_session^2). A
 * set says so where |median z| is above 1.5 at 11 controls, .5 at 111 and more, and linear between: a median of n standard normal z has a
 * deviation of 1.25 / sqrt(n), so that this is 4 of them at either end. From then on sets are compared with what was measured before that
 * one: a second one that says the same confirms it; where it does not, it was chance; two that agree with the old level end it.
 * The noise is that of the sessions before the three newest sets: their own would hide what it is to be compared with.
 */
export function machineVerdict(
  sessions: readonly Session[],
  environment: string,
  noiseOf: NoiseOf = () => () => undefined,
): MachineVerdict {
  const here = sessions.filter((session) => session.environment === environment).sort(byStart);
  const noise = noiseOf(beforeNewestControls(here));
  const judge = (pairs: readonly Pair[]): Judged => judged(pairs, (series) => noise({ environment, ...series })?.sigma ?? assumedNoise);
  let move: Movement | undefined;
  let set: ControlSession[] = [];
  let last: Judged | undefined;
  for (const [place, session] of here.entries()) {
    if (session.reason !== "control") continue;
    // The level before: of the move that is suspected, else of this set.
    const level = move ? here.findIndex(({ started }) => started >= (move?.since ?? "")) : (set[0]?.place ?? place);
    const pairs = pairsOf(session, here.slice(0, level));
    const oldest = Date.parse(session.started) - mostDays * 24 * 60 * 60 * 1000;
    set = [...set.filter((one) => Date.parse(one.session.started) >= oldest), { session, place, pairs }];
    const all = set.flatMap((one) => one.pairs);
    if (all.length < leastControls) continue;
    last = judge(all);
    move = moveAfter(move, last, set[0]?.session.started ?? session.started);
    set = [];
  }
  const state = { verdict: verdictOf(move, last), ...(move && { since: move.since }) };
  // The numbers of a set that is not complete are told only where there is no other.
  const open = set.flatMap((one) => one.pairs);
  const told = last ?? (open.length > 0 ? { ...judge(open), threshold: undefined } : undefined);
  return { ...state, ...(told ?? { controls: 0, medianZ: undefined, threshold: undefined, ratio: undefined }) };
}

interface ControlSession {
  session: Session;
  /** Among all sessions. */
  place: number;
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

/** What a complete set makes of it. @param began when the set did. */
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

function judged(pairs: readonly Pair[], sigmaOf: (series: Pair) => number): Judged {
  const z = pairs.map((pair) => pair.change / Math.sqrt(pair.within + 2 * Math.max(sigmaOf(pair), leastNoise) ** 2));
  return {
    controls: pairs.length,
    medianZ: median(z),
    threshold: thresholdOf(pairs.length),
    ratio: Math.exp(median(pairs.map(({ change }) => change))),
  };
}

/** A benchmark of a control session, and the session before of the same program. */
interface Pair {
  benchmark: string;
  variant: Variant;
  workload: string;
  /** ln seconds now - ln seconds before. */
  change: number;
  /** Variance of the change by the errors within both sessions. */
  within: number;
}

/** Sessions before the newest controls: at least three sets of them. */
function beforeNewestControls(here: readonly Session[]): readonly Session[] {
  let controls = 0;
  for (const [place, session] of [...here.entries()].reverse()) {
    if (session.reason === "control") controls += Object.keys(session.benchmarks).length;
    if (controls >= setsOfOwnNoise * leastControls) return here.slice(0, place);
  }
  const first = here.findIndex(({ reason }) => reason === "control");
  return first === -1 ? here : here.slice(0, first);
}

function pairsOf(session: Session, earlier: readonly Session[]): Pair[] {
  return [...measuredIn(session)].flatMap(([benchmark, variant, now]) => {
    const before = now.fingerprint === undefined ? undefined : lastOf(earlier, benchmark, variant, now);
    if (!before) return [];
    const change = Math.log(now.seconds / before.seconds);
    return [{ benchmark, variant, workload: now.workload, change, within: now.standardError ** 2 + before.standardError ** 2 }];
  });
}

/** The last session before of the same program. */
function lastOf(
  earlier: readonly Session[],
  benchmark: string,
  variant: Variant,
  { fingerprint, workload }: Measured,
): Measured | undefined {
  for (let place = earlier.length - 1; place >= 0; place--) {
    const outcome = earlier[place]?.benchmarks[benchmark]?.[variant];
    if (outcome?.status === "ok" && outcome.fingerprint === fingerprint && outcome.workload === workload) return outcome;
  }
  return undefined;
}

function* measuredIn({ benchmarks }: Session): Generator<[string, Variant, Measured]> {
  for (const [name, outcomes] of Object.entries(benchmarks)) {
    for (const variant of ["compiled", "interpreted"] as const) {
      const outcome = outcomes[variant];
      if (outcome?.status === "ok") yield [name, variant, outcome];
    }
  }
}

function thresholdOf(controls: number): number {
  return 1.5 - (Math.min(controls, mostControls) - leastControls) / (mostControls - leastControls);
}

function byStart(a: Session, b: Session): number {
  return a.started < b.started ? -1 : a.started > b.started ? 1 : 0;
}
