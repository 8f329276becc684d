import { UserError } from "../../config/user-error.ts";
import { readBuild, type Build } from "../build/stored-build.ts";
import type { KnownState } from "../queue/known-state.ts";
import type { Asking } from "../queue/listing.ts";
import { presentOf } from "../queue/planned.ts";
import { describeSubject } from "../text/subjects.ts";
import { resumeSampling } from "./sampling.ts";
import { folderOf, storeSession, type Done } from "./storing.ts";
import { Present } from "../queue/present.ts";
import { readState } from "../queue/state.ts";
import type { RunnerContext } from "../runner-context.ts";
import { remaining, type JournalContents, type Remaining } from "../store/journal-contents.ts";
import type { JournalHeader, Planned } from "../store/journal-lines.ts";
import { isStoringBegun } from "../store/sessions.ts";

/** Remaining work of an unfinished session, by the present declaration. */
export interface Resumption {
  left: Remaining[];
  /** Benchmarks whose declaration is gone or changed; the session leaves them out. */
  dropped: Remaining[];
  /** Returns true if a benchmark is still declared as it was planned. */
  isWanted: (planned: Planned) => boolean;
  /** Dropped benchmarks with the reason, as text; absent if there are none. */
  without?: string;
  /** Reason that nothing is left to resume; the complete part is stored. */
  obstacle?: string;
}

/**
 * Compares an unfinished session with the present declaration. A session of the suite's present revision is unchanged. One of another revision
 * continues with the benchmarks whose workload is the same. Controls repeat their workload, even if the declared one changed. Pure.
 * @param isMeasured true if its revision still has to be measured.
 */
export function resumption(contents: JournalContents, present: Present, isMeasured = true): Resumption {
  const { header } = contents;
  const isWanted = (planned: Planned) => isMeasured && isDeclaredAs(planned, header, present);
  const all = remaining(contents);
  const [left, dropped] = [all.filter(isWanted), all.filter((one) => !isWanted(one))];
  const without = isMeasured ? droppedText(dropped, present) : "";
  const found = { left, dropped, isWanted, ...(without !== "" && { without }) };
  if (all.length === 0 || left.length > 0) return found;
  if (!isMeasured) return { ...found, obstacle: "its revision no longer has to be measured" };
  return { ...found, obstacle: `none of its benchmarks is left (${without})` };
}

function isDeclaredAs({ benchmark, workload }: Planned, { suite, reason }: JournalHeader, present: Present): boolean {
  if (present.isOfSuite({ suite })) return true;
  return reason === "control" ? present.isDeclared(benchmark) : present.isListedAs(benchmark, workload);
}

/** Returns `no longer declared: second; declaration changed: third`. */
function droppedText(dropped: readonly Remaining[], present: Present): string {
  const names = [...new Set(dropped.map(({ benchmark }) => benchmark))];
  const gone = names.filter((name) => !present.isDeclared(name));
  const changed = names.filter((name) => present.isDeclared(name));
  return [
    ...(gone.length > 0 ? [`no longer declared: ${gone.join(", ")}`] : []),
    ...(changed.length > 0 ? [`declaration changed: ${changed.join(", ")}`] : []),
  ].join("; ");
}

/** Compares an unfinished session with the present declaration of this host. */
async function resumptionHere(contents: JournalContents, context: RunnerContext, how: Asking): Promise<Resumption> {
  try {
    const state = await readState(context, how);
    return resumption(contents, new Present(presentOf(state)), isStillMeasured(contents.header, state));
  } catch (error) {
    // The branch is not fetched yet; this is repeated after the fetch.
    if (error instanceof UserError)
      return resumption(contents, new Present({ environment: context.environment.id, benchmarks: undefined }));
    throw error;
  }
}

/** Returns true if a session's revision still has to be measured, or a command asked for it. */
function isStillMeasured({ subject, reason }: JournalHeader, { wanted }: KnownState): boolean {
  return subject.kind === "baseline" || reason !== "new" || wanted.has(subject.revision);
}

/**
 * Returns the reason that a journal cannot be resumed; undefined if it can. It must not be stored partly, its build must still exist, and the
 * recorded facts of the machine must be unchanged. A benchmark that is declared as planned must be left. Its numbers of samples stay, even if
 * the configured ones changed.
 */
export async function obstacleToResuming(contents: JournalContents, context: RunnerContext): Promise<string | undefined> {
  if (contents.finished) return "it is complete";
  if (await isStoringBegun(context.results.root, contents.header.id)) return "it is partly stored";
  return (await becomesHere(contents, context)).obstacle;
}

/** Returns the benchmarks that the next run drops from an unfinished session, or the reason that it cannot resume it. */
export async function becomesHere(contents: JournalContents, context: RunnerContext): Promise<Pick<Resumption, "without" | "obstacle">> {
  const changed = changedSince(contents.header, context);
  if (changed !== undefined) return { obstacle: changed };
  if (!(await buildOf(contents, context))) return { obstacle: "its build is gone" };
  return resumptionHere(contents, context, { allowBuild: false });
}

type Machine = Pick<JournalHeader, "bootId" | "hostFacts"> & { environment: { id: string } };

/** Returns the change of the machine since a session began, as text; undefined if all recorded facts are the same. */
export function changedSince(header: JournalHeader, { bootId, environment, hostFacts }: Machine): string | undefined {
  if (header.bootId !== bootId) return "the host was rebooted";
  if (header.environment !== environment.id) return "the environment changed";
  return JSON.stringify(header.hostFacts) === JSON.stringify(hostFacts) ? undefined : "the host facts changed";
}

/** Resumes the session of a killed run, without dropped benchmarks. If none is left, stores the complete part. */
export async function resumeItem(contents: JournalContents, context: RunnerContext): Promise<Done> {
  const build = await buildOf(contents, context);
  if (!build) throw new Error(`the build of ${contents.header.id} is gone`);
  const { id, reason } = contents.header;
  const subject = describeSubject(contents.header.subject);
  // The suite may have been fetched after the decision to resume.
  const { without, obstacle, isWanted } = await resumptionHere(contents, context, { allowBuild: true });
  if (obstacle !== undefined) {
    context.log(`${subject}: ${obstacle}; storing the complete part of ${id}`);
    await storeSession(contents, context);
    return { subject, session: id, failures: [], interrupted: [], aborted: false };
  }
  await context.watch.begin(subject, reason);
  if (without !== undefined) context.log(`${subject}: dropped from the unfinished session: ${without}`);
  context.log(`${subject}: resuming after ${contents.blocks.length} finished blocks`);
  return resumeSampling(contents, { build, isWanted }, context);
}

/** Returns the build of a journal; undefined if it is gone, the machine was rebooted, or a recorded fact of it changed. */
async function buildOf({ header }: JournalContents, context: RunnerContext): Promise<Build | undefined> {
  if (changedSince(header, context) !== undefined) return undefined;
  const build = await readBuild(folderOf(header));
  return build?.id === header.buildId ? build : undefined;
}
