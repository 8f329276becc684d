import { benchmarkFile } from "../text/benchmark-file.ts";
import { latestScalingFactors } from "../timeline/chain.ts";
import { benchmarkTimelines } from "../timeline/timeline.ts";
import { benchmarkSection, renderBenchmarkPage, type BenchmarkSection } from "./benchmark-page.ts";
import { benchmarkChart } from "./benchmark-chart.ts";
import { renderChart } from "./chart.ts";
import { digestOf } from "./digest.ts";
import type { Digest, ToldHost } from "./digest.ts";
import { renderEnvironments } from "./environments-page.ts";
import { byHost, hostFile, reportOf } from "./hosts.ts";
import type { Report, ReportInput } from "./input.ts";
import { benchmarkData, hostData, sharedData } from "./page/render.ts";
import { yearsOf } from "./page/years.ts";
import { renderReadme } from "./readme.ts";
import { renderSummary } from "./summary.ts";
import { renderWithdrawn } from "./withdrawn-page.ts";

/**
 * Renders all reports and the data of the page: path in the reports branch -> content. Host after host and benchmark after benchmark,
 * because all timelines together are too large. Never throws on missing data; a sentence explains each gap.
 */
export function renderReports(input: ReportInput): Map<string, string> {
  const { history } = input;
  const years = yearsOf(history, input.now);
  const files = new Map<string, string>();
  const sections = new Map<string, BenchmarkSection[]>();
  const told: ToldHost[] = [];
  for (const host of input.hosts) {
    const report = reportOf(input, host);
    const digests: Digest[] = [];
    const { results, benchmarks: listed, currentEnvironment } = report;
    for (const benchmark of benchmarkTimelines({
      history,
      results,
      listed,
      currentEnvironment,
      scalingFactors: latestScalingFactors(report.scalingFiles),
    })) {
      const { name } = benchmark;
      digests.push(digestOf(report, benchmark));
      const chart = benchmarkChart(report, benchmark);
      const { path, link } = chartPath(report, name);
      if (chart) files.set(path, renderChart(chart));
      sections.set(name, [...(sections.get(name) ?? []), benchmarkSection(report, benchmark, chart && link)]);
      for (const [file, content] of benchmarkData(report, benchmark, years)) files.set(file, content);
    }
    for (const [file, content] of hostData(report, digests)) files.set(file, content);
    told.push({ report, digests });
  }
  for (const [file, content] of sharedData(input, told, years)) files.set(file, content);
  for (const [name, those] of sections) files.set(`reports/benchmarks/${benchmarkFile(name)}.md`, renderBenchmarkPage(name, those));
  // Sorted by name, so that pages do not change when another host has the most recent session.
  const byName = [...told].sort((a, b) => byHost(a.report, b.report));
  files.set("README.md", renderReadme(byName));
  files.set("reports/summary-main.md", renderSummary(byName, "main"));
  files.set("reports/summary-microbenchmarks.md", renderSummary(byName, "micro"));
  files.set("reports/environments.md", renderEnvironments(byName.map(({ report }) => report)));
  if (input.withdrawn.length > 0) files.set("reports/withdrawn.md", renderWithdrawn(input));
  return files;
}

/** Returns the path of a chart and its link from the benchmark's page. With a single host the chart is in the folder of the page. */
function chartPath({ isAlone, server }: Report, name: string): { path: string; link: string } {
  const file = `${benchmarkFile(name)}.svg`;
  if (isAlone) return { path: `reports/benchmarks/${file}`, link: file };
  const below = `charts/${hostFile(server.name)}/${file}`;
  return { path: `reports/${below}`, link: `../${below}` };
}
