import { mkdir, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { paths } from "../config/paths.ts";
import { writeAtomically } from "./host/atomic.ts";
import { pauseText, readHold } from "./operate/hold.ts";
import { plan } from "./plan/queue.ts";
import { renderReports } from "./report/markdown.ts";
import { firstParentHistory, resolveSince } from "./plan/revisions.ts";
import { withoutSlow } from "./plan/slow.ts";
import type { Say, Station } from "./station.ts";
import { naming } from "./store/disk-full.ts";
import { publishReports } from "./store/publish.ts";
import { readEnvironments, readSessions } from "./store/sessions.ts";

/** All reports of this server as they are now: text by path. */
export async function reportsNow(station: Station): Promise<Map<string, string>> {
  const { config, environment, target, results } = station;
  const since = await resolveSince(target, config.target.since);
  const { history, wanted } = await firstParentHistory(target, { branch: config.target.branch, since, paths: config.target.paths });
  const { sessions, damaged } = await readSessions(results.root);
  for (const { path, problem } of damaged) station.say(`left out of the reports: ${path}: ${problem}`);
  const { environments } = await readEnvironments(results.root);
  const paused = pauseText(config.schedule, await readHold());
  const newest = sessions[sessions.length - 1];
  const backlog = plan({
    history,
    wanted,
    sessions,
    host: config.host,
    environment: environment.id,
    benchmarks: undefined,
    today: new Date().toISOString().slice(0, 10),
    without: withoutSlow(history, config.measure.slow),
  });
  return renderReports({
    server: { name: config.host, target: { name: config.target.name, ...(config.target.web && { web: config.target.web }) } },
    history,
    sessions,
    environments: new Map([...environments, environment].map((one) => [one.id, one])),
    currentEnvironment: environment.id,
    benchmarks: [...sessions].reverse().find(({ listed }) => listed.length > 0)?.listed ?? [],
    backlog: backlog.length,
    ...(paused !== undefined && { paused }),
    now: newest?.ended ?? new Date().toISOString(),
  });
}

/** From now on the published reports lack a session, until they are published again: a killed run does not forget it. */
export async function noteReportsDue(): Promise<void> {
  await naming(paths.reportsDue, () => writeAtomically(paths.reportsDue, ""));
}

export async function areReportsDue(): Promise<boolean> {
  return (await stat(paths.reportsDue).catch(() => undefined)) !== undefined;
}

/** Render the reports and bring them to their branch. A remote that cannot be reached is told. Only under the host's lock. */
export async function publishReportsNow(station: Station, tell: Say): Promise<void> {
  const { config, results, say, watch } = station;
  await watch.publishing("reports");
  const files = await reportsNow(station);
  const published = await publishReports(results, {
    branch: config.results.reportsBranch,
    resultsBranch: config.results.branch,
    author: config.git,
    message: `Reports of ${config.host}`,
    files,
  });
  if (!published.published) return tell(`reports not published: ${published.reason} (${published.hint})`);
  await rm(paths.reportsDue, { force: true });
  if (published.files.length > 0) say(`reports: ${published.files.length} files on branch ${config.results.reportsBranch}`);
}

/** Write the reports below a folder instead. Returns how many files. */
export async function writeReports(station: Station, folder: string): Promise<number> {
  const files = await reportsNow(station);
  for (const [path, content] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeAtomically(join(folder, path), content);
  }
  return files.size;
}
