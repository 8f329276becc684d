import { upgradeInput } from "./linking.ts";
import { pageFiles } from "./page-files.ts";
import { expectsConstant } from "./measure/credibility.ts";
import { pauseText, readHold } from "./operate/hold.ts";
import type { Listed, Reason, Session } from "./model.ts";
import { plan } from "./plan/queue.ts";
import { upgrade } from "./plan/upgrade.ts";
import { renderReports } from "./report/markdown.ts";
import type { UpgradeState } from "./report/input.ts";
import { pageFolder } from "./report/page/render.ts";
import { firstParentHistory, resolveSince } from "./plan/revisions.ts";
import { withoutSlow } from "./plan/slow.ts";
import { noteReportsDone } from "./reports-due.ts";
import type { Say, Station } from "./station.ts";
import { readDecisions } from "./store/decisions.ts";
import { writeRendered } from "./store/rendered.ts";
import { readHops } from "./store/hops.ts";
import { publishReports } from "./store/publish-reports.ts";
import { readEnvironments, readWithdrawals } from "./store/sessions.ts";

/** All reports of this server as they are now, and the page: text by path. */
export async function reportsNow(station: Station): Promise<Map<string, string>> {
  const { config, environment, target, results } = station;
  const since = await resolveSince(target, config.target.since);
  const { history, wanted } = await firstParentHistory(target, { branch: config.target.branch, since, paths: config.target.paths });
  const { results: found, sessions, damaged } = await station.stored.read();
  const hops = await readHops(results.root);
  const decided = await readDecisions(results.root);
  const withdrawals = await readWithdrawals(results.root);
  for (const { path, problem } of [...damaged, ...hops.damaged, ...decided.damaged, ...withdrawals.damaged])
    station.say(`left out of the reports: ${path}: ${problem}`);
  const { environments } = await readEnvironments(results.root);
  const paused = pauseText(config.schedule, await readHold());
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
  const switched = await upgradeState(station);
  const rendered = renderReports({
    server: { name: config.host, target: { name: config.target.name, ...(config.target.web && { web: config.target.web }) } },
    history,
    results: found,
    hopFiles: hops.files,
    decisions: decided.decisions,
    withdrawn: [...withdrawals.withdrawn.values()],
    environments: new Map([...environments, environment].map((one) => [one.id, one])),
    ...listedIn(found.sessions, environment.id),
    ...(switched && { upgrade: switched }),
    backlog: backlog.length,
    constant: new Set(found.benchmarks.map(({ benchmark }) => benchmark).filter((name) => expectsConstant(name, config.measure.expect))),
    ...(paused !== undefined && { paused }),
    now: found.sessions.at(-1)?.ended ?? new Date().toISOString(),
  });
  return new Map([...rendered, ...pageFiles(pageFolder)]);
}

/** Why sessions are measured with the suite as it is at that time. */
const ofPresentSuite: ReadonlySet<Reason> = new Set(["new", "baseline", "backfill", "by-hand"]);

/**
 * What values are expressed in, and the benchmarks there are: here, and what the newest session listed. While a server shows nothing but
 * what it imported: where that was measured last, and all that was.
 */
export function listedIn(
  sessions: readonly Pick<Session, "reason" | "subject" | "environment" | "listed">[],
  here: string,
): { currentEnvironment: string; benchmarks: readonly Listed[] } {
  const own = sessions.filter(({ reason }) => reason !== "import");
  // Controls and the like take a kept build, with what an earlier revision of the suite listed.
  const newest =
    own.findLast(({ listed, reason }) => listed.length > 0 && ofPresentSuite.has(reason)) ??
    own.findLast(({ listed }) => listed.length > 0);
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
  const input = await upgradeInput(station, { mayAsk: false });
  const found = input && upgrade(input);
  if (!found || (found.items.length === 0 && !found.verification)) return undefined;
  return { owed: found.items.length, ...(found.verification && { judged: found.verification }) };
}

/** Render the reports and bring them to their branch. A remote that cannot be reached is a problem. Only under the host's lock. */
export async function publishReportsNow(station: Station, tell: Say): Promise<void> {
  const { config, results, say, watch } = station;
  await watch.publishing("reports");
  const files = await reportsNow(station);
  await station.stored.keep();
  const published = await publishReports(results, {
    branch: config.results.reportsBranch,
    resultsBranch: config.results.branch,
    author: config.git,
    message: `Reports of ${config.host}`,
    files,
  });
  await station.problems.note({ kind: "reports", about: config.results.reportsBranch }, published.published ? undefined : published);
  if (!published.published) return tell(`reports not published: ${published.reason} (${published.hint})`);
  await noteReportsDone(config.results);
  if (published.files.length > 0) say(`reports: ${published.files.length} files on branch ${config.results.reportsBranch}`);
}

/** Write the reports below a folder instead. Returns how many files there are, and how many of them changed. */
export async function writeReports(station: Station, folder: string): Promise<{ files: number; changed: number }> {
  return writeRendered(folder, await reportsNow(station));
}
