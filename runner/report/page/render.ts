import { benchmarkFile } from "../../text/benchmark-file.ts";
import type { BenchmarkTimeline } from "../../timeline/timeline.ts";
import type { Digest, ToldHost } from "../digest.ts";
import { hostFile } from "../hosts.ts";
import type { Report, ReportInput } from "../input.ts";
import { plainProse } from "../prose.ts";
import { serverState } from "../server-state.ts";
import { environmentText } from "../transitions.ts";
import { pageBenchmark } from "./benchmark.ts";
import type { PageBenchmark, PageHost, PageIndex, PageRevisions, PageSentences } from "./data.ts";
import { pointsByYear, reachOf } from "./points.ts";
import type { Year } from "./years.ts";

/** Folder of the page in the reports branch, which GitHub Pages can serve. */
export const pageFolder = "docs";

/** Renders the data of one benchmark: path -> content. */
export function* benchmarkData(report: Report, benchmark: BenchmarkTimeline, years: readonly Year[]): Generator<[string, string]> {
  const file = benchmarkFile(benchmark.name);
  const folder = folderOf(report);
  const points = pointsByYear(benchmark, years);
  const reaches = years.flatMap((year): PageBenchmark["years"] => {
    const content = points.get(year.year);
    return content ? [[year.year, reachOf(content, year)]] : [];
  });
  yield script(`${folder}/benchmarks/${file}`, pageBenchmark(report, benchmark, reaches));
  for (const [year, those] of points) yield script(`${folder}/points/${year}/${file}`, those);
}

/** Renders the data about one host's benchmarks: path -> content. */
export function* hostData(report: Report, digests: readonly Digest[]): Generator<[string, string]> {
  const sentences = digests.map((one): PageSentences[number] => [one.name, one.sentences]);
  yield script(`${folderOf(report)}/sentences`, sentences);
}

/** Renders the data of the overview and the revisions by year: path -> content. */
export function* sharedData(input: ReportInput, hosts: readonly ToldHost[], years: readonly Year[]): Generator<[string, string]> {
  yield script("index", pageIndex(input, hosts, years));
  for (const { year, start, end } of years) {
    const revisions = input.history.slice(start, end);
    const content: PageRevisions = {
      ids: revisions.map(({ id }) => id),
      titles: revisions.map(({ title }) => title),
      committed: revisions.map(({ committed }) => Math.round(Date.parse(committed) / 1000)),
    };
    yield script(`revisions/${year}`, content);
  }
}

function folderOf({ server }: Report): string {
  return `hosts/${hostFile(server.name)}`;
}

function pageIndex({ target, now }: ReportInput, hosts: readonly ToldHost[], years: readonly Year[]): PageIndex {
  return {
    target: { name: target.name, ...(target.web !== undefined && { web: target.web }) },
    now,
    years: years.map(({ year, start, end }) => [year, end - start]),
    hosts: hosts.map(pageHost),
  };
}

function pageHost({ report, digests }: ToldHost): PageHost {
  const { server, results, environments, currentEnvironment, common } = report;
  const used = new Set([...results.sessions.map(({ environment }) => environment), currentEnvironment]);
  return {
    name: server.name,
    file: hostFile(server.name),
    state: serverState(report, plainProse).map(([name, text]) => [name, text, Number(isWarning(name, text)) as 0 | 1]),
    environments: [...used].filter(Boolean).map((id) => ({ id, text: environmentText(environments.get(id)) })),
    current: currentEnvironment,
    common: {
      correlation: Number(common.correlation.toPrecision(4)),
      ofQuiet: Number(common.ofQuiet.toPrecision(4)),
      degreesOfFreedom: Number(common.degreesOfFreedom.toPrecision(4)),
      pairs: common.pairs,
    },
    benchmarks: digests.map(({ card }) => card),
  };
}

/** Returns whether a row of a host's state needs attention. */
function isWarning(name: string, text: string): boolean {
  return (
    name === "schedule" ||
    name === "blocked" ||
    name === "program" ||
    name === "failing" ||
    (name === "machine" && /^(possible )?machine shift/.test(text)) ||
    (name === "upgrade" && !text.startsWith("continuous"))
  );
}

/** Returns a file of data as a classic script, so that the page also works without a server. */
function script(name: string, value: object): [string, string] {
  return [`${pageFolder}/data/${name}.js`, `evenkeel(${JSON.stringify(name)},${scriptText(value)})\n`];
}

const infinity = "\0Infinity";

/** Returns JSON with `1e999` for Infinity, an unknown error: scripts read a number too large as Infinity. */
function scriptText(value: object): string {
  // JSON has null for Infinity. Few files have it, and a replacer for each number takes ten times as long.
  const plain = JSON.stringify(value);
  if (!plain.includes("null")) return plain;
  const text = JSON.stringify(value, (_, one: unknown) => (one === Infinity ? infinity : one));
  return text.replaceAll(JSON.stringify(infinity), "1e999");
}
