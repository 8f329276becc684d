import type { Measured, Session, Variant } from "../model.ts";
import { median } from "./stats.ts";

/** What the newest controls say of the machine. */
export interface MachineVerdict {
  verdict: "moved" | "not moved" | "too few";
  /** Benchmarks compared. */
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

/**
 * Whether the machine moved: each benchmark of the newest control sessions against the session before of the same program,
 * z = ln(new / old) / sqrt(SE_new^2 + SE_old^2 + 2 sigma_session^2). It moved where |median z| is above 1.5 at 11 controls, .5 at 111 and
 * more, and linear between: a median of n standard normal z has a deviation of 1.25 / sqrt(n), so that this is 4 of them at either end.
 * Control sessions are taken newest first, whole, until there are 11 controls; none is older than 30 days before the newest. The noise is
 * that of the sessions before them: their own would hide what it is to be compared with.
 */
export function machineVerdict(
  sessions: readonly Session[],
  environment: string,
  noiseOf: NoiseOf = () => () => undefined,
): MachineVerdict {
  const here = sessions.filter((session) => session.environment === environment).sort(byStart);
  const { pairs, earlier } = newestControls(here);
  const noise = noiseOf(earlier);
  const controls = pairs.map(({ change, within, ...series }) => {
    const sigma = Math.max(noise({ environment, ...series })?.sigma ?? assumedNoise, leastNoise);
    return { change, z: change / Math.sqrt(within + 2 * sigma ** 2) };
  });
  if (controls.length === 0) return { verdict: "too few", controls: 0, medianZ: undefined, threshold: undefined, ratio: undefined };
  const medianZ = median(controls.map(({ z }) => z));
  const ratio = Math.exp(median(controls.map(({ change }) => change)));
  const seen = { controls: controls.length, medianZ, ratio };
  if (controls.length < leastControls) return { ...seen, verdict: "too few", threshold: undefined };
  const threshold = thresholdOf(controls.length);
  return { ...seen, verdict: Math.abs(medianZ) > threshold ? "moved" : "not moved", threshold };
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

function newestControls(here: readonly Session[]): { pairs: Pair[]; earlier: readonly Session[] } {
  const newest = here.findLast(({ reason }) => reason === "control");
  const oldest = Date.parse(newest?.started ?? "") - mostDays * 24 * 60 * 60 * 1000;
  const pairs: Pair[] = [];
  let earlier = here;
  for (const [place, session] of [...here.entries()].reverse()) {
    if (session.reason !== "control") continue;
    if (pairs.length >= leastControls || Date.parse(session.started) < oldest) break;
    earlier = here.slice(0, place);
    pairs.push(...pairsOf(session, earlier));
  }
  return { pairs, earlier };
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
