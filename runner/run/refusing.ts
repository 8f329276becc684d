import { paths } from "../../config/paths.ts";
import type { RunnerContext } from "../runner-context.ts";
import { counted } from "../text/quantities.ts";
import { clockTrouble } from "./clock.ts";
import { blockers, diagnose } from "./doctor.ts";
import { errorText } from "./error-text.ts";
import { unreachable } from "./exit-codes.ts";
import { noteStateChange } from "./host-state.ts";
import { pausedSince, readPause } from "./pause.ts";
import type { RunOptions, RunResult } from "./run-options.ts";
import { wantOfSpace } from "./space.ts";
import { report } from "./synchronising.ts";

/**
 * Returns the end of a run that must not measure: the host is paused, not as declared, out of disk space, or has a wrong clock. Undefined if
 * it may measure.
 */
export async function refusal(context: RunnerContext, options: RunOptions): Promise<RunResult | undefined> {
  const pausing = await readPause();
  if (pausing && options.cron) {
    await reportQuietly(context, options);
    const isUnreachable = context.problems.failing("reports").length > 0;
    return { ...refuse(context, pausedSince(pausing), isUnreachable ? unreachable : 0), refused: { paused: pausedSince(pausing) } };
  }
  const problems = blockers(await diagnose());
  if (problems.length > 0) {
    await reportBlocked({ ...context, blocked: blockedText(problems.length) }, options);
    return { ...refuse(context, `not measuring: ${problems.join("; ")}`, 1), refused: { blockers: problems } };
  }
  await noteStateChange(context);
  const full = await wantOfSpace([paths.state, paths.results]);
  if (full !== undefined) return refuse(context, `not measuring: ${full}`, 1);
  const clock = await clockTrouble(context);
  return clock && { ...refuse(context, `not measuring: ${clock.problem}`, 1), refused: { clock } };
}

function refuse(context: RunnerContext, line: string, exitCode: number): RunResult {
  context.log(line.replaceAll("\n", "; "));
  return { exitCode, sessions: [], seconds: context.stopwatch.seconds };
}

/** Returns the reason that nothing is measured, for the reports. Only the operator may see the differences themselves. */
function blockedText(differences: number): string {
  return `this host differs from its declaration in ${counted(differences, "place")}; run \`evenkeel doctor\` on it`;
}

/** Publishes reports that show this host as blocked. The blocker itself may prevent that. */
async function reportBlocked(context: RunnerContext, options: RunOptions): Promise<void> {
  try {
    await noteStateChange(context);
    await reportQuietly(context, options);
  } catch (error) {
    context.log(`cannot publish in the reports that this host is blocked: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Publishes the reason that nothing is measured, without logging: such a run logs one line. The next run retries after an error. */
async function reportQuietly(context: RunnerContext, options: RunOptions): Promise<void> {
  try {
    await report({ ...context, log: ignoreLine }, options, { logOnce: ignoreLine, isSynchronised: false });
  } catch (error) {
    if (errorText(error) === undefined) throw error;
  } finally {
    await context.watch.end();
  }
}

function ignoreLine(): void {}
