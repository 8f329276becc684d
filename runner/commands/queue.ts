import { changesText } from "../queue/changes.ts";
import { listingWarnings } from "../queue/listing-text.ts";
import { changesOf, queueOf } from "../queue/planned.ts";
import { readState } from "../queue/state.ts";
import { openRunnerContext } from "../runner-context.ts";
import { hostCommand, lookQuietly, sharedOptions, unstoppable } from "./command.ts";
import { printQueue } from "./measuring.ts";

export const command = hostCommand({ name: "queue", summary: "show the items to measure next, with reasons and expected durations" })
  .option(...sharedOptions.json)
  .action(async (options: { json?: true }) => {
    lookQuietly();
    const context = await openRunnerContext(unstoppable);
    const state = await readState(context, { allowBuild: false });
    await printQueue(queueOf(state), context.config, options);
    for (const warning of await listingWarnings(context.config)) console.error(`warning: ${warning}`);
    const found = changesOf(state);
    if (found?.machine && found.open.length > 0) console.error(`suspected: ${changesText(found)}`);
  });
