import { latestScalingFactors } from "../../../runner/timeline/chain.ts";
import { reportOf } from "../../../runner/report/hosts.ts";
import type { Report } from "../../../runner/report/input.ts";
import { benchmarkTimelines, type BenchmarkTimeline } from "../../../runner/timeline/timeline.ts";
import { input, type MadeInput } from "./fixture.ts";

/** The report of the first host, and the timeline of its first benchmark. */
export function madeReport(changes: Partial<MadeInput>): { report: Report; benchmark: BenchmarkTimeline } {
  const whole = input(changes);
  const [host] = whole.hosts;
  if (!host) throw new Error("no host");
  const report = reportOf(whole, host);
  const [benchmark] = benchmarkTimelines({
    history: report.history,
    results: report.results,
    listed: report.benchmarks,
    currentEnvironment: report.currentEnvironment,
    scalingFactors: latestScalingFactors(report.scalingFiles),
  });
  if (!benchmark) throw new Error("no benchmark");
  return { report, benchmark };
}
