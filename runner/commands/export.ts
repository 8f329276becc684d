import { exportMypyc, exportText } from "../import/export-folder.ts";
import { requireFormat } from "../import/format.ts";
import { openRunnerContext, logToStderr } from "../runner-context.ts";
import { hostCommand, print, sharedOptions, unstoppable } from "./command.ts";

export const command = hostCommand({ name: "export", summary: "export results in the format of another system" })
  .argument("<format>", "the format: mypyc, the CSV files of mypyc's benchmark server")
  .argument("<folder>", "folder in which to create data/, the folder of these files")
  .option("--dry-run", "print what would be exported, and write nothing")
  .option(...sharedOptions.json)
  .action(async (format: string, folder: string, options: { dryRun?: true; json?: true }) => {
    requireFormat(format);
    const { dryRun = false } = options;
    const result = await exportMypyc(await openRunnerContext(unstoppable, logToStderr), folder, { dryRun });
    print(result, options, (exported) => exportText(exported, dryRun));
  });
