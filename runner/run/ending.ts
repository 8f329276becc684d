import { problemText } from "../progress/problems.ts";
import { everyText } from "../report/failing.ts";
import { plainProse } from "../report/prose.ts";
import type { RunnerContext } from "../runner-context.ts";
import { nothingMeasured, unreachable } from "./exit-codes.ts";
import { wholeFailuresText } from "./failed-subject.ts";
import { failingHere, isNothingMeasured } from "./failing.ts";
import type { Course } from "./measuring.ts";
import type { RunOptions, RunResult } from "./run-options.ts";

/**
 * Logs the end of a run: its reason, failed subjects, and remotes that could not be reached. The last line is the one that `status` shows.
 */
export async function ended(course: Course, options: RunOptions, context: RunnerContext): Promise<RunResult> {
  const { signal, problems, stopwatch, log } = context;
  const { sessions, ending, refusal } = course;
  if (signal.aborted) log("stopped by a signal; the next run resumes");
  else if (ending !== undefined) log(ending);
  else if (sessions.length === 0 && course.exitCode === 0) log("nothing to measure");
  const failed = wholeFailuresText(sessions);
  if (failed !== undefined) log(failed);
  // A command that names what to measure reports the failures of that only.
  const failing = options.next || signal.aborted ? undefined : await failingHere(context);
  const every = isNothingMeasured(failing) ? failing?.all : undefined;
  if (every) log(`failing: ${everyText(every, plainProse)}`);
  const open = problems.failing("fetch", "publish", "reports");
  if (open.length > 0) log(open.map(problemText).join("; "));
  const hasFailed = refusal !== undefined || (failed !== undefined && options.failsWithSubject === true);
  const exitCode = hasFailed ? 1 : course.exitCode !== 0 ? course.exitCode : open.length > 0 ? unreachable : every ? nothingMeasured : 0;
  return { exitCode, sessions, seconds: stopwatch.seconds };
}
