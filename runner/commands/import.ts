import { importMypyc, importText } from "../import/import.ts";
import { requireFormat } from "../import/format.ts";
import { publishAll } from "../run/publish-all.ts";
import { openRunnerContext, logToStderr } from "../runner-context.ts";
import { removeHalfResults } from "../store/sessions.ts";
import { busyExit, hostCommand, print, sharedOptions, stopSignal, underLock, unreachableExit } from "./command.ts";

interface Options {
  micro?: string[];
  sameWorkload?: true;
  skipBad?: true;
  dryRun?: true;
  publish: boolean;
  wait: boolean;
  json?: true;
}

export const command = hostCommand({
  name: "import",
  summary: "import the results of another system",
  exitCodes: [unreachableExit, busyExit],
})
  .argument("<format>", "their format: mypyc, the CSV files of mypyc's benchmark server")
  .argument("<folder>", "folder that contains data/, the folder of these files")
  .option("--micro <name...>", "microbenchmarks, in addition to those that the suite lists as such")
  .option("--same-workload", "treat all revisions of the suite as one workload; otherwise each has its own")
  .option("--skip-bad", "skip invalid lines, instead of importing nothing")
  .option("--dry-run", "print what would be imported, and write nothing")
  .option(...sharedOptions.noPublish)
  .option(...sharedOptions.noWait)
  .option(...sharedOptions.json)
  .action(async (format: string, folder: string, options: Options) => {
    requireFormat(format);
    const { micro = [], sameWorkload = false, skipBad = false, dryRun = false, publish } = options;
    const signal = stopSignal();
    const context = await openRunnerContext(signal, logToStderr);
    const result = await underLock("import", options, signal, async () => {
      if (!dryRun) await removeHalfResults(context.results);
      const imported = await importMypyc(context, { folder, micro, sameWorkload, skipBad, dryRun });
      if (dryRun || !publish) return imported;
      context.log("publishing");
      process.exitCode = await publishAll(context);
      return imported;
    });
    print(result, options, (imported) => importText(imported, dryRun));
  });
