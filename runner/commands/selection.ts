import { isNamedBy } from "../../config/benchmark-pattern.ts";
import { nearest } from "../../config/nearest.ts";
import { describeSubject } from "../text/subjects.ts";
import { sessionsSoFar, type Reopened } from "../queue/bridges.ts";
import { preUpgradeRun } from "../queue/pre-upgrade.ts";
import type { Asking } from "../queue/listing.ts";
import { owedBy, upgradeInput, upgradeOf } from "../queue/planned.ts";
import { readState } from "../queue/state.ts";
import { ownTimeline, type UpgradeInput } from "../queue/upgrade.ts";
import type { Session, WorkItem } from "../model.ts";
import { expectedSeconds, type Duration } from "../progress/durations.ts";
import { plan } from "../queue/queue.ts";
import { counted, roughDurationText } from "../text/quantities.ts";
import { commitRange, resolveRevision } from "../queue/revisions.ts";
import { unreachable } from "../run/exit-codes.ts";
import type { RunResult } from "../run/run-options.ts";
import { UserError } from "../../config/user-error.ts";
import { withoutSlow } from "../queue/slow.ts";
import type { RunnerContext } from "../runner-context.ts";

/** Returns the item of `measure`: one revision. @throws UserError for a benchmark that the suite does not have. */
export async function revisionItem(
  context: RunnerContext,
  revision: string,
  { only, force = false, ...how }: Asking & { only: string[] | undefined; force?: boolean },
): Promise<WorkItem[]> {
  const id = await resolveRevision(context.target, revision);
  if (only) await requireKnown(context, only, how);
  return [
    {
      subject: { kind: "revision", revision: id },
      reason: "manual",
      because: "requested by command",
      ...(only && { benchmarks: only }),
      ...(force && { force }),
    },
  ];
}

/** Returns the items of `collect`: the missing benchmarks of the revisions of a range, in the queue's order. */
export async function collectItems(context: RunnerContext, range: string, paths: string[], how: Asking): Promise<WorkItem[]> {
  const [from, to, ...rest] = range.split("..");
  if (!from || !to || rest.length > 0) throw new UserError(`${range} is not a valid range`, "write <older>..<newer>, such as v1.0..main");
  const { history, wanted } = await commitRange(context.target, { from, to, paths });
  const owed = owedBy(await readState(context, how));
  const alongRange = withoutSlow(history, context.config.measure.slow);
  // Slow benchmarks are owed as in the queue. Revisions outside of its history count along the range.
  return plan({ ...owed, history, wanted, onlyRevisions: wanted, without: new Map([...alongRange, ...(owed.without ?? [])]) });
}

/** Returns the item of `baselines`: every benchmark. */
export function baselineItems(): WorkItem[] {
  return [{ subject: { kind: "baseline" }, reason: "baseline", because: "requested by command" }];
}

/** Days after which a pre-upgrade run is out of date, as a bridge then needs other programs. */
const preUpgradeDays = 30;

/** Returns the items of `pre-upgrade`: sessions needed before this environment ends that were not measured in the last 30 days. */
export async function preUpgradeItems(context: RunnerContext, how: Asking): Promise<WorkItem[]> {
  const input = await knownInput(context, how);
  const since = new Date(Date.now() - preUpgradeDays * 24 * 60 * 60 * 1000).toISOString();
  return preUpgradeRun({
    ...input,
    benchmarks: ownTimeline(input),
    sessions: input.sessions.filter(({ host }) => host === input.host),
    since,
  });
}

/** Returns the items of `bridge`: the sessions that bridges still need. */
export async function bridgeItems(context: RunnerContext, how: Asking, reopened?: Reopened): Promise<WorkItem[]> {
  const found = upgradeOf(await readState(context, how), reopened);
  const { sessions } = reopened ?? {};
  return (found?.items ?? []).filter(({ benchmarks = [] }) => !sessions || benchmarks.some((name) => sessions.has(name)));
}

/** Returns the bridges of benchmarks, reopened from now on. @throws UserError for a benchmark that the suite does not have. */
export async function reopen(context: RunnerContext, benchmarks: readonly string[], how: Asking): Promise<Reopened> {
  await requireKnown(context, benchmarks, how);
  const input = await knownInput(context, how);
  const own = { benchmarks: ownTimeline(input), sessions: input.sessions, environment: input.environment };
  return {
    sessions: new Map(benchmarks.map((name) => [name, 1 + sessionsSoFar(own, name)])),
    since: new Date().toISOString(),
  };
}

/** Returns the input of upgrades. @throws UserError if the suite's listing is unknown. */
async function knownInput(context: RunnerContext, how: Asking): Promise<UpgradeInput> {
  const input = upgradeInput(await readState(context, how));
  if (!input)
    throw new UserError(
      "the benchmarks of the suite are unknown",
      "run `evenkeel run`: its log has the reason that the suite cannot be listed",
    );
  return input;
}

/** Returns the last line of `baselines`: success only if the last session has a result of every benchmark that it listed. */
export async function verdictOnBaselines(
  context: RunnerContext,
  { exitCode, sessions }: RunResult,
): Promise<{ line: string; exitCode: number }> {
  const last = sessions[sessions.length - 1]?.session;
  const session = (await context.stored.read()).sessions.find(({ id }) => id === last);
  if (session?.subject.kind !== "baseline")
    return { line: `<< failed >> no baseline was measured${await becauseOfSuite(context)}`, exitCode: 1 };
  if (session.failure) return { line: `<< failed >> ${session.failure.stage}: ${session.failure.message}`, exitCode: 1 };
  const missing = session.listed.filter(({ name, variants }) => variants.includes("interpreted") && !isOk(session, name));
  if (missing.length === 0 && (exitCode === 0 || exitCode === unreachable)) return { line: "<< success >>", exitCode: 0 };
  return { line: `<< failed >> without a baseline: ${missing.map(({ name }) => name).join(", ")}`, exitCode: 1 };
}

async function becauseOfSuite(context: RunnerContext): Promise<string> {
  const { problem } = (await readState(context, { allowBuild: false })).listing;
  return problem === undefined ? "" : `: ${problem}`;
}

async function requireKnown(context: RunnerContext, benchmarks: readonly string[], how: Asking): Promise<void> {
  const { listing } = await readState(context, how);
  // The run reports why the suite cannot be listed.
  if (!listing.benchmarks) return;
  const listed = [...listing.benchmarks.map(({ name }) => name), ...listing.broken];
  for (const name of benchmarks.filter((one) => !listed.includes(one))) {
    const meant = nearest(name, listed);
    throw new UserError(`the suite has no benchmark ${name}`, meant ? `did you mean ${meant}?` : `it has ${listed.join(", ")}`);
  }
}

/** Item with its expected seconds; absent if unknown. */
type Expected = WorkItem & { expectedSeconds?: number };

/** Returns items with the expected seconds on this host. */
export function withExpected(items: readonly WorkItem[], durations: readonly Duration[]): Expected[] {
  return items.map((item) => {
    const seconds = expectedSeconds(item, durations);
    return { ...item, ...(seconds !== undefined && { expectedSeconds: Math.round(seconds) }) };
  });
}

/** Returns a line per item, with the expected time. @param names of all benchmarks, if known. */
export function queueText(items: readonly Expected[], names?: readonly string[]): string {
  if (items.length === 0) return "nothing to measure";
  const lines = items.map(({ subject, reason, because, benchmarks, without = [], expectedSeconds }) => {
    const what = benchmarks ? counted(benchmarks.length, "benchmark") : allBut(without, names);
    const hours = (expectedSeconds === undefined ? "?" : roughDurationText(expectedSeconds)).padStart(9);
    return `${describeSubject(subject).padEnd(22)} ${reason.padEnd(9)} ${what.padEnd(15)} ${hours}  ${because}`;
  });
  const times = items.map((item) => item.expectedSeconds);
  const known = times.flatMap((time) => (time === undefined ? [] : [time]));
  const sum = `about ${roughDurationText(known.reduce((total, time) => total + time, 0))}`;
  const unknown = items.length - known.length;
  const total = known.length === 0 ? "duration unknown" : unknown > 0 ? `${sum} and ${unknown} of unknown duration` : sum;
  return [...lines, `${counted(items.length, "item")}, ${total}`].join("\n");
}

/** Returns `all but 4`: counts the excluded benchmarks, not the patterns that match them. */
function allBut(without: readonly string[], names: readonly string[] | undefined): string {
  if (without.length === 0) return "all benchmarks";
  if (!names) return "all but slow";
  const left = names.filter((name) => isNamedBy(name, without)).length;
  return left === 0 ? "all benchmarks" : `all but ${left}`;
}

function isOk(session: Session, name: string): boolean {
  return session.benchmarks[name]?.interpreted?.status === "ok";
}
