import { busyExit, hostCommand, print, sharedOptions, stopSignal, underLock } from "./command.ts";
import { discard, unfinishedText } from "./unfinished.ts";

export const command = hostCommand({
  name: "discard",
  summary: "drop an unfinished session with its samples; its revision returns to the queue",
  exitCodes: [busyExit],
})
  .argument("[session]", "its id from `status`, or the beginning of it; required if there are several")
  .option(...sharedOptions.noWait)
  .option(...sharedOptions.json)
  .action(async (session: string | undefined, options: { wait: boolean; json?: true }) => {
    const dropped = await underLock("discard", options, stopSignal(), () => discard(session));
    print(dropped, options, (one) => `discarded ${one.session}: ${unfinishedText(one)}`);
  });
