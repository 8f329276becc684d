import { UserError } from "../../config/user-error.ts";
import { changedState, statesNow } from "./host-state.ts";
import { pageFiles } from "./page-files.ts";
import type { HostState, Listed, Reason, Session } from "../model.ts";
import { upgrade, type UpgradeInput } from "../queue/upgrade.ts";
import { readState } from "../queue/state.ts";
import { logPublished } from "./publication.ts";
import { hostNames, stated } from "../report/hosts.ts";
import type { HostInput, UpgradeState } from "../report/input.ts";
import { renderReports } from "../report/markdown.ts";
import { pageFolder } from "../report/page/render.ts";
import { noteReportsDone } from "../store/reports-due.ts";
import { sharedHistory } from "./shared-history.ts";
import type { Log, RunnerContext } from "../runner-context.ts";
import { writeRendered } from "../store/rendered.ts";
import { readHostStates } from "../store/host-states.ts";
import { pendingFiles, publish } from "../store/publish.ts";
import { publishReports } from "../store/publish-reports.ts";
import { resolve, type Published } from "../store/remote.ts";
import { allWithdrawn } from "../store/withdrawals.ts";

interface Rendering {
  /** States of all hosts. */
  states: readonly HostState[];
  /** True if missing commits of the target may be fetched. Requires the host's lock. */
  mayFetch: boolean;
}

/**
 * Returns the reports of all hosts and the page: text by path. Besides the program, everything comes from the repositories: all hosts render
 * the same bytes from the same results.
 */
async function render(context: RunnerContext, { states, mayFetch }: Rendering): Promise<Map<string, string>> {
  const { target: clone, results, log } = context;
  const { shared, leftOut } = await sharedHistory(clone, states, { mayFetch });
  for (const host of leftOut) log(`left out of the reports: the history of ${host}: ${unknownHistory.reason} (${unknownHistory.hint})`);
  if (mayFetch) await noteLeftOut(leftOut, context);
  if (!shared)
    throw new UserError("this clone of the target has the history of no host", "once the target can be fetched, run `evenkeel report`");
  const { target, history } = shared;
  const state = await readState(context, { allowBuild: false });
  const { sessions, scalingFactors, decisions } = state;
  const ofHosts = await readHostStates(results.root);
  for (const { path, problem } of [...state.damaged, ...ofHosts.damaged]) log(`left out of the reports: ${path}: ${problem}`);
  // The stored record of an environment takes precedence over that in a host's state.
  const known = [...states.map(({ environment }) => environment), ...state.environments].sort((a, b) => (a.id < b.id ? -1 : 1));
  const written = states.map((one) => one.written).sort();
  const rendered = renderReports({
    target,
    history,
    results: state.results,
    hosts: hostsOf({ history, sessions, results: state.results, scalingFactors, decisions }, states),
    scalingFiles: state.scalingFiles,
    decisions,
    withdrawn: allWithdrawn(state.withdrawn),
    environments: new Map(known.map((one) => [one.id, one])),
    now: state.results.sessions.at(-1)?.ended ?? written.at(-1) ?? "",
  });
  return new Map([...rendered, ...pageFiles(pageFolder)]);
}

const unknownHistory = {
  reason: "this clone of the target lacks the commits that its state names",
  hint: "all hosts of a results repository measure one target: compare target.repository in their configurations",
};

/** Replaces the problems about histories by those of the hosts that the reports leave out. */
async function noteLeftOut(hosts: readonly string[], { problems }: RunnerContext): Promise<void> {
  for (const host of hosts) await problems.note({ kind: "history", about: host }, unknownHistory);
  await problems.keepOnly("history", hosts);
}

/** Returns all reports with this host's present state: text by path. Writes nothing. */
export async function reportsNow(context: RunnerContext): Promise<Map<string, string>> {
  return render(context, { states: await statesNow(context), mayFetch: false });
}

/** Returns every host with its listed benchmarks and the state of its newest upgrade, from its own sessions. */
function hostsOf(known: Omit<UpgradeInput, "host" | "environment" | "benchmarks">, states: readonly HostState[]): HostInput[] {
  return hostNames(known.sessions, states).map((name) => {
    const own = known.sessions.filter(({ host }) => host === name);
    const state = states.find(({ host }) => host === name);
    const shown = listedIn(own, state?.environment.id ?? own.at(-1)?.environment ?? "", state?.dropped);
    const upgraded = upgradeState({ ...known, host: name, environment: shown.currentEnvironment, benchmarks: shown.benchmarks });
    return { name, ...shown, ...(upgraded && { upgrade: upgraded }), ...(state && stated(state, states)) };
  });
}

/** Reasons of sessions that use the newest revision of the suite. */
const ofPresentSuite: ReadonlySet<Reason> = new Set(["new", "baseline", "backfill", "manual"]);

/**
 * Returns the environment in which values are expressed, and the benchmarks. These are the present environment, and the benchmarks of the
 * newest session without those dropped since. If all sessions are imported: the last imported environment, and all imported benchmarks.
 */
export function listedIn(
  sessions: readonly Pick<Session, "reason" | "subject" | "environment" | "listed">[],
  here: string,
  dropped: readonly string[] = [],
): { currentEnvironment: string; benchmarks: readonly Listed[] } {
  const own = sessions.filter(({ reason }) => reason !== "import");
  // Controls and the like use a cached build, which an earlier revision of the suite listed.
  const newest =
    own.findLast(({ listed, reason }) => listed.length > 0 && ofPresentSuite.has(reason)) ??
    own.findLast(({ listed }) => listed.length > 0);
  if (own.length > 0 || sessions.length === 0) {
    return { currentEnvironment: here, benchmarks: newest?.listed.filter(({ name }) => !dropped.includes(name)) ?? [] };
  }
  const last = sessions.findLast(({ subject }) => subject.kind === "revision") ?? sessions[sessions.length - 1];
  const benchmarks = new Map(sessions.flatMap(({ listed }) => listed).map((one) => [one.name, one]));
  return {
    currentEnvironment: last?.environment ?? here,
    benchmarks: [...benchmarks.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

/** Returns the state of the newest upgrade; undefined without one that has a bridge or a verdict. */
function upgradeState(input: UpgradeInput): UpgradeState | undefined {
  const found = upgrade(input);
  if (found.items.length === 0 && !found.verification) return undefined;
  return { owed: found.items.length, ...(found.verification && { judged: found.verification }) };
}

/**
 * Renders the reports from the published results, this host's state included, and pushes them to their branch. Logs a remote that cannot be
 * reached, and does not replace newer reports of another host. Requires the host's lock.
 */
export async function publishReportsNow(context: RunnerContext, how: Completing): Promise<void> {
  const { logOnce } = how;
  const { config, results, log, watch } = context;
  await watch.publishing("reports");
  const about = { kind: "reports", about: config.results.reportsBranch } as const;
  const complete = await completeResults(context, how);
  if (!complete.published) {
    await context.problems.note(about, complete);
    return logOnce(`reports not published: ${complete.reason} (${complete.hint})`);
  }
  const { states } = await readHostStates(results.root);
  const files = await render(context, { states, mayFetch: true });
  await context.stored.keep();
  const published = await publishReports(results, {
    branch: config.results.reportsBranch,
    resultsBranch: config.results.branch,
    author: config.git,
    message: `Reports, rendered on ${config.host}`,
    files,
    renderedFrom: await resolve(results, "HEAD"),
  });
  await context.problems.note(about, published.published ? undefined : published);
  if (!published.published) return logOnce(`reports not published: ${published.reason} (${published.hint})`);
  await noteReportsDone(config.results);
  if (published.isOutdated) log("reports: another host published newer ones, which include these results");
  if (published.files.length > 0) log(`reports: ${published.files.length} files on branch ${config.results.reportsBranch}`);
}

interface Completing {
  logOnce: Log;
  /** True if this process has just published the results, or tried to. It then asks the remote again only if something is left to publish. */
  isSynchronised: boolean;
}

/**
 * Publishes this host's results and state, and fetches the results of others. Reports then show nothing that another host cannot
 * have.
 */
async function completeResults(context: RunnerContext, { logOnce, isSynchronised }: Completing): Promise<Published> {
  const { config, results } = context;
  const push = async (state: Awaited<ReturnType<typeof changedState>>): Promise<Published> => {
    const message = (files: readonly string[]): string => `${files.length === 0 ? "State" : "Results"} of ${config.host}`;
    const published = await publish(results, { branch: config.results.branch, author: config.git, message, state });
    if (published.published) logPublished(published, { log: context.log, logOnce });
    return published;
  };
  const changed = await changedState(context);
  if (isSynchronised && !changed && (await isAllPublished(context))) return nothingNew;
  const published = await push(changed);
  if (!published.published) return published;
  // Results of others, which the first push fetched, may change this host's state.
  const state = await changedState(context);
  return state ? push(state) : published;
}

const nothingNew: Published = { published: true, files: [], differing: [], taken: [], deleted: [] };

/** Returns true if the results' remote has all of this host's results, by its last known state. */
async function isAllPublished({ config, results, problems }: RunnerContext): Promise<boolean> {
  if (problems.failing("publish").length > 0) return false;
  // If git fails here, publishing reports it.
  return (await pendingFiles(results, config.results.branch).catch(() => undefined))?.length === 0;
}

/** Writes the reports to a folder instead. Returns the number of files, and the number of changed ones. */
export async function writeReports(context: RunnerContext, folder: string): Promise<{ files: number; changed: number }> {
  return writeRendered(folder, await reportsNow(context));
}
