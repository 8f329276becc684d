import { changesText } from "../queue/changes.ts";
import { changesHere } from "../queue/detecting.ts";
import { listingWarnings } from "../queue/listing-text.ts";
import { queued } from "../run/run.ts";
import { openRunnerContext } from "../runner-context.ts";
import { hostCommand, lookQuietly, sharedOptions, unstoppable } from "./command.ts";
import { printQueue } from "./measuring.ts";

export const command = hostCommand({ name: "queue", summary: "show what would be measured next, why, and how long it takes" })
  .option(...sharedOptions.json)
  .action(async (options: { json?: true }) => {
    lookQuietly();
    const context = await openRunnerContext(unstoppable);
    const items = await queued(context, { allowBuild: false });
    await printQueue(items, context.config, options);
    for (const warning of await listingWarnings(context.config)) console.error(`warning: ${warning}`);
    const found = await changesHere(context, { allowBuild: false });
    if (found?.machine && found.open.length > 0) console.error(`suspected: ${changesText(found)}`);
  });
