import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { writeAtomically } from "./host/atomic.ts";
import { upgradeHere } from "./linking.ts";
import { pauseText, readHold } from "./operate/hold.ts";
import type { Listed, Session } from "./model.ts";
import { plan } from "./plan/queue.ts";
import { renderReports } from "./report/markdown.ts";
import type { UpgradeState } from "./report/input.ts";
import { firstParentHistory, resolveSince } from "./plan/revisions.ts";
import { withoutSlow } from "./plan/slow.ts";
import { noteReportsDone } from "./reports-due.ts";
import type { Say, Station } from "./station.ts";
import { readDecisions } from "./store/decisions.ts";
import { readHops } from "./store/hops.ts";
import { publishReports } from "./store/publish.ts";
import { readEnvironments, readSessions } from "./store/sessions.ts";

/** All reports of this server as they are now: text by path. */
export async function reportsNow(station: Station): Promise<Map<string, string>> {
  const { config, environment, target, results } = station;
  const since = await resolveSince(target, config.target.since);
  const { history, wanted } = await firstParentHistory(target, { branch: config.target.branch, since, paths: config.target.paths });
  const { sessions, damaged } = await readSessions(results.root);
  const hops = await readHops(results.root);
  const decided = await readDecisions(results.root);
  for (const { path, problem } of [...damaged, ...hops.damaged, ...decided.damaged])
    station.say(`left out of the reports: ${path}: ${problem}`);
  const { environments } = await readEnvironments(results.root);
  const paused = pauseText(config.schedule, await readHold());
  const newest = sessions[sessions.length - 1];
  const shown = listedIn(sessions, environment.id);
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
  const upgrade = await upgradeState(station);
  return renderReports({
    server: { name: config.host, target: { name: config.target.name, ...(config.target.web && { web: config.target.web }) } },
    history,
    sessions,
    hopFiles: hops.files,
    decisions: decided.decisions,
    environments: new Map([...environments, environment].map((one) => [one.id, one])),
    ...shown,
    ...(upgrade && { upgrade }),
    backlog: backlog.length,
    ...(paused !== undefined && { paused }),
    now: newest?.ended ?? new Date().toISOString(),
  });
}

/**
 * What values are expressed in, and the benchmarks there are: here, and what the newest session listed. While a server shows nothing but
 * what it imported: where that was measured last, and all that was.
 */
export function listedIn(sessions: readonly Session[], here: string): { currentEnvironment: string; benchmarks: readonly Listed[] } {
  const own = sessions.filter(({ reason }) => reason !== "import");
  const newest = own.findLast(({ listed }) => listed.length > 0);
  if (own.length > 0 || sessions.length === 0) return { currentEnvironment: here, benchmarks: newest?.listed ?? [] };
  const last = sessions.findLast(({ subject }) => subject.kind === "revision") ?? sessions[sessions.length - 1];
  const benchmarks = new Map(sessions.flatMap(({ listed }) => listed).map((one) => [one.name, one]));
  return {
    currentEnvironment: last?.environment ?? here,
    benchmarks: [...benchmarks.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

/** How the newest upgrade stands; undefined where there was none that is bridged or judged, or what the suite lists is not known. */
async function upgradeState(station: Station): Promise<UpgradeState | undefined> {
  const found = await upgradeHere(station, { mayAsk: false });
  if (!found || (found.items.length === 0 && !found.verification)) return undefined;
  return { owed: found.items.length, ...(found.verification && { judged: found.verification }) };
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
  await noteReportsDone();
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
