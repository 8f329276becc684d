import { openRunnerContext, report, type RunnerContext } from "../runner-context.ts";
import { workOf } from "../progress/work-text.ts";
import { writeEnvironment } from "../store/sessions.ts";
import { asHolder, holdLock } from "../system/lock.ts";
import { withAlerts } from "./alerting.ts";
import { ended } from "./ending.ts";
import { errorText } from "./error-text.ts";
import { tidyClones } from "./housekeeping.ts";
import { recorded } from "./last-run.ts";
import { measureQueue } from "./measuring.ts";
import { recover } from "./recovering.ts";
import { refusal } from "./refusing.ts";
import type { RunOptions, RunResult } from "./run-options.ts";
import { followed } from "./synchronising.ts";

/** Performs a run under the host's lock, and stores its end for `evenkeel status`. Scheduled runs also send alerts. */
export async function run(options: RunOptions): Promise<RunResult> {
  const { command, waitSeconds, signal, cron } = options;
  try {
    const context = await openRunnerContext(signal, options.log, options.screen);
    const action = () => recorded(command, context, (withRecordedLog) => performSteps(withRecordedLog, options));
    return cron
      ? await asHolder(command, () => withAlerts(context, action, errorText))
      : await holdLock({ command, waitSeconds, log: console.error, signal, describe: workOf }, action);
  } catch (error) {
    // In cron's log, an error is one line.
    const reason = errorText(error);
    if (!cron || reason === undefined) throw error;
    report(`not measuring: ${reason}`.replaceAll("\n", "; "));
    return { exitCode: 1, sessions: [], seconds: {} };
  }
}

/** Performs the steps of a run, from recovery to housekeeping. */
async function performSteps(context: RunnerContext, options: RunOptions): Promise<RunResult> {
  const unfinished = await recover(context, options);
  const refused = await refusal(context, options);
  if (refused) return refused;
  // Declared machine shifts decide which earlier sessions count, so they are stored before anything is planned.
  if (context.environment.machineShifts) await writeEnvironment(context.results.root, context.account, context.environment);
  try {
    const result = await ended(await measureQueue(context, options, unfinished), options, context);
    await tidyClones([context.results, ...followed(context)], context);
    return result;
  } finally {
    await context.watch.end();
  }
}
