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
  summary: "measure one revision, also one that was measured before",
})
  .argument("[revision]", "commit, tag or branch of the target; --trial takes the newest measured one without it")
  .addOption(
    new Option("--trial <name>", "run one benchmark once, show command, output and the number read, store nothing").conflicts([
      "dryRun",
      "benchmark",
      "force",
    ]),
  )
  .option("--benchmark <name...>", "measure only these benchmarks")
  .option("--force", "also measure programs that a neighbouring revision runs and was measured with")
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

/** `--trial`: exit code 1 where no number could be read. */
async function tryOnce(benchmark: string, revision: string | undefined, options: Options): Promise<void> {
  const signal = stopSignal();
  const context = await openRunnerContext(signal, logToStderr);
  const tried = await underLock("measure --trial", options, signal, () => tryBenchmark(context, benchmark, revision));
  print(tried, options, trialText);
  process.exitCode = isAccepted(tried) ? 0 : 1;
}
