import { openRunnerContext } from "../runner-context.ts";
import { unstoppable } from "./command.ts";
import { measureItems, measuringCommand, type MeasuringOptions } from "./measuring.ts";
import { bridgeItems, reopen } from "./selection.ts";

export const command = measuringCommand({
  name: "bridge",
  summary: "measure the bridge between the previous environment and this one",
})
  .argument("[benchmark...]", "reopen the bridges of these: one more session of each program, failures ignored")
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
