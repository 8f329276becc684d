import type {
  Decision,
  Environment,
  Failure,
  ScalingFactor,
  ScalingFile,
  Measured,
  Outcome,
  MeasurementContext,
  Reason,
  Revision,
  Session,
  Variant,
} from "../../../runner/model.ts";
import { hostNames } from "../../../runner/report/hosts.ts";
import type { HostInput, ReportInput } from "../../../runner/report/input.ts";
import { resultsOf } from "../../../runner/timeline/results-builder.ts";

/** Made results for the tests of timelines and reports. */

/** The revision of that number: ids do not sort as the history does, and dates run backwards if `day` says so. */
export function revision(number: number, day = number, title = `Change number ${number}`): Revision {
  const parent = number > 0 ? { parent: idOf(number - 1) } : {};
  const committed = new Date(Date.UTC(2026, 0, 1) + day * 86_400_000).toISOString();
  return { id: idOf(number), ...parent, committed, author: "Ann", title, isEmpty: false };
}

export function idOf(number: number): string {
  return ((number * 7 + 3) % 16).toString(16).repeat(8) + number.toString(16).padStart(32, "0");
}

export function history(length: number): Revision[] {
  return Array.from({ length }, (_, number) => revision(number));
}

export function measured(seconds: number, options: { error?: number; workload?: string } = {}): Measured {
  const { error = 0.001, workload = "w1" } = options;
  const spread = { samples: 15, minimum: seconds * 0.99, median: seconds };
  return { status: "ok", workload, seconds, standardError: error, degreesOfFreedom: 9, ...spread };
}

export function failed(failure: Partial<Failure> = {}, workload = "w1"): Outcome {
  return { status: "failed", workload, stage: "compile", message: "cc said no", output: "line 1\nline 2", ...failure };
}

export type Outcomes = Record<string, Partial<Record<Variant, Outcome>>>;

export function session(
  number: number | "baseline",
  benchmarks: Outcomes,
  options: {
    environment?: string;
    serial?: number;
    failure?: Failure;
    listed?: string[];
    workload?: string;
    reason?: Reason;
    host?: string;
  } = {},
): Session {
  const { environment = "e1", serial = 0, failure, listed = Object.keys(benchmarks), host = "host" } = options;
  const { reason = number === "baseline" ? "baseline" : "new" } = options;
  const time = new Date(Date.UTC(2026, 5, 1) + serial * 60_000);
  const stamp = time.toISOString().replace(/[-:]|\.\d+/g, "");
  const name = number === "baseline" ? "baseline" : idOf(number).slice(0, 12);
  return {
    schema: 1,
    id: `${stamp}-${host}-${name}-${environment}-new-0000`,
    host,
    started: time.toISOString(),
    ended: new Date(time.getTime() + 30_000).toISOString(),
    reason,
    subject: number === "baseline" ? { kind: "baseline" } : { kind: "revision", revision: idOf(number) },
    environment,
    hostFacts: { kernel: "6.1.0", libc: "2.36" },
    suite: "5".repeat(40),
    versions: {},
    listed: [...listed].sort().map((name) => ({ name, group: "main", variants: ["compiled"], workload: options.workload ?? "w1" })),
    ...(failure ? { failure } : {}),
    benchmarks,
  };
}

/** What a bridge found: seconds in `to` are e to `phi` times those in `from`. */
export function scalingFactor(
  from: Partial<MeasurementContext>,
  to: Partial<MeasurementContext>,
  phi: number,
  more: Partial<ScalingFactor> = {},
): ScalingFactor {
  const factor = { phi, standardError: 0.002, degreesOfFreedom: 8 };
  const context = { environment: "e1", workload: "w1" };
  const places = { from: { ...context, ...from }, to: { ...context, ...to } };
  return { benchmark: "sort", variant: "compiled", ...places, status: "linked", factor, revisions: [idOf(0)], ...more };
}

/** A scaling factor that could not be told. */
export function brokenScalingFactor(
  from: Partial<MeasurementContext>,
  to: Partial<MeasurementContext>,
  reason: string,
  more: Partial<ScalingFactor> = {},
): ScalingFactor {
  const { factor: _, ...rest } = scalingFactor(from, to, 0, more);
  return { ...rest, status: "broken", reason };
}

export function scalingFile(scalingFactors: ScalingFactor[], n = 1): ScalingFile {
  return { schema: 1, n, host: "host", written: `2026-07-0${n}T00:00:00.000Z`, scalingFactors };
}

/** What was decided of a change that begins at the revision of that number. */
export function decision(number: number, changes: Partial<Decision> = {}): Decision {
  return {
    schema: 1,
    n: 1,
    host: "host",
    written: "2026-07-01T00:00:00.000Z",
    rules: 1,
    benchmark: "sort",
    variant: "compiled",
    context: { environment: "e1", workload: "w1" },
    outcome: "confirmed",
    found: "online",
    direction: "slower",
    firstBad: idOf(number),
    lastGood: idOf(number - 1),
    skipped: 0,
    noticed: idOf(number),
    change: { phi: 0.05, standardError: 0.002, degreesOfFreedom: 11 },
    sessions: [],
    ...changes,
  };
}

export function environment(id: string, changes: Partial<Environment> = {}): Environment {
  return {
    id,
    cpu: "Example 3000",
    machine: "f".repeat(64),
    os: { id: "debian", versionId: "12" },
    python: { version: "3.12.1", buildFlags: "--with-lto", sha256: "a".repeat(64) },
    compiler: "gcc 12.2.0",
    tuning: [],
    ...changes,
  };
}

/** Input of reports, with sessions as they are stored; parts of a host are those of each host that measured. */
export interface MadeInput extends ReportInput, Omit<HostInput, "name"> {
  /** In any order. */
  sessions: readonly Session[];
}

export function input({ sessions = [], results = resultsOf(sessions), ...changes }: Partial<MadeInput> = {}): ReportInput {
  const {
    currentEnvironment = "e1",
    benchmarks = [{ name: "sort", group: "main", variants: ["compiled", "interpreted"], workload: "w1" }],
    backlog = 0,
    constant,
    upgrade,
    paused,
    blocked,
    unlisted,
    programUnlike,
    ...shared
  } = changes;
  const names = hostNames(results.sessions, []);
  const host = {
    currentEnvironment,
    benchmarks,
    backlog,
    ...(constant && { constant }),
    ...(upgrade && { upgrade }),
    ...(paused !== undefined && { paused }),
    ...(blocked !== undefined && { blocked }),
    ...(unlisted && { unlisted }),
    ...(programUnlike !== undefined && { programUnlike }),
  };
  return {
    target: { name: "lang", web: "https://example.org/lang" },
    hosts: (names.length === 0 ? ["host"] : names).map((name) => ({ name, ...host })),
    history: history(3),
    results,
    scalingFiles: [],
    decisions: [],
    withdrawn: [],
    environments: new Map([["e1", environment("e1")]]),
    now: "2026-06-01T00:00:00.000Z",
    ...shared,
  };
}
