import { UserError } from "../../config/user-error.ts";
import { changedState, statesNow } from "./host-state.ts";
import { pageFiles } from "./page-files.ts";
import type { HostState, Listed, Reason, Session } from "../model.ts";
import { upgrade, type UpgradeInput } from "../queue/upgrade.ts";
import { readState } from "../queue/state.ts";
import { tellPublished } from "./publication.ts";
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
  /** Of all hosts. */
  states: readonly HostState[];
  /** True if commits that this host's clone of the target lacks may be fetched: only under its lock. */
  mayFetch: boolean;
}

/**
 * Renders the reports of all hosts, and the page: text by path. All but the program comes from the repositories, so that every host renders
 * the same bytes from the same results.
 */
async function render(context: RunnerContext, { states, mayFetch }: Rendering): Promise<Map<string, string>> {
  const { target: clone, results, log: say } = context;
  const { shared, leftOut } = await sharedHistory(clone, states, { mayFetch });
  for (const host of leftOut) say(`the history that ${host} knows is left out of the reports: ${unknownHistory.reason}`);
  if (mayFetch) await noteLeftOut(leftOut, context);
  if (!shared) throw new UserError("no host's history is known here", "run `evenkeel report` once the target can be fetched");
  const { target, history } = shared;
  const state = await readState(context, { allowBuild: false });
  const { sessions, scalingFactors, decisions } = state;
  const ofHosts = await readHostStates(results.root);
  for (const { path, problem } of [...state.damaged, ...ofHosts.damaged]) say(`left out of the reports: ${path}: ${problem}`);
  // What is stored of an environment counts, whatever a host says of it.
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

/** Notes as problems the hosts whose histories the reports leave out, and no others. */
async function noteLeftOut(hosts: readonly string[], { problems }: RunnerContext): Promise<void> {
  for (const host of hosts) await problems.note({ kind: "history", about: host }, unknownHistory);
  await problems.keepOnly("history", hosts);
}

/** All reports as they are now, this host's state as it would be published: text by path. Writes nothing. */
export async function reportsNow(context: RunnerContext): Promise<Map<string, string>> {
  return render(context, { states: await statesNow(context), mayFetch: false });
}

/** Every host with what it measures now, and how its newest upgrade stands, all by its own sessions. */
function hostsOf(known: Omit<UpgradeInput, "host" | "environment" | "benchmarks">, states: readonly HostState[]): HostInput[] {
  return hostNames(known.sessions, states).map((name) => {
    const own = known.sessions.filter(({ host }) => host === name);
    const state = states.find(({ host }) => host === name);
    const shown = listedIn(own, state?.environment.id ?? own.at(-1)?.environment ?? "", state?.dropped);
    const upgraded = upgradeState({ ...known, host: name, environment: shown.currentEnvironment, benchmarks: shown.benchmarks });
    return { name, ...shown, ...(upgraded && { upgrade: upgraded }), ...(state && stated(state, states)) };
  });
}

/** Reasons of sessions that are measured with the suite as it is at that time. */
const ofPresentSuite: ReadonlySet<Reason> = new Set(["new", "baseline", "backfill", "manual"]);

/**
 * What values are expressed in, and the benchmarks there are: here, and what the newest session listed, but for what was dropped since. While a server shows nothing but
 * what it imported: where that was measured last, and all that was.
 */
export function listedIn(
  sessions: readonly Pick<Session, "reason" | "subject" | "environment" | "listed">[],
  here: string,
  dropped: readonly string[] = [],
): { currentEnvironment: string; benchmarks: readonly Listed[] } {
  const own = sessions.filter(({ reason }) => reason !== "import");
  // Controls and the like take a cached build, with what an earlier revision of the suite listed.
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

/** Returns the state of the newest upgrade; undefined where there was none that is bridged or judged. */
function upgradeState(input: UpgradeInput): UpgradeState | undefined {
  const found = upgrade(input);
  if (found.items.length === 0 && !found.verification) return undefined;
  return { owed: found.items.length, ...(found.verification && { judged: found.verification }) };
}

/**
 * Renders the reports from what is published, this host's state included, and brings them to their branch. A remote that cannot be reached
 * is reported, and newer reports of another host stay. Only under the host's lock.
 */
export async function publishReportsNow(context: RunnerContext, tell: Log): Promise<void> {
  const { config, results, log: say, watch } = context;
  await watch.publishing("reports");
  const about = { kind: "reports", about: config.results.reportsBranch } as const;
  const complete = await completeResults(context, tell);
  if (!complete.published) {
    await context.problems.note(about, complete);
    return tell(`reports not published: ${complete.reason} (${complete.hint})`);
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
  if (!published.published) return tell(`reports not published: ${published.reason} (${published.hint})`);
  await noteReportsDone(config.results);
  if (published.isOutdated) say("reports: another host published newer ones, which include these results");
  if (published.files.length > 0) say(`reports: ${published.files.length} files on branch ${config.results.reportsBranch}`);
}

/**
 * Sees that the remote has all results of this host, and its state: reports show nothing that another host cannot have. And that this host
 * has all results of others.
 */
async function completeResults(context: RunnerContext, tell: Log): Promise<Published> {
  const { config, results } = context;
  const bring = async (state: Awaited<ReturnType<typeof changedState>>): Promise<Published> => {
    // Where git does not work here, publishing reports it.
    const pending = await pendingFiles(results, config.results.branch).catch(() => []);
    const message = pending.length === 0 ? `State of ${config.host}` : `Results of ${config.host}`;
    const published = await publish(results, { branch: config.results.branch, author: config.git, message, state });
    if (published.published) tellPublished(published, { log: context.log, tell });
    return published;
  };
  const published = await bring(await changedState(context));
  if (!published.published) return published;
  // Only now it is known what others made of this host's state.
  const state = await changedState(context);
  return state ? bring(state) : published;
}

/** Write the reports below a folder instead. Returns how many files there are, and how many of them changed. */
export async function writeReports(context: RunnerContext, folder: string): Promise<{ files: number; changed: number }> {
  return writeRendered(folder, await reportsNow(context));
}
