import { nearest } from "../config/nearest.ts";
import { describeSubject } from "./item.ts";
import { presentListing } from "./listing.ts";
import type { Session, WorkItem } from "./model.ts";
import { plan } from "./queue.ts";
import { commitRange, firstParentHistory, resolveRevision, resolveSince } from "./revisions.ts";
import type { Asking, RunResult } from "./run.ts";
import { UserError } from "../config/user-error.ts";
import { withoutSlow } from "./slow.ts";
import type { Station } from "./station.ts";
import { readSessions } from "./store/sessions.ts";

/** `measure`: one revision, by an operator's word. @throws UserError for a benchmark that the suite does not have. */
export async function revisionItem(
  station: Station,
  revision: string,
  { only, force = false, ...how }: Asking & { only: string[] | undefined; force?: boolean },
): Promise<WorkItem[]> {
  const id = await resolveRevision(station.target, revision);
  if (only) await requireKnown(station, only, how);
  return [
    {
      subject: { kind: "revision", revision: id },
      reason: "by-hand",
      because: "asked for by hand",
      ...(only && { benchmarks: only }),
      ...(force && { force }),
    },
  ];
}

/** `collect`: the unmeasured revisions of a range, in the queue's order. */
export async function collectItems(station: Station, range: string, paths: string[]): Promise<WorkItem[]> {
  const [from, to, ...rest] = range.split("..");
  if (!from || !to || rest.length > 0) throw new UserError(`${range} is no range`, "write <older>..<newer>, such as v1.0..main");
  const { history, wanted } = await commitRange(station.target, { from, to, paths });
  const { sessions } = await readSessions(station.results.root);
  const { branch, since } = station.config.target;
  const whole = await firstParentHistory(station.target, { branch, since: await resolveSince(station.target, since), paths: [] });
  const { slow } = station.config.measure;
  return plan({
    history,
    wanted,
    sessions,
    host: station.config.host,
    environment: station.environment.id,
    benchmarks: undefined,
    today: new Date().toISOString().slice(0, 10),
    onlyRevisions: wanted,
    // Counted as the queue counts; revisions that are not in its history, along the range.
    without: new Map([...withoutSlow(history, slow), ...withoutSlow(whole.history, slow)]),
  });
}

/** `baselines`: every benchmark, measured again. */
export function baselineItems(): WorkItem[] {
  return [{ subject: { kind: "baseline" }, reason: "baseline", because: "asked for by hand" }];
}

/** What `baselines` ends with: success only if the very last session has a result of every benchmark that it listed. */
export async function verdictOnBaselines(station: Station, { exitCode, sessions }: RunResult): Promise<{ line: string; exitCode: number }> {
  const last = sessions[sessions.length - 1]?.session;
  const session = (await readSessions(station.results.root)).sessions.find(({ id }) => id === last);
  if (session?.subject.kind !== "baseline") return { line: "<< failed >> no baseline was measured", exitCode: 1 };
  if (session.failure) return { line: `<< failed >> ${session.failure.stage}: ${session.failure.message}`, exitCode: 1 };
  const missing = session.listed.filter(({ name, variants }) => variants.includes("interpreted") && !isOk(session, name));
  if (missing.length === 0 && exitCode === 0) return { line: "<< success >>", exitCode: 0 };
  return { line: `<< failed >> without a baseline: ${missing.map(({ name }) => name).join(", ")}`, exitCode: 1 };
}

async function requireKnown(station: Station, benchmarks: readonly string[], how: Asking): Promise<void> {
  const listed = (await presentListing(station, how))?.map(({ name }) => name);
  // Where it cannot be listed, the session tells why.
  if (!listed) return;
  for (const name of benchmarks.filter((one) => !listed.includes(one))) {
    const meant = nearest(name, listed);
    throw new UserError(`the suite has no benchmark ${name}`, meant ? `did you mean ${meant}?` : `it has ${listed.join(", ")}`);
  }
}

/** A line an item, with the time it takes by what the last sessions took. */
export async function queueText(items: readonly WorkItem[], station: Station): Promise<string> {
  if (items.length === 0) return "nothing to measure";
  const { sessions } = await readSessions(station.results.root);
  const minutes = typicalMinutes(sessions.filter((one) => one.host === station.config.host));
  const lines = items.map(({ subject, reason, because, benchmarks, without }) => {
    const all = without ? `all but ${without.length}` : "all benchmarks";
    const what = benchmarks ? `${benchmarks.length} benchmarks` : all;
    return `${describeSubject(subject).padEnd(22)} ${reason.padEnd(9)} ${what.padEnd(15)} ${because}`;
  });
  const total = minutes === undefined ? "how long is not known yet" : `about ${Math.ceil(minutes * items.length)} minutes`;
  return [...lines, `${items.length} items, ${total}`].join("\n");
}

/** Median minutes of the newest 20 sessions; undefined without any. */
function typicalMinutes(sessions: readonly Session[]): number | undefined {
  const minutes = sessions.slice(-20).map(({ started, ended }) => (Date.parse(ended) - Date.parse(started)) / 60_000);
  return minutes.sort((a, b) => a - b)[Math.floor(minutes.length / 2)];
}

function isOk(session: Session, name: string): boolean {
  return session.benchmarks[name]?.interpreted?.status === "ok";
}
