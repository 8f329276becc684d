import { clearProgress } from "../progress/progress.ts";
import { unreachable } from "../run/exit-codes.ts";
import { publishReportsNow, reportsNow, writeReports } from "../run/reporting.ts";
import { openRunnerContext, type RunnerContext } from "../runner-context.ts";
import { busyExit, hostCommand, sharedOptions, stopSignal, underLock, unreachableExit } from "./command.ts";

interface Options {
  out?: string;
  dryRun?: true;
  publish: boolean;
  wait: boolean;
}

export const command = hostCommand({
  name: "report",
  summary: "render the reports of all hosts and publish them",
  exitCodes: [unreachableExit, busyExit],
})
  .option("--out <folder>", "write them to a folder instead")
  .option("--dry-run", "render them, but write nothing")
  .option("--no-publish", "render them, but write nothing")
  .option(...sharedOptions.noWait)
  .action(async (options: Options) => {
    const signal = stopSignal();
    const context = await openRunnerContext(signal);
    if (options.dryRun || (!options.publish && options.out === undefined)) console.log(`${(await reportsNow(context)).size} files`);
    else if (options.out !== undefined) {
      const { files, changed } = await writeReports(context, options.out);
      console.log(`${files} files in ${options.out}, ${changed} of them changed`);
    } else await underLock("report", options, signal, () => publish(context));
  });

async function publish(context: RunnerContext): Promise<void> {
  try {
    await publishReportsNow(context, { logOnce: context.log, isSynchronised: false });
    process.exitCode = context.problems.failing("reports").length > 0 ? unreachable : 0;
  } finally {
    await clearProgress();
  }
}
