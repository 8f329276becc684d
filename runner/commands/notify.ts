import { readOutbox, sendTests } from "../alerts/notify.ts";
import { pendingText } from "../alerts/outbox.ts";
import { readConfiguration } from "../runner-context.ts";
import { hostCommand, print, sharedOptions } from "./command.ts";

export const command = hostCommand({
  name: "notify",
  summary: "show the alerts that wait for delivery",
  exitCodes: ["1 failed, or a test was not delivered"],
})
  .option("--test", "send a test alert to every receiver")
  .option(...sharedOptions.json)
  .action(async (options: { test?: true; json?: true }) => {
    if (!options.test) return print((await readOutbox())?.pending ?? [], options, pendingText);
    const sent = await sendTests(await readConfiguration());
    print(sent, options, (all) => all.map(({ channel, said }) => `${channel}: ${said}`).join("\n"));
    process.exitCode = sent.every(({ ok }) => ok) ? 0 : 1;
  });
