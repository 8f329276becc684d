import { problemText } from "../progress/problems.ts";
import { everyText } from "../report/failing.ts";
import { plainProse } from "../report/prose.ts";
import type { RunnerContext } from "../runner-context.ts";
import { nothingMeasured, unreachable } from "./exit-codes.ts";
import { wholeFailuresText } from "./failed-subject.ts";
import { failingHere, isNothingMeasured } from "./failing.ts";
import type { Course } from "./measuring.ts";
import type { RunOptions, RunResult } from "./run-options.ts";

/** Says why a run ends, that nothing can be measured, and what could not be fetched or published, last: that is what a run is known by. */
export async function ended(course: Course, options: RunOptions, context: RunnerContext): Promise<RunResult> {
  const { signal, problems, stopwatch, log: say } = context;
  const { sessions, ending, refusal } = course;
  if (signal.aborted) say("stopped from outside; the next run goes on where this one was");
  else if (ending !== undefined) say(ending);
  else if (sessions.length === 0 && course.exitCode === 0) say("nothing to measure");
  const failed = wholeFailuresText(sessions);
  if (failed !== undefined) say(failed);
  // Who names what to measure is told of its own failures.
  const failing = options.next || signal.aborted ? undefined : await failingHere(context);
  const every = isNothingMeasured(failing) ? failing?.all : undefined;
  if (every) say(`failing: ${everyText(every, plainProse)}`);
  const open = problems.failing("fetch", "publish", "reports");
  if (open.length > 0) say(open.map(problemText).join("; "));
  const hasFailed = refusal !== undefined || (failed !== undefined && options.failsWithSubject === true);
  const exitCode = hasFailed ? 1 : course.exitCode !== 0 ? course.exitCode : open.length > 0 ? unreachable : every ? nothingMeasured : 0;
  return { exitCode, sessions, seconds: stopwatch.seconds };
}
