import { createHash } from "node:crypto";
import type { Environment, ScalingFactor, Outcome, Session, Variant } from "../model.ts";
import { sixDigits } from "../store/canonical.ts";
import { spreadOf } from "../timeline/estimate.ts";
import type { Layout } from "./layout.ts";
import { baselines, configurationOf } from "./contexts.ts";
import { isBenchmark, sameConfiguration, type Row, type Scaling } from "./row.ts";

export interface ExportInput {
  sessions: readonly Session[];
  /** By id. */
  environments: ReadonlyMap<string, Environment>;
  /** Latest scaling factors. */
  scalingFactors: readonly ScalingFactor[];
}

/** Numbers of results that the format cannot represent, by description. */
export type LeftOut = Record<string, number>;

/** Returns sessions and scaling factors in the format of mypyc's server, rows in the order measured. Pure. */
export function exported({ sessions, environments, scalingFactors }: ExportInput): Layout & { leftOut: LeftOut } {
  const leftOut: LeftOut = {};
  const leave = (what: string): [] => {
    leftOut[what] = (leftOut[what] ?? 0) + 1;
    return [];
  };
  const rows = sessions.flatMap((session) => {
    const environment = environments.get(session.environment);
    if (!environment) return leave("sessions of an environment without a record");
    return Object.entries(session.benchmarks).flatMap(([benchmark, outcomes]) =>
      entries(outcomes).flatMap(([variant, outcome]) => {
        if (session.subject.kind === "layout") return leave("values of other layouts");
        if (!isBenchmark(benchmark)) return leave("values of benchmarks whose name is not a valid file name");
        if (variant !== (session.subject.kind === "baseline" ? "interpreted" : "compiled")) return leave("values of interpreted revisions");
        const value = valueOf(outcome);
        if (!value) return leave("results reused from a neighbouring revision");
        return [{ benchmark, variant, ...value, taken: takenOf(outcome, session), ...contextOf(session, environment) }];
      }),
    );
  });
  rows.sort(byTime);
  return { rows, scaling: scalingOf(scalingFactors, rows, environments, leave), leftOut };
}

function valueOf(outcome: Outcome): Pick<Row, "seconds" | "deviation"> | undefined {
  if (outcome.status === "reused") return undefined;
  if (outcome.status === "failed") return { seconds: 0, deviation: 0 };
  const { seconds } = outcome;
  if (outcome.status === "imported") return { seconds, deviation: outcome.deviation };
  return { seconds, deviation: outcome.samples > 1 ? sixDigits(spreadOf(outcome)) : 0 };
}

function takenOf(outcome: Outcome, { started }: Session): string {
  const time = "taken" in outcome && outcome.taken !== undefined ? outcome.taken : started;
  const [, second = "", fraction = ""] = /^([^.]*?)(?:\.(\d+))?Z$/.exec(time) ?? [];
  return `${second}.${fraction.slice(0, 6).padEnd(6, "0")}Z`;
}

function contextOf(
  { subject, versions, suite: revisionOfSuite }: Session,
  { cpu, os, python, compiler }: Environment,
): Omit<Row, "benchmark" | "variant" | "seconds" | "deviation" | "taken"> {
  // Baselines have no revision of their own.
  const revision = subject.kind === "revision" ? subject.revision : (versions["target"] ?? "0".repeat(40));
  // A suite without a repository has a hash of another length as its revision.
  const suite = /^[0-9a-f]{40}$/.test(revisionOfSuite) ? revisionOfSuite : createHash("sha1").update(revisionOfSuite).digest("hex");
  const system = os.versionId === "" ? os.id : `${os.id} ${os.versionId}`;
  return { revision, suite, python: python.version, hardware: field(cpu), os: field(system), compiler: field(compiler) };
}

/** Returns a text without commas and control characters, as the format has no quoting. */
function field(text: string): string {
  return text.replace(/[,\p{Cc}]+\s*/gu, " ").trim() || "unknown";
}

/** Returns a line for each scaling factor between two configurations with baselines on both sides. It inverts the formula of the import. */
function scalingOf(
  scalingFactors: readonly ScalingFactor[],
  rows: readonly Row[],
  environments: ReadonlyMap<string, Environment>,
  leave: (what: string) => [],
): Scaling[] {
  const baselineOf = baselines(rows);
  const found = new Map<string, Scaling>();
  for (const { benchmark, variant, factor, from, to, revisions } of scalingFactors) {
    const [old, now] = [environments.get(from.environment), environments.get(to.environment)];
    if (!factor || !old || !now || variant !== "compiled") continue;
    // An import computes these factors again from the exported rows.
    if (revisions.length > 0 && old.machine === undefined && now.machine === undefined) continue;
    const ends = { from: named(configurationOf(old)), to: named(configurationOf(now)) };
    if (sameConfiguration(ends.from, ends.to)) {
      leave("factors between environments that are equal in this format");
      continue;
    }
    const [before, after] = [baselineOf(benchmark, ends.from), baselineOf(benchmark, ends.to)];
    if (before === undefined || after === undefined) leave("factors of benchmarks without a baseline on both sides");
    else {
      const key = [benchmark, ends.from.hardware, ends.from.python, ends.to.hardware, ends.to.python].join();
      if (!found.has(key)) found.set(key, { benchmark, factor: after / before / Math.exp(factor.phi), ...ends });
    }
  }
  return [...found].sort(([a], [b]) => compare(a, b)).map(([, scaling]) => scaling);
}

function named<T extends { hardware: string }>(configuration: T): T {
  return { ...configuration, hardware: field(configuration.hardware) };
}

function entries(outcomes: Partial<Record<Variant, Outcome>>): [Variant, Outcome][] {
  return (["compiled", "interpreted"] as const).flatMap((variant): [Variant, Outcome][] => {
    const outcome = outcomes[variant];
    return outcome ? [[variant, outcome]] : [];
  });
}

function byTime(a: Row, b: Row): number {
  return compare(a.taken, b.taken) || compare(a.benchmark, b.benchmark) || a.seconds - b.seconds;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
