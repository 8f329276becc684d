import { openRunnerContext, report, type RunnerContext } from "../runner-context.ts";
import { workOf } from "../progress/work-text.ts";
import { writeEnvironment } from "../store/sessions.ts";
import { asHolder, holdLock } from "../system/lock.ts";
import { told } from "./alerting.ts";
import { ended } from "./ending.ts";
import { errorText } from "./error-text.ts";
import { tidyClones } from "./housekeeping.ts";
import { recorded } from "./last-run.ts";
import { measureQueue } from "./measuring.ts";
import { recover } from "./recovering.ts";
import { refusal } from "./refusing.ts";
import type { RunOptions, RunResult } from "./run-options.ts";
import { followed } from "./synchronising.ts";

/** One run under the host's lock, kept for `status`; cron's is also told to whoever wants alerts. */
export async function run(options: RunOptions): Promise<RunResult> {
  const { command, waitSeconds, signal, cron } = options;
  try {
    const context = await openRunnerContext(signal, options.log, options.screen);
    const look = () => recorded(command, context, (listened) => walk(listened, options));
    return cron
      ? await asHolder(command, () => told(context, look, errorText))
      : await holdLock({ command, waitSeconds, log: console.error, signal, describe: workOf }, look);
  } catch (error) {
    // Nobody sits before cron's log: what went wrong is one line there, like all else.
    const why = errorText(error);
    if (!cron || why === undefined) throw error;
    report(`not measuring: ${why}`.replaceAll("\n", "; "));
    return { exitCode: 1, sessions: [], seconds: {} };
  }
}

/** The same, top to bottom: a line a step. */
async function walk(context: RunnerContext, options: RunOptions): Promise<RunResult> {
  const unfinished = await recover(context, options);
  const refused = await refusal(context, options);
  if (refused) return refused;
  // What machineShifts make of earlier sessions is to be known before anything is planned.
  if (context.environment.machineShifts) await writeEnvironment(context.results.root, context.account, context.environment);
  try {
    const result = await ended(await measureQueue(context, options, unfinished), options, context);
    await tidyClones([context.results, ...followed(context)], context);
    return result;
  } finally {
    await context.watch.end();
  }
}
