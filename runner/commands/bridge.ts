import { openRunnerContext } from "../runner-context.ts";
import { unstoppable } from "./command.ts";
import { measureItems, measuringCommand, type MeasuringOptions } from "./measuring.ts";
import { bridgeItems, reopen } from "./selection.ts";

export const command = measuringCommand({
  name: "bridge",
  summary: "measure what links this environment to the previous one",
})
  .argument("[benchmark...]", "take their bridges up again: one more session of each program, failures forgotten")
  .action(async (benchmarks: string[], options: MeasuringOptions) => {
    const how = { allowBuild: options.dryRun === undefined };
    const reopened = benchmarks.length > 0 ? await reopen(await openRunnerContext(unstoppable), benchmarks, how) : undefined;
    await measureItems({
      ...options,
      command: "bridge",
      next: (context, asking) => bridgeItems(context, asking, reopened),
      ...(reopened && { reopened }),
    });
  });
