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

/** Session-to-session noise of one benchmark variant: standard deviation of ln seconds between sessions of one program. */
export type SessionNoise = (benchmark: string, variant: Variant) => number;

/** Until the noise of a benchmark is known: what interleaved rounds leave between sessions, .2 %. */
const assumedNoise: SessionNoise = () => 0.002;

const leastControls = 11;
const mostControls = 111;
/** Controls longer ago than this, from the newest one, say nothing of the machine today. */
const mostDays = 30;

/**
 * Whether the machine moved: each benchmark of the newest control sessions against the session before of the same program,
 * z = ln(new / old) / sqrt(SE_new^2 + SE_old^2 + 2 sigma_session^2). It moved where |median z| is above 1.5 at 11 controls, .5 at 111 and
 * more, and linear between: a median of n standard normal z has a deviation of 1.25 / sqrt(n), so that this is 4 of them at either end.
 * Control sessions are taken newest first, whole, until there are 11 controls; none is older than 30 days before the newest.
 */
export function machineVerdict(sessions: readonly Session[], environment: string, noise: SessionNoise = assumedNoise): MachineVerdict {
  const here = sessions.filter((session) => session.environment === environment).sort(byStart);
  const controls = newestControls(here, noise);
  if (controls.length === 0) return { verdict: "too few", controls: 0, medianZ: undefined, threshold: undefined, ratio: undefined };
  const medianZ = median(controls.map(({ z }) => z));
  const ratio = Math.exp(median(controls.map(({ change }) => change)));
  const seen = { controls: controls.length, medianZ, ratio };
  if (controls.length < leastControls) return { ...seen, verdict: "too few", threshold: undefined };
  const threshold = thresholdOf(controls.length);
  return { ...seen, verdict: Math.abs(medianZ) > threshold ? "moved" : "not moved", threshold };
}

interface Control {
  /** ln seconds now - ln seconds before. */
  change: number;
  z: number;
}

function newestControls(here: readonly Session[], noise: SessionNoise): Control[] {
  const newest = here.findLast(({ reason }) => reason === "control");
  if (!newest) return [];
  const oldest = Date.parse(newest.started) - mostDays * 24 * 60 * 60 * 1000;
  const found: Control[] = [];
  for (const [place, session] of [...here.entries()].reverse()) {
    if (session.reason !== "control") continue;
    if (found.length >= leastControls || Date.parse(session.started) < oldest) break;
    found.push(...controlsOf(session, here.slice(0, place), noise));
  }
  return found;
}

function controlsOf(session: Session, earlier: readonly Session[], noise: SessionNoise): Control[] {
  return [...measuredIn(session)].flatMap(([benchmark, variant, now]) => {
    const before = now.fingerprint === undefined ? undefined : lastOf(earlier, benchmark, variant, now);
    if (!before) return [];
    const change = Math.log(now.seconds / before.seconds);
    const error = Math.sqrt(now.standardError ** 2 + before.standardError ** 2 + 2 * noise(benchmark, variant) ** 2);
    return error > 0 ? [{ change, z: change / error }] : [];
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
