import { nothingMeasured } from "../run/exit-codes.ts";
import { wholeNumber } from "./command.ts";
import { measureItems, measuringCommand, type MeasuringOptions } from "./measuring.ts";

export const command = measuringCommand({
  name: "run",
  summary: "measure every revision in the queue (run by cron)",
  exitCodes: [`${nothingMeasured} every benchmark fails at several revisions in a row`],
})
  .option("--cron", "obey a pause, and do not take the lock, which cron holds")
  .option("--max-minutes <n>", "begin no new session after this time", wholeNumber)
  .action(async (options: MeasuringOptions & { cron?: true }) => {
    await measureItems({ ...options, command: options.cron ? "run --cron" : "run", cron: options.cron ?? false });
  });
