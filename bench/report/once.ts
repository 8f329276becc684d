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
import { sessionsOf } from "../../runner/timeline/results.ts";

/** What a host does for its reports, and to find changes, once, in a process of its own: `once.ts RESULTS OUT`. Prints seconds by step, as JSON. */
async function once(): Promise<void> {
  const [root = "", out = ""] = process.argv.slice(2);
  const { history, listed } = JSON.parse(readFileSync(join(dirname(root), "target.json"), "utf8")) as {
    history: Revision[];
    listed: Listed[];
  };

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
    hosts: hostNames(results.sessions, []).map((name) => ({
      name,
      currentEnvironment: results.sessions.findLast(({ host }) => host === name)?.environment ?? "",
      benchmarks: listed,
      backlog: 0,
    })),
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
  const found = changes({
    history,
    wanted: new Set(history.map(({ id }) => id)),
    sessions: sessionsOf(results),
    results,
    scalingFactors: latestScalingFactors(scalingFiles),
    decisions,
    host: results.sessions.at(-1)?.host ?? "",
    environment: results.sessions.at(-1)?.environment ?? "",
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
      seconds: {
        read: (known - started) / 1000,
        render: (rendered - known) / 1000,
        write: (written - rendered) / 1000,
        scan: (scanned - written) / 1000,
      },
    }),
  );
}

function secondsOf({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1e6;
}

once().catch((error: unknown) => {
  process.exitCode = reportError(error);
});
