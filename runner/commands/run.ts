import { nothingMeasured } from "../run/exit-codes.ts";
import { wholeNumber } from "./command.ts";
import { measureItems, measuringCommand, type MeasuringOptions } from "./measuring.ts";

export const command = measuringCommand({
  name: "run",
  summary: "measure the revisions in the queue (cron starts this)",
  exitCodes: [`${nothingMeasured} every benchmark fails at several revisions in a row`],
})
  .option("--cron", "honour a pause, and do not take the lock, which cron holds")
  .option("--max-minutes <n>", "begin nothing new after this time", wholeNumber)
  .action(async (options: MeasuringOptions & { cron?: true }) => {
    await measureItems({ ...options, command: options.cron ? "run --cron" : "run", cron: options.cron ?? false });
  });
