import { Option } from "commander";
import type { Variant } from "../model.ts";
import { openRunnerContext } from "../runner-context.ts";
import { hostCommand, lookQuietly, sharedOptions, unstoppable } from "./command.ts";
import { comparedJson, comparedText, compareSides } from "./compare/compare.ts";
import { paperOf } from "./compare/text.ts";

export const command = hostCommand({ name: "compare", summary: "compare two revisions, ranges of them, or environments" })
  .argument("<a>", "commit, tag, branch, range <older>..<newer>, or the first digits of an environment's id")
  .argument("<b>", "like <a>; ratios are seconds of <b> over seconds of <a>")
  .addOption(
    new Option("--variant <variant>", "compare this variant instead of each benchmark's main one").choices(["compiled", "interpreted"]),
  )
  .option(...sharedOptions.json)
  .action(async (a: string, b: string, options: { variant?: Variant; json?: true }) => {
    lookQuietly();
    const compared = await compareSides(await openRunnerContext(unstoppable), a, b, options.variant);
    console.log(options.json ? comparedJson(compared) : comparedText(compared, paperOf(process.stdout, process.env)));
  });
