import type { Session } from "../../runner/model.ts";
import type { BenchResult } from "../bench.ts";
import type { Measurement } from "../runner/server.ts";
import { textTable } from "../table.ts";
import type { ReferenceTime } from "./estimate.ts";

/** Shares of the reference's time that are promised. */
const most = { neighbour: 0.12, changed: 0.45, first: 1.5 };

/** Outcome of `evenkeel baselines`. */
export interface Baselines {
  /** Its last line. */
  verdict: string;
  seconds: number;
}

export interface RealFindings {
  benchmarks: readonly { name: string }[];
  baselines: Baselines;
  measurements: Record<"first" | "neighbour" | "changed", Measurement> & { slow?: Measurement };
  reference: ReferenceTime;
  /** Benchmarks that were run as the reference runs them. */
  ran: number;
}

export function presentReal({ benchmarks, baselines, measurements, reference, ran }: RealFindings): BenchResult {
  const all = Object.entries(measurements);
  const names = new Set(all.flatMap(([, { session }]) => namesOf(session, "ok")));
  const failed = all.flatMap(([, { session }]) => [...namesOf(session, "failed"), ...(session.failure ? ["the revision"] : [])]);
  const { first, neighbour, changed } = measurements;
  const shares = {
    neighbour: neighbour.wallSeconds / reference.seconds,
    changed: changed.wallSeconds / reference.seconds,
    first: (first.wallSeconds + baselines.seconds) / reference.seconds,
  };
  const isComplete = measurements.slow === undefined || benchmarks.every(({ name }) => names.has(name));
  const row = (what: string, share: keyof typeof most): string =>
    `${what}: ${shares[share].toFixed(2)} of the reference's time (at most ${most[share]})`;
  return {
    table: [
      stepTable(all),
      `baselines: ${baselines.verdict} in ${baselines.seconds.toFixed(0)} s`,
      `the reference: ${reference.seconds.toFixed(0)} s a revision; ${ran} benchmarks measured (${reference.measured.toFixed(0)} s; extrapolated, these would be ${reference.measuredByExtrapolation.toFixed(0)} s), the others extrapolated from measured compilations and samples`,
      `${names.size} of ${benchmarks.length} benchmarks have a value; failed: ${failed.join(", ") || "none"}`,
      row("a neighbour that changes no program", "neighbour"),
      row("a revision that changes all programs", "changed"),
      row("a first revision with its baselines", "first"),
    ].join("\n"),
    figures: {
      measured: names.size,
      benchmarks: benchmarks.length,
      failed,
      baselines,
      reference,
      shares,
      seconds: Object.fromEntries(all.map(([name, { wallSeconds }]) => [name, wallSeconds])),
    },
    ok:
      isComplete &&
      failed.length === 0 &&
      baselines.verdict === "<< success >>" &&
      shares.neighbour <= most.neighbour &&
      shares.changed <= most.changed &&
      shares.first <= most.first,
  };
}

function stepTable(all: readonly [string, Measurement][]): string {
  const step = (name: string, of: (one: Measurement) => number): (string | number)[] => [name, ...all.map(([, one]) => of(one).toFixed(1))];
  const count = (name: string, status: string): (string | number)[] => [name, ...all.map(([, one]) => namesOf(one.session, status).length)];
  return textTable(
    ["seconds", ...all.map(([name]) => name)],
    [
      step("checkout", ({ build }) => build["checkout"] ?? 0),
      step("dependencies", ({ build }) => build["dependencies"] ?? 0),
      step("compile, prepare", ({ build }) => build["compile"] ?? 0),
      step("measure: processes", ({ seconds }) => seconds["processes"] ?? 0),
      step("measure: around them", ({ seconds }) => (seconds["session"] ?? 0) - (seconds["processes"] ?? 0)),
      step("publish, reports", ({ seconds }) => (seconds["publish"] ?? 0) + (seconds["report"] ?? 0)),
      step("all", ({ wallSeconds }) => wallSeconds),
      count("measured", "ok"),
      count("same program", "reused"),
      count("failed", "failed"),
    ],
  );
}

function namesOf({ benchmarks }: Session, status: string): string[] {
  return Object.entries(benchmarks).flatMap(([name, { compiled }]) => (compiled?.status === status ? [name] : []));
}
