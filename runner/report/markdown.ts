import { benchmarkFile } from "../benchmark-file.ts";
import { latestHops } from "../timeline/chain.ts";
import { machineVerdict } from "../timeline/controls.ts";
import { benchmarkTimelines, notInHistory } from "../timeline/timeline.ts";
import { renderBenchmarkPage } from "./benchmark-page.ts";
import { benchmarkChart } from "./benchmark-chart.ts";
import { renderChart } from "./chart.ts";
import { digestOf } from "./digest.ts";
import type { Digest } from "./digest.ts";
import { renderEnvironments } from "./environments-page.ts";
import type { Report, ReportInput } from "./input.ts";
import { benchmarkData, sharedData } from "./page/render.ts";
import { yearsOf } from "./page/years.ts";
import { renderReadme } from "./readme.ts";
import { renderSummary } from "./summary.ts";
import { renderWithdrawn } from "./withdrawn-page.ts";

/**
 * All reports, and the data of the page: path in the reports branch -> content. One benchmark after the other. Never throws on little data;
 * each gap has its sentence.
 */
export function renderReports(input: ReportInput): Map<string, string> {
  const { history, results, benchmarks: listed, currentEnvironment } = input;
  const machine = machineVerdict(results, currentEnvironment);
  const report: Report = { ...input, notInHistory: notInHistory(results, history), machine };
  const years = yearsOf(history, input.now);
  const digests: Digest[] = [];
  const files = new Map<string, string>();
  for (const benchmark of benchmarkTimelines({ history, results, listed, currentEnvironment, hops: latestHops(input.hopFiles) })) {
    digests.push(digestOf(report, benchmark));
    const path = `reports/benchmarks/${benchmarkFile(benchmark.name)}`;
    const chart = benchmarkChart(report, benchmark);
    files.set(`${path}.md`, renderBenchmarkPage(report, benchmark, chart !== undefined));
    if (chart) files.set(`${path}.svg`, renderChart(chart));
    for (const [name, content] of benchmarkData(report, benchmark, years)) files.set(name, content);
  }
  for (const [name, content] of sharedData(report, digests, years)) files.set(name, content);
  files.set("README.md", renderReadme(report, digests));
  files.set("reports/summary-main.md", renderSummary(report, digests, "main"));
  files.set("reports/summary-microbenchmarks.md", renderSummary(report, digests, "micro"));
  files.set("reports/environments.md", renderEnvironments(report));
  if (report.withdrawn.length > 0) files.set("reports/withdrawn.md", renderWithdrawn(report));
  return files;
}
