import { benchmarkFile } from "../benchmark-file.ts";
import { latestHops } from "../timeline/chain.ts";
import { timeline } from "../timeline/timeline.ts";
import { renderBenchmarkPage } from "./benchmark-page.ts";
import { benchmarkChart } from "./benchmark-chart.ts";
import { renderChart } from "./chart.ts";
import { renderEnvironments } from "./environments-page.ts";
import type { Report, ReportInput } from "./input.ts";
import { renderReadme } from "./readme.ts";
import { renderSummary } from "./summary.ts";

/** All reports: path in the reports branch -> content. Never throws on little data; each gap has its sentence. */
export function renderReports(input: ReportInput): Map<string, string> {
  const report: Report = { ...input, timeline: timeline({ ...input, listed: input.benchmarks, hops: latestHops(input.hopFiles) }) };
  const files = new Map<string, string>();
  files.set("README.md", renderReadme(report));
  files.set("reports/summary-main.md", renderSummary(report, "main"));
  files.set("reports/summary-microbenchmarks.md", renderSummary(report, "micro"));
  files.set("reports/environments.md", renderEnvironments(report));
  for (const benchmark of report.timeline.benchmarks) {
    const path = `reports/benchmarks/${benchmarkFile(benchmark.name)}`;
    const chart = benchmarkChart(report, benchmark);
    files.set(`${path}.md`, renderBenchmarkPage(report, benchmark, chart !== undefined));
    if (chart) files.set(`${path}.svg`, renderChart(chart));
  }
  return files;
}
