import { wholeNumber } from "./command.ts";
import { measureItems, measuringCommand, type MeasuringOptions } from "./measuring.ts";
import { collectItems } from "./selection.ts";

export const command = measuringCommand({
  name: "collect",
  summary: "measure the declared benchmarks that the revisions of a range lack",
})
  .argument("<from..to>", "range of git, older end first; that end is excluded")
  .option("--only-paths <path...>", "measure only revisions that touch one of these paths")
  .option("--max-minutes <n>", "begin no new session after this time", wholeNumber)
  .action(async (range: string, options: MeasuringOptions & { onlyPaths?: string[] }) => {
    const { onlyPaths = [] } = options;
    await measureItems({ ...options, command: "collect", next: (context, how) => collectItems(context, range, onlyPaths, how) });
  });
