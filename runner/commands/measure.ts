import { Option } from "commander";
import { UsageError } from "../../config/user-error.ts";
import { openRunnerContext, logToStderr } from "../runner-context.ts";
import { print, stopSignal, underLock } from "./command.ts";
import { measureItems, measuringCommand, type MeasuringOptions } from "./measuring.ts";
import { revisionItem } from "./selection.ts";
import { isAccepted, trialText } from "./trial/text.ts";
import { tryBenchmark } from "./trial/trial.ts";

interface Options extends MeasuringOptions {
  benchmark?: string[];
  force?: true;
  trial?: string;
}

export const command = measuringCommand({
  name: "measure",
  summary: "measure one revision, even if it was measured before",
})
  .argument("[revision]", "commit, tag or branch of the target; by default, --trial uses the newest measured revision")
  .addOption(
    new Option("--trial <name>", "run one benchmark once; show the command, the output and the number read; store nothing").conflicts([
      "dryRun",
      "benchmark",
      "force",
    ]),
  )
  .option("--benchmark <name...>", "measure only these benchmarks")
  .option("--force", "also measure benchmarks whose result a neighbouring revision has")
  .action(async (revision: string | undefined, options: Options) => {
    if (options.trial !== undefined) return tryOnce(options.trial, revision, options);
    if (revision === undefined) throw new UsageError("missing required argument 'revision'", "write `evenkeel measure REVISION`");
    await measureItems({
      ...options,
      command: "measure",
      failsWithSubject: true,
      next: (context, how) => revisionItem(context, revision, { only: options.benchmark, force: options.force ?? false, ...how }),
    });
  });

/** Performs `--trial`. The exit code is 1 if no number could be read. */
async function tryOnce(benchmark: string, revision: string | undefined, options: Options): Promise<void> {
  const signal = stopSignal();
  const context = await openRunnerContext(signal, logToStderr);
  const tried = await underLock("measure --trial", options, signal, () => tryBenchmark(context, benchmark, revision));
  print(tried, options, trialText);
  process.exitCode = isAccepted(tried) ? 0 : 1;
}
