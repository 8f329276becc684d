import { channelsOf } from "../alerts/channels.ts";
import { changesToReport } from "../alerts/changes.ts";
import { notify, type Outcome } from "../alerts/notify.ts";
import type { ClockTrouble } from "./clock.ts";
import { nothingMeasured, unreachable } from "./exit-codes.ts";
import { failingHere, isNothingMeasured } from "./failing.ts";
import { readLastRun } from "./last-run.ts";
import { readKept } from "../queue/kept-listing.ts";
import { unlistedHere } from "../queue/listing-text.ts";
import { machineText } from "../report/machine.ts";
import { readUndated, undatedText } from "../queue/requirement-records.ts";
import type { RunnerContext } from "../runner-context.ts";
import { readFindings } from "../store/findings.ts";
import { machineVerdict } from "../timeline/controls.ts";

/** Reason that a run refused to measure. */
export type Refusal = { paused: string } | { blockers: string[] } | { clock: ClockTrouble };

/** Minutes that listing the suite must fail for infrastructure reasons before it is an alert. Short network failures are none. */
const lastingMinutes = 60;

/** End of a scheduled run. */
interface Ended {
  exitCode: number;
  refused?: Refusal;
}

/**
 * Performs a scheduled run and sends the alerts that its outcome calls for.
 * @param explain returns the message of an expected error, undefined for a bug.
 */
export async function withAlerts<R extends Ended>(
  context: RunnerContext,
  action: () => Promise<R>,
  explain: (error: unknown) => string | undefined,
): Promise<R> {
  const { alerts } = context.config;
  if (channelsOf(alerts).length === 0 && !alerts.ping) return action();
  try {
    const ended = await action();
    const lastLine = (await readLastRun())?.said ?? "";
    await notify(await outcomeOf(context, ended, lastLine), context.config, context);
    return ended;
  } catch (error) {
    const reason = explain(error) ?? "a bug in Evenkeel ended the run; see its log";
    await notify(await outcomeOf(context, { exitCode: 1 }, reason), context.config, context);
    throw error;
  }
}

async function outcomeOf(context: RunnerContext, { exitCode, refused }: Ended, failure: string): Promise<Outcome> {
  const failing = await failingHere(context);
  return {
    host: context.config.host,
    now: new Date().toISOString(),
    isSuccess: exitCode === 0,
    ...(refused && "paused" in refused && { paused: refused.paused }),
    blockers: refused && "blockers" in refused ? refused.blockers : [],
    ...clockOrFailure(exitCode, refused, failure),
    problems: (await context.problems.read()).open,
    ...(await machineShift(context)),
    unlisted: await unlistedHere(lastingMinutes),
    ...(await undatedRequirements()),
    failing,
    isNothingMeasured: isNothingMeasured(failing),
    changes: changesToReport(
      (await readFindings(context.results.root)).decisions,
      { host: context.config.host, environment: context.environment.id },
      context.config.target,
    ),
  };
}

/** Exit codes of runs whose reason has an alert of its own. */
const reportedSeparately: ReadonlySet<number> = new Set([0, unreachable, nothingMeasured]);

/** Returns a lasting problem of the clock, or the failure of the run. A clock that is not set yet is not a failure. */
function clockOrFailure(exitCode: number, refused: Refusal | undefined, failure: string): Pick<Outcome, "clock" | "failure"> {
  if (refused && "clock" in refused) return refused.clock.lasts ? { clock: refused.clock.problem } : {};
  return reportedSeparately.has(exitCode) ? {} : { failure };
}

async function undatedRequirements(): Promise<{ undated?: string }> {
  const undated = await readUndated();
  return undated ? { undated: undatedText(undated) } : {};
}

/** Returns the description of a machine shift that controls found. */
async function machineShift({ stored, environment }: RunnerContext): Promise<{ moved?: string }> {
  // The newest listing of any revision will do: an error of the run must not recur here.
  const declared = (await readKept())?.benchmarks ?? [];
  const verdict = machineVerdict((await stored.read()).results, environment.id, declared);
  return verdict.verdict === "moved" ? { moved: machineText(verdict) } : {};
}
