import { openRunnerContext } from "../runner-context.ts";
import { hostCommand, lookQuietly, print, sharedOptions, unstoppable } from "./command.ts";
import { showHere } from "./show/shown-here.ts";
import { shownInFull, shownText } from "./show/text.ts";

export const command = hostCommand({
  name: "show",
  summary: "show the results of a revision: values, reasons of failures, comparisons with the previous revision",
})
  .argument("<revision>", "commit, tag or branch of the target")
  .argument("[benchmark]", "show only this one, in full: commands, output of failures, samples, conditions")
  .option(...sharedOptions.json)
  .action(async (revision: string, benchmark: string | undefined, options: { json?: true }) => {
    lookQuietly();
    const shown = await showHere(await openRunnerContext(unstoppable), revision, benchmark);
    print(shown, options, benchmark === undefined ? shownText : shownInFull);
  });
