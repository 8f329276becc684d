import { openRunnerContext } from "../runner-context.ts";
import { withoutControls } from "../text/plain-text.ts";
import { hostCommand, lookQuietly, print, sharedOptions, unstoppable } from "./command.ts";
import { statusOf } from "./status/reading.ts";
import { statusText } from "./status/text.ts";

export const command = hostCommand({ name: "status", summary: "show what this host is doing, the queue and problems" })
  .option(...sharedOptions.json)
  .action(async (options: { json?: true }) => {
    lookQuietly();
    print(await statusOf(await openRunnerContext(unstoppable)), options, (status) => withoutControls(statusText(status)));
  });
