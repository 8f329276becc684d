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

/** What is left of an unfinished session, by what is declared now. */
export interface Resumption {
  left: Remaining[];
  /** No longer declared, or declared otherwise: it stays out of the session. */
  dropped: Remaining[];
  /** Returns whether something planned is declared as it was planned. */
  isWanted: (planned: Planned) => boolean;
  /** What is dropped and why, in words; absent where nothing is. */
  without?: string;
  /** Reason that nothing is left to resume, in words: what is complete is stored. */
  obstacle?: string;
}

/**
 * Compares an unfinished session with what is declared now. A session of the suite's present revision is declared as it was; one of another revision goes on with
 * the benchmarks that have the same workload still. Controls measure what they measured, whatever its workload is now. Pure.
 * @param isMeasured whether its revision is still to be measured.
 */
export function resumption(contents: JournalContents, present: Present, isMeasured = true): Resumption {
  const { header } = contents;
  const isWanted = (planned: Planned) => isMeasured && isDeclaredAs(planned, header, present);
  const all = remaining(contents);
  const [left, dropped] = [all.filter(isWanted), all.filter((one) => !isWanted(one))];
  const without = isMeasured ? droppedText(dropped, present) : "";
  const found = { left, dropped, isWanted, ...(without !== "" && { without }) };
  if (all.length === 0 || left.length > 0) return found;
  if (!isMeasured) return { ...found, obstacle: "its revision is no longer among those to be measured" };
  return { ...found, obstacle: `nothing is left of what is declared now (${without})` };
}

function isDeclaredAs({ benchmark, workload }: Planned, { suite, reason }: JournalHeader, present: Present): boolean {
  if (present.isOfSuite({ suite })) return true;
  return reason === "control" ? present.isDeclared(benchmark) : present.isListedAs(benchmark, workload);
}

/** Returns `no longer declared: second; declared otherwise: third`. */
function droppedText(dropped: readonly Remaining[], present: Present): string {
  const names = [...new Set(dropped.map(({ benchmark }) => benchmark))];
  const gone = names.filter((name) => !present.isDeclared(name));
  const changed = names.filter((name) => present.isDeclared(name));
  return [
    ...(gone.length > 0 ? [`no longer declared: ${gone.join(", ")}`] : []),
    ...(changed.length > 0 ? [`declared otherwise: ${changed.join(", ")}`] : []),
  ].join("; ");
}

/** The same, by what is declared on this host. */
async function resumptionHere(contents: JournalContents, context: RunnerContext, how: Asking): Promise<Resumption> {
  try {
    const state = await readState(context, how);
    return resumption(contents, new Present(presentOf(state)), isStillMeasured(contents.header, state));
  } catch (error) {
    // A branch that is not fetched yet: once it is, this is asked again.
    if (error instanceof UserError)
      return resumption(contents, new Present({ environment: context.environment.id, benchmarks: undefined }));
    throw error;
  }
}

/** Returns whether the queue still holds a session's revision; true where somebody asked for it. */
function isStillMeasured({ subject, reason }: JournalHeader, { wanted }: KnownState): boolean {
  return subject.kind === "baseline" || reason !== "new" || wanted.has(subject.revision);
}

/**
 * Returns the reason that a journal cannot be resumed, in words; undefined where it can: not stored in part, its very build still there, the machine the
 * same in all that is recorded, and something left that is declared as it was planned. It keeps its numbers of samples, whatever is configured by now.
 */
export async function obstacleToResuming(contents: JournalContents, context: RunnerContext): Promise<string | undefined> {
  if (contents.finished) return "it is complete";
  if (await isStoringBegun(context.results.root, contents.header.id)) return "it is stored in part";
  return (await becomesHere(contents, context)).obstacle;
}

/** Returns what the next run makes of an unfinished session. */
export async function becomesHere(contents: JournalContents, context: RunnerContext): Promise<Pick<Resumption, "without" | "obstacle">> {
  const changed = changedSince(contents.header, context);
  if (changed !== undefined) return { obstacle: changed };
  if (!(await buildOf(contents, context))) return { obstacle: "its build is gone" };
  return resumptionHere(contents, context, { allowBuild: false });
}

type Machine = Pick<JournalHeader, "bootId" | "hostFacts"> & { environment: { id: string } };

/** Returns what of the machine changed since a session was begun, in words; undefined where all that is recorded is the same. */
export function changedSince(header: JournalHeader, { bootId, environment, hostFacts }: Machine): string | undefined {
  if (header.bootId !== bootId) return "the host was started again";
  if (header.environment !== environment.id) return "the environment is another one now";
  return JSON.stringify(header.hostFacts) === JSON.stringify(hostFacts) ? undefined : "the host facts changed";
}

/** Resume a session that a killed run left, without what is no longer declared; where nothing else is left, store what is complete. */
export async function resumeItem(contents: JournalContents, context: RunnerContext): Promise<Done> {
  const build = await buildOf(contents, context);
  if (!build) throw new Error(`the build of ${contents.header.id} is gone`);
  const { id, reason } = contents.header;
  const subject = describeSubject(contents.header.subject);
  // The suite may have been fetched since it was decided to resume.
  const { without, obstacle, isWanted } = await resumptionHere(contents, context, { allowBuild: true });
  if (obstacle !== undefined) {
    context.log(`${subject}: ${obstacle}; storing what is complete of ${id}`);
    await storeSession(contents, context);
    return { subject, session: id, failures: [], interrupted: [], aborted: false };
  }
  await context.watch.begin(subject, reason);
  if (without !== undefined) context.log(`${subject}: dropped from the unfinished session: ${without}`);
  context.log(`${subject}: going on after ${contents.blocks.length} finished blocks`);
  return resumeSampling(contents, { build, isWanted }, context);
}

/** The build a journal was measured with, if nothing that is recorded has changed since, and the machine was not started again. */
async function buildOf({ header }: JournalContents, context: RunnerContext): Promise<Build | undefined> {
  if (changedSince(header, context) !== undefined) return undefined;
  const build = await readBuild(folderOf(header));
  return build?.id === header.buildId ? build : undefined;
}
