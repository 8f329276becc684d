import { pause, pausedSince } from "../run/pause.ts";
import { noteReportsDue } from "../store/reports-due.ts";
import { interruptHolder } from "../system/lock.ts";
import { hostCommand } from "./command.ts";

/** Seconds that a run may take to stop. It finishes a publication first. */
const interruptSeconds = 600;

export const command = hostCommand({ name: "pause", summary: "pause the schedule: cron measures nothing until resume" })
  .option("--why <text>", "the reason, shown by status, doctor and reports", "no reason given")
  .option("--now", "interrupt the running measurement, and wait until it stops; the next run resumes it")
  .action(async (options: { why: string; now?: true }) => {
    const pausing = await pause(options.why);
    await noteReportsDue();
    console.log(`${pausedSince(pausing)}; ${options.now ? await interrupt() : "a running item is finished first"}`);
  });

/** Stops the running measurement without losing anything. Returns the result as text. */
async function interrupt(): Promise<string> {
  const interrupted = await interruptHolder({ waitSeconds: interruptSeconds, log: console.error });
  return interrupted ? `${interrupted.command} was interrupted; the next run resumes it` : "nothing was running";
}
