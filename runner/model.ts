/**
 * The words of the project as types. No code lives here.
 *
 * Times are ISO 8601 strings in UTC. Durations and samples are seconds. Ids of revisions are 40 hexadecimal digits.
 */

export type Variant = "compiled" | "interpreted";
export type Group = "main" | "micro";

/** One commit of the target's first-parent history, as git tells it. */
export interface Revision {
  id: string;
  /** First parent, absent for a root commit. */
  parent?: string;
  committed: string;
  author: string;
  /** First line of the commit message. */
  title: string;
  /** Same tree as its first parent. */
  isEmpty: boolean;
}

/** One named workload of the suite, as its adapter lists it. */
export interface Benchmark {
  name: string;
  group: Group;
  variants: Variant[];
  /** Identity of the workload: a hash over the module, the suite's modules and data it uses, and the harness. */
  workload: string;
  /** The suite prepares it in a step of its own before measuring. */
  needsPreparation: boolean;
  /** Must always run with PYTHONHASHSEED=1. */
  stableHashSeed: boolean;
}

/** What is stored of a benchmark's listing with each session. */
export type Listed = Pick<Benchmark, "name" | "group" | "variants" | "workload">;

/** What a result depends on besides the revision. `id` is a hash of all other fields. */
export interface Environment {
  id: string;
  cpu: string;
  /** DMI product UUID, else the machine id, hashed. Like all that is optional here unknown where values were imported. */
  machine?: string;
  os: { id: string; versionId: string };
  python: { version: string; buildFlags?: string; sha256?: string };
  compiler: string;
  /** Tuning that took effect, sorted. Empty where none is applied. */
  tuning?: string[];
  /** Hash of the host facts, where they were declared to make another environment. */
  hostFacts?: string;
  /** When the machine itself became another, where no fact tells: declared, oldest first. */
  machineShifts?: MachineShift[];
}

/** The machine measures otherwise since then, for a reason that no fact tells. */
export interface MachineShift {
  since: string;
  /** One line. */
  why: string;
}

/** What may change without making another environment, recorded with every session. */
export type HostFacts = Record<string, string>;

/** Why something is measured. */
export type Reason = (typeof reasons)[number];
export const reasons = [
  "new",
  "baseline",
  "backfill",
  "manual",
  "bridge",
  "pre-upgrade",
  "verify",
  "confirm",
  "bisect",
  "repeat",
  "control",
  "creeping",
  "layout",
  "import",
] as const;

/**
 * What is built and measured: a revision of the target; the same revision with its programs laid out otherwise in memory, as one of several
 * layouts that count from 1; or the interpreter itself.
 */
export type Subject = { kind: "revision"; revision: string } | { kind: "layout"; revision: string; layout: number } | { kind: "baseline" };

/** What stopped a benchmark. `checkout` and `dependencies` stop a whole revision. */
export type Stage = "checkout" | "dependencies" | "list" | "prepare" | "compile" | "run";

/** A measured benchmark variant of one session: what reports read. Seconds. */
export interface Measured {
  status: "ok";
  workload: string;
  /** Location of the samples: e to the trimmed mean of their natural logarithms. */
  seconds: number;
  /** Winsorised standard error of ln seconds, within the session: relative, 0.01 is 1 %. */
  standardError: number;
  /** Degrees of freedom of standardError, at least 1. */
  degreesOfFreedom: number;
  samples: number;
  minimum: number;
  median: number;
  /** Hash of the program that was executed; absent where that cannot be told. */
  fingerprint?: string;
  /** Mean wall time of a process, its start included. Seconds. */
  wallSeconds?: number;
  /** What the machine was like meanwhile. */
  conditions?: Conditions;
}

/** A value that another system measured and stored: without samples, and without their number. */
export interface Imported {
  status: "imported";
  workload: string;
  /** Mean of the samples. Seconds. */
  seconds: number;
  /** Standard deviation of the samples, as a share of their mean: 0.01 is 1 %. */
  deviation: number;
  /** When it was measured. */
  taken: string;
}

/** What the machine was like while one benchmark variant was measured: the worst of its blocks. */
export interface Conditions {
  /** Load average over one minute. */
  load: number;
  /** Times the processor throttled itself. */
  throttled: number;
  /** Pages swapped in or out. */
  swapped: number;
  /** Degrees Celsius; absent where there is no sensor. */
  temperature?: number;
}

/** Where and how a subject failed. */
export interface Failure {
  stage: Stage;
  /** One line: what happened. */
  message: string;
  /** Last lines of what the failing step printed, at most 40. */
  output: string;
}

/** A benchmark that failed: a result, not an exception. */
export interface Failed extends Failure {
  status: "failed";
  workload: string;
  /** When, where it was imported. */
  taken?: string;
}

/** The very program of a neighbouring revision, which was measured: no samples of its own. */
export interface ReusedResult {
  status: "reused";
  workload: string;
  fingerprint: string;
  /** The revision whose sessions are this one's too. */
  as: string;
}

/** A benchmark variant that need not be measured: a neighbouring revision runs the very program. */
export interface ReusedVariant extends Omit<ReusedResult, "status"> {
  benchmark: string;
  variant: Variant;
}

export type Outcome = Measured | Imported | Failed | ReusedResult;

/** All outcomes of one run over one subject in one environment: the file under runs/ in the results repository. */
export interface Session {
  schema: 1;
  /** `<yyyymmddThhmmssZ>-<host>-<rev12 or "baseline">-<env8>-<reason>-<4 random digits>`; also the file's name. */
  id: string;
  host: string;
  started: string;
  ended: string;
  reason: Reason;
  subject: Subject;
  /** Environment id. */
  environment: string;
  hostFacts: HostFacts;
  /** The suite's revision; for the `command` adapter a hash of its benchmark list. */
  suite: string;
  versions: Record<string, string>;
  /** What the suite listed at that revision, by name. Empty where listing failed. */
  listed: Listed[];
  /** Hash of what of the configuration decides whether a subject can be built and measured, see build/setup.ts. Absent where it was imported. */
  setup?: string;
  /** Hash of what of the target affects the benchmarks, where the configuration says what does: equal hashes, equal programs. */
  affects?: string;
  /** What stopped the subject as a whole, before any benchmark. */
  failure?: Failure;
  /** benchmark name -> variant -> outcome. */
  benchmarks: Record<string, Partial<Record<Variant, Outcome>>>;
}

/** The raw samples of a session, in the order taken: the `.samples.json` beside it. */
export interface SessionSamples {
  schema: 1;
  id: string;
  /** benchmark name -> variant -> seconds of each process. */
  samples: Record<string, Partial<Record<Variant, number[]>>>;
}

/** Context that a series is measured in: only values of one can be compared without a scaling factor. */
export interface Place {
  /** Environment id. */
  environment: string;
  /** Workload id. */
  workload: string;
}

/** What was found of the factor between two places of one series. */
export interface ScalingFactor {
  benchmark: string;
  variant: Variant;
  from: Place;
  to: Place;
  /** `weak`: half the 95 % interval is above 2 %, or not known. `broken`: the series cannot be linked here, `reason` says why. */
  status: "linked" | "weak" | "broken";
  /**
   * ln(seconds in `to`) - ln(seconds in `from`), its standard error and degrees of freedom; absent where broken. The error is Infinity where
   * it is not known, which a file says by having none.
   */
  factor?: { phi: number; standardError: number; degreesOfFreedom: number };
  /** Ids of the revisions that stand for the bridge points, newest first; none where the factor was imported. */
  revisions: string[];
  reason?: string;
}

/** A finished bridge: `scaling/<old8>-<new8>-<n>.json` in the results repository. For each series and pair of places the highest n counts. */
export interface ScalingFile {
  schema: 1;
  n: number;
  host: string;
  written: string;
  scalingFactors: ScalingFactor[];
}

/**
 * Decision of an operator on a session, or on all that was measured of a benchmark until then, on whatever host:
 * `withdrawn/<yyyymmddThhmmssZ>-<host>-<4 digits>.json` in the results repository. Of several on one thing the last written counts.
 */
export interface Withdrawal {
  schema: 1;
  id: string;
  written: string;
  host: string;
  /** Who decided it. */
  by: string;
  what: { kind: "session"; session: string } | { kind: "benchmark"; benchmark: string };
  /** Withdraws it, or restores it. */
  action: "withdraw" | "restore";
  why: string;
}

/** Withdrawals that count now, oldest first: by session, and by benchmark. */
export interface Withdrawn {
  sessions: ReadonlyMap<string, Withdrawal>;
  benchmarks: ReadonlyMap<string, Withdrawal>;
}

/** What became of a suspected change: `decisions/<benchmark>-<rev12>-<env8>-<n>.json` in the results repository. */
export interface Decision {
  schema: 1;
  n: number;
  host: string;
  written: string;
  /** Version of the rules that decided. */
  rules: number;
  benchmark: string;
  variant: Variant;
  /** Where it was decided. */
  place: Place;
  /**
   * `drifted`: the programs before and after agree, and both differ from the level before: the machine drifted, and a new level starts.
   * `unconfirmable`: a program could not be measured again, `reason` says why. `creeping`: two programs far apart differ by more than the
   * confirmed changes between them, and `change` is the rest.
   */
  outcome: "confirmed" | "rejected" | "drifted" | "unconfirmable" | "creeping";
  /** By a point that stood out, by the scan over many, narrowed by measuring what was skipped, or by a weekly pair of programs far apart. */
  found: "online" | "scan" | "bisection" | "creeping";
  direction: "slower" | "faster";
  /** Oldest revision of the first program after the change, and newest of the last one before. */
  firstBad: string;
  lastGood: string;
  /** How many revisions that touch what is measured lie between these two: the change is of one of them, or of the first bad one. */
  skipped: number;
  /** Newest revision of the point that raised it. */
  noticed: string;
  /** ln seconds after it - ln seconds before, by fresh sessions. Absent where there are none. */
  change?: { phi: number; standardError: number; degreesOfFreedom: number };
  /** Ids of the sessions that decided, oldest first. */
  sessions: string[];
  reason?: string;
  /** Of a confirmed change. Absent where no program can be laid out otherwise: it is interpreted, or the suite does not tell what runs. */
  layouts?: Layouts;
  /** The decision of the same series and environment that this one narrows down. */
  supersedes?: { firstBad: string; n: number };
}

/** Findings of builds of both sides of a change whose programs are laid out otherwise in memory: each binary has effects of its own layout. */
export interface Layouts {
  /**
   * `open`: they are still to be measured. `code`: the change is there in other layouts too. `binary`: it is of these two binaries only. `untold`:
   * neither can be told from the other, or they cannot be built: `reason` says why. `fixed`: building again leaves the program as it is.
   */
  verdict: "open" | "code" | "binary" | "untold" | "fixed";
  /** ln seconds after - ln seconds before, of the other layouts. Absent where none was measured on both sides. */
  change?: { phi: number; standardError: number; degreesOfFreedom: number };
  /** Ids of the sessions, oldest first. */
  sessions: string[];
  reason?: string;
}

/** State of a host: `hosts/<host>.json` in the results repository, written by that host alone, and replaced when it changes. */
export interface HostState {
  schema: 1;
  host: string;
  /** Time of the last change of anything else in it. */
  written: string;
  /** Identifies the version of the host program. */
  program: string;
  environment: Environment;
  /** The measured project and the history it knew: `since` and `tip` are ids of commits. */
  target: { name: string; web?: string; since: string; tip: string };
  /** Revisions that wait to be measured. */
  waiting: number;
  /** Names of the benchmarks that it measured and that its suite no longer has, sorted; absent where there are none. */
  dropped?: string[];
  /** Names of the benchmarks that it measured and expects equal samples of, sorted; absent where there are none. */
  constant?: string[];
  /** Reason that the schedule does nothing, in one line; absent where it is at work. */
  paused?: string;
  /** Reason that nothing can be measured, in one line; absent where there is none. */
  blocked?: string;
  /** Parts of the suite that cannot be listed, a line each; absent where all can. */
  unlisted?: string[];
}

/** One thing to measure, and why. */
export interface WorkItem {
  subject: Subject;
  reason: Reason;
  /** In words, for `evenkeel queue` and the log. */
  because: string;
  /** Names of the benchmarks owed; undefined means all that the suite lists. */
  benchmarks?: string[];
  /** Names or patterns of the benchmarks that this revision does not owe: slow ones, on most revisions. */
  without?: string[];
  /** Suite revision to measure with, where not the present one: that of a cached build. */
  suite?: string;
  /** Measure what a neighbouring revision is known to run too. */
  force?: true;
  /** Which session of its kind this is to be, 1 is the first: the same subject is wanted several times. */
  nth?: number;
}
