import { randomInt } from "node:crypto";
import { isWanted } from "../build/build-input.ts";
import type { Build } from "../build/stored-build.ts";
import { setupOf } from "../build/setup.ts";
import { pilotSamples, samplePlan, type SamplePlan } from "../measure/sample-plan.ts";
import type { ReusedVariant, Session, WorkItem } from "../model.ts";
import type { RunnerContext } from "../runner-context.ts";
import type { JournalHeader, Planned } from "../store/journal-lines.ts";
import { sessionId } from "../store/sessions.ts";

/** Recorded part of a build, or of its substitute if nothing was built. */
export type Recorded = Pick<Build, "id" | "suite" | "versions" | "dependencies" | "dependenciesOf" | "listed" | "failure" | "benchmarks">;

/** Knowledge of a subject besides its build. */
export interface Known {
  same: ReusedVariant[];
  affects: string | undefined;
  sessions: readonly Session[];
  /** Failures outside of the build. */
  failed?: JournalHeader["failed"];
}

/** Returns the header of a new session: the benchmarks to sample, their numbers of samples, and all that is recorded with them. */
export function headerOf(
  item: WorkItem,
  build: Recorded,
  { same, affects, sessions, failed: unlisted = [] }: Known,
  { config, environment, hostFacts, bootId }: RunnerContext,
): JournalHeader {
  const started = new Date().toISOString();
  const { host, measure } = config;
  const { reason, subject } = item;
  // A cached build may contain more benchmarks than are owed.
  const owed = build.benchmarks.filter(({ benchmark }) => isWanted(benchmark, { only: item.benchmarks, without: item.without }));
  const samples = samplePlan({ subject: subject.kind, listed: build.listed, sessions, environment: environment.id, measure });
  const plan = planOf(owed, same, samples);
  const undecided = plan.filter((one) => one.undecided).length;
  const failed = owed.flatMap((one) => ("failure" in one ? [{ ...seriesOf(one), ...one.failure }] : []));
  return {
    schema: 1,
    id: sessionId({ started, host, subject, environment: environment.id, reason, random: randomInt(10_000) }),
    host,
    started,
    reason,
    subject,
    environment: environment.id,
    hostFacts,
    suite: build.suite,
    versions: {
      ...build.versions,
      ...(build.dependencies && { dependencies: build.dependencies.hash }),
      ...(build.dependenciesOf !== undefined && { dependenciesOf: build.dependenciesOf }),
    },
    listed: build.listed,
    setup: setupOf(config),
    ...(affects !== undefined && { affects }),
    ...(build.failure && { failure: build.failure }),
    bootId,
    buildId: build.id,
    plan,
    ...(undecided > 0 && { secondsToChoose: samples.secondsFor(undecided) }),
    failed: [...failed, ...unlisted],
    same,
  };
}

/** Returns the built benchmarks without a reused result, with their numbers of samples. A new series begins with the pilot samples. */
function planOf(owed: Build["benchmarks"], same: readonly ReusedVariant[], { samplesOf }: SamplePlan): Planned[] {
  const reused = new Set(same.map(keyOf));
  return owed.flatMap((one) => {
    const series = seriesOf(one);
    if (!("runnable" in one) || reused.has(keyOf(series))) return [];
    const { fingerprint } = one.runnable;
    const samples = samplesOf(series);
    const count: Pick<Planned, "samples" | "undecided"> = samples === undefined ? { samples: pilotSamples, undecided: true } : { samples };
    return [{ ...series, ...count, ...(fingerprint !== undefined && { fingerprint }) }];
  });
}

function seriesOf({ benchmark, variant }: Build["benchmarks"][number]): Pick<Planned, "benchmark" | "variant" | "workload"> {
  return { benchmark: benchmark.name, variant, workload: benchmark.workload };
}

function keyOf({ benchmark, variant }: { benchmark: string; variant: string }): string {
  return `${benchmark} ${variant}`;
}
