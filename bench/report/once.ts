import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Listed, Revision } from "../../runner/model.ts";
import { changes } from "../../runner/queue/changes.ts";
import { hostNames } from "../../runner/report/hosts.ts";
import { renderReports } from "../../runner/report/markdown.ts";
import { keepResults, readResults } from "../../runner/store/cache.ts";
import { readDecisions } from "../../runner/store/decisions.ts";
import { readScalingFactors } from "../../runner/store/scaling-factors.ts";
import { writeRendered } from "../../runner/store/rendered.ts";
import { readEnvironments } from "../../runner/store/sessions.ts";
import { latestScalingFactors } from "../../runner/timeline/chain.ts";
import { reportError } from "../../runner/system/program.ts";
import { sessionsOf, type Results } from "../../runner/timeline/results.ts";

/** What a host does for its reports, and to find changes, once, in a process of its own: `once.ts RESULTS OUT`. Prints seconds by step, as JSON. */
async function once(): Promise<void> {
  const [root = "", out = ""] = process.argv.slice(2);
  const { history, listed } = readTarget(root);

  const started = performance.now();
  const cache = join(dirname(root), "cache");
  const stored = await readResults(root, cache);
  await keepResults(cache, stored);
  const { results, read } = stored;
  const { files: scalingFiles } = await readScalingFactors(root);
  const { decisions } = await readDecisions(root);
  const { environments } = await readEnvironments(root);
  const known = performance.now();
  const files = renderReports({
    target: { name: "mypy", web: "https://github.com/python/mypy" },
    hosts: hostsOf(results, listed),
    history,
    results,
    scalingFiles,
    decisions,
    withdrawn: [],
    environments: new Map(environments.map((one) => [one.id, one])),
    now: results.sessions.at(-1)?.ended ?? "",
  });
  const rendered = performance.now();
  const { changed } = await writeRendered(out, files);
  const written = performance.now();
  const cpu = process.cpuUsage();
  const { host = "", environment = "" } = results.sessions.at(-1) ?? {};
  const found = changes({
    history,
    wanted: new Set(history.map(({ id }) => id)),
    sessions: sessionsOf(results),
    results,
    scalingFactors: latestScalingFactors(scalingFiles),
    decisions,
    host,
    environment,
    benchmarks: listed,
    without: new Map(),
    cachedBuilds: [],
    checkLayouts: false,
    today: "2026-01-01",
  });
  const scanned = performance.now();
  console.log(
    JSON.stringify({
      sessions: read,
      files: files.size,
      changed,
      index: Buffer.byteLength(files.get("docs/data/index.js") ?? ""),
      megabytes: process.resourceUsage().maxRSS / 1000,
      suspected: found.open.length,
      cpu: { reports: secondsOf(cpu), scan: secondsOf(process.cpuUsage(cpu)) },
      seconds: secondsBetween({ started, read: known, render: rendered, write: written, scan: scanned }),
    }),
  );
}

function readTarget(results: string): { history: Revision[]; listed: Listed[] } {
  return JSON.parse(readFileSync(join(dirname(results), "target.json"), "utf8")) as { history: Revision[]; listed: Listed[] };
}

function hostsOf({ sessions }: Results, benchmarks: Listed[]) {
  return hostNames(sessions, []).map((name) => {
    const currentEnvironment = sessions.findLast(({ host }) => host === name)?.environment ?? "";
    return { name, currentEnvironment, benchmarks, backlog: 0 };
  });
}

/** Seconds that each step took, from the milliseconds at which it ended. */
function secondsBetween({ started, ...ends }: Record<string, number>): Record<string, number> {
  let before = started ?? 0;
  return Object.fromEntries(
    Object.entries(ends).map(([step, end]) => {
      const seconds = (end - before) / 1000;
      before = end;
      return [step, seconds];
    }),
  );
}

function secondsOf({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1e6;
}

once().catch((error: unknown) => {
  process.exitCode = reportError(error);
});
