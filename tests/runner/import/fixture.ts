import { commit, sampleEras, sampleLayout, type SampleSettings } from "../../../bench/import/sample.ts";
import { parseLayout, type Layout } from "../../../runner/import/layout.ts";
import { planImport, type ImportInput, type ImportPlan } from "../../../runner/import/plan.ts";
import type { Row } from "../../../runner/import/row.ts";

/** A row, told what matters. */
export function row(changes: Partial<Row> = {}): Row {
  return {
    benchmark: "richards",
    variant: "compiled",
    taken: "2021-05-09T10:11:12.345678Z",
    seconds: 0.123456,
    deviation: 0.00512345,
    revision: commit("r1"),
    suite: commit("s1"),
    python: "3.8.5",
    hardware: "Intel Core i5-1145G7 (64-bit)",
    os: "Ubuntu 20.04.1 LTS",
    compiler: "clang 10.0.0-4ubuntu1",
    ...changes,
  };
}

/** A time so many days later. */
export function day(number: number): string {
  return `${new Date(Date.UTC(2021, 5, 1) + number * 86_400_000).toISOString().slice(0, -1)}000Z`;
}

export const older = { hardware: "Intel Core i7-2600K (64-bit)", python: "3.8.5" };
export const newer = { hardware: "Intel Core i5-1145G7 (64-bit)", python: "3.10.2" };

/** What importing rows comes to, every revision of the suite another form of the benchmarks. */
export function imported(
  rows: readonly Row[],
  scaling: Layout["scaling"] = [],
  stored: ImportInput["stored"] = { sessions: [], environments: [], scalingFiles: [] },
  workloadOf: ImportInput["workloadOf"] = (_, suite) => `suite-${suite.slice(0, 12)}`,
): ImportPlan {
  return planImport({ layout: { rows: [...rows], scaling: [...scaling] }, stored, host: "bench", groupOf: () => "main", workloadOf });
}

/** A sample of some benchmarks and 3 x 40 revisions. */
export function smallSample(changes: Partial<SampleSettings> = {}): SampleSettings {
  const benchmarks = Array.from({ length: 20 }, (_, index) => `app_${String(index).padStart(2, "0")}`);
  return {
    seed: 7,
    benchmarks,
    eras: sampleEras((era) => Array.from({ length: 40 }, (_, number) => commit(`${era} ${number}`))),
    ...changes,
  };
}

export function sample(changes: Partial<SampleSettings> = {}): Layout {
  const { bad, ...layout } = parseLayout(sampleLayout(smallSample(changes)));
  if (bad.length > 0) throw new Error(JSON.stringify(bad));
  return layout;
}
