import { pause, pausedSince } from "../run/pause.ts";
import { noteReportsDue } from "../store/reports-due.ts";
import { interruptHolder } from "../system/lock.ts";
import { hostCommand } from "./command.ts";

/** Seconds that a run may take to end: what it publishes it finishes. */
const interruptSeconds = 600;

export const command = hostCommand({ name: "pause", summary: "pause the schedule: cron measures nothing until resume" })
  .option("--why <text>", "the reason, shown wherever somebody may wonder", "no reason given")
  .option("--now", "interrupt what is measured now, and wait until that has ended; nothing is lost")
  .action(async (options: { why: string; now?: true }) => {
    const pausing = await pause(options.why);
    await noteReportsDue();
    console.log(`${pausedSince(pausing)}; ${options.now ? await interrupt() : "a running item is finished first"}`);
  });

/** Ends what is at work where nothing is lost. Returns what became of it, in words. */
async function interrupt(): Promise<string> {
  const interrupted = await interruptHolder({ waitSeconds: interruptSeconds, log: console.error });
  return interrupted ? `${interrupted.command} was interrupted; the next run resumes it` : "nothing was at work";
}
