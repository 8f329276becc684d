import { paths } from "../../config/paths.ts";
import { currentSuiteRevision } from "../build/build.ts";
import { buildFolder } from "../build/build-input.ts";
import { removeBuild } from "../build/stored-build.ts";
import type { Interrupted } from "../measure/session.ts";
import type { Failure, WorkItem } from "../model.ts";
import type { RunnerContext } from "../runner-context.ts";
import { Journal, readJournal, removeJournal } from "../store/journal.ts";
import { sessionOf, type JournalContents } from "../store/journal-contents.ts";
import type { JournalHeader } from "../store/journal-lines.ts";
import { noteReportsDue } from "../store/reports-due.ts";
import { writeEnvironment, writeSession } from "../store/sessions.ts";
import { describeSubject } from "../text/subjects.ts";
import { wholeFailure, type Attempted } from "./failed-subject.ts";
import { headerOf, type Recorded } from "./session-header.ts";

/** Outcome of a work item. */
export interface Done extends Attempted {
  session: string;
  /** Benchmarks that failed, each with its message. Failures are results. */
  failures: string[];
  /** Benchmarks that an infrastructure error interrupted; still owed. */
  interrupted: Interrupted[];
  /** True after a stop by the signal: the next run resumes the journal. */
  aborted: boolean;
}

/** Stores the complete part of a journal as its session. The build stays in the cache. Idempotent. */
export async function storeSession(contents: JournalContents, context: RunnerContext): Promise<void> {
  const { session, samples } = sessionOf(contents);
  const { results, account, environment } = context;
  if (session.failure || Object.keys(session.benchmarks).length > 0) {
    if (environment.id === session.environment) await writeEnvironment(results.root, account, environment);
    await writeSession(results.root, account, session, samples);
    await noteReportsDue();
  }
  await removeJournal(contents.path);
  // A build of another layout is measured once.
  if (session.failure || session.subject.kind === "layout") await removeBuild(folderOf(contents.header));
}

/** Stores a session without samples. */
export async function storeUnsampled(header: JournalHeader, context: RunnerContext): Promise<Done> {
  const journal = await Journal.create(paths.journal, header);
  await journal.finish(new Date().toISOString());
  await journal.close();
  const contents = await readJournal(journal.path);
  const failed = wholeFailure(sessionOf(contents).session);
  await storeSession(contents, context);
  const done = { subject: describeSubject(header.subject), session: header.id, failures: [], interrupted: [], aborted: false };
  return { ...done, ...(failed !== undefined && { wholeFailure: failed }) };
}

/** Failure without a build: of the subject as a whole, or of some listed benchmarks. */
export type Unmeasured = { failure: Failure } | { failed: JournalHeader["failed"]; listed: JournalHeader["listed"] };

/** Stores a session that contains only failures. */
export async function storeFailure(item: WorkItem, what: Unmeasured, context: RunnerContext): Promise<Done> {
  const suite = item.suite ?? (await currentSuiteRevision(context.config.suite, context.account));
  const build: Recorded = { id: "not built", suite, versions: {}, listed: [], benchmarks: [], ...("failure" in what && what) };
  const header = headerOf(item, build, { same: [], affects: undefined, sessions: [] }, context);
  return storeUnsampled({ ...header, ...("failed" in what && what) }, context);
}

/** Returns the folder of the build that a journal was measured with. */
export function folderOf({ subject, suite, environment }: JournalHeader): string {
  return buildFolder({ subject, suiteRevision: suite, environmentId: environment });
}
