import { channelsOf } from "../alerts/channels.ts";
import { changesToTell } from "../alerts/changes.ts";
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

/** Why nothing was measured, where that was not wanted. */
export type Refusal = { paused: string } | { blockers: string[] } | { clock: ClockTrouble };

/** A suite that cannot be listed for so long, by no fault of its own, is an alert: a network that failed for a moment is none. */
const lastingMinutes = 60;

/** How a look of cron's ended. */
interface Ended {
  exitCode: number;
  refused?: Refusal;
}

/** A look of cron's, and what it came to told to whoever wants to hear of it. @param explain words for an error that is no bug. */
export async function told<R extends Ended>(
  context: RunnerContext,
  look: () => Promise<R>,
  explain: (error: unknown) => string | undefined,
): Promise<R> {
  const { alerts } = context.config;
  if (channelsOf(alerts).length === 0 && !alerts.ping) return look();
  try {
    const ended = await look();
    const said = (await readLastRun())?.said ?? "";
    await notify(await outcomeOf(context, ended, said), context.config, context);
    return ended;
  } catch (error) {
    const said = explain(error) ?? "it ended with a bug of this program; its log tells more";
    await notify(await outcomeOf(context, { exitCode: 1 }, said), context.config, context);
    throw error;
  }
}

async function outcomeOf(context: RunnerContext, { exitCode, refused }: Ended, said: string): Promise<Outcome> {
  const failing = await failingHere(context);
  return {
    host: context.config.host,
    now: new Date().toISOString(),
    isSuccess: exitCode === 0,
    ...(refused && "paused" in refused && { paused: refused.paused }),
    blockers: refused && "blockers" in refused ? refused.blockers : [],
    ...clockOrFailure(exitCode, refused, said),
    problems: (await context.problems.read()).open,
    ...(await moveSeen(context)),
    unlisted: await unlistedHere(lastingMinutes),
    ...(await undatedSeen()),
    failing,
    isNothingMeasured: isNothingMeasured(failing),
    changes: changesToTell(
      (await readFindings(context.results.root)).decisions,
      { host: context.config.host, environment: context.environment.id },
      context.config.target,
    ),
  };
}

/** Exit codes of runs whose reason is told as a state of its own. */
const toldElsewhere: ReadonlySet<number> = new Set([0, unreachable, nothingMeasured]);

/** A clock that is not set yet is no failure of a run: it is told once it lasts. */
function clockOrFailure(exitCode: number, refused: Refusal | undefined, said: string): Pick<Outcome, "clock" | "failure"> {
  if (refused && "clock" in refused) return refused.clock.lasts ? { clock: refused.clock.problem } : {};
  return toldElsewhere.has(exitCode) ? {} : { failure: said };
}

async function undatedSeen(): Promise<{ undated?: string }> {
  const undated = await readUndated();
  return undated ? { undated: undatedText(undated) } : {};
}

/** What controls say of the machine, where they say that it moved. */
async function moveSeen({ stored, environment }: RunnerContext): Promise<{ moved?: string }> {
  // Whatever failed in the look must not fail here too: the newest listing there is, of whatever revision.
  const declared = (await readKept())?.benchmarks ?? [];
  const verdict = machineVerdict((await stored.read()).results, environment.id, declared);
  return verdict.verdict === "moved" ? { moved: machineText(verdict) } : {};
}
