import { nearest } from "../../config/nearest.ts";
import { UserError } from "../../config/user-error.ts";
import { holdLock } from "../system/lock.ts";
import { publishAll } from "../run/publish-all.ts";
import { openRunnerContext, sayBeside } from "../runner-context.ts";
import { removeHalfResults } from "../store/sessions.ts";
import { exportLegacy, exportText } from "../import/export-folder.ts";
import { importLegacy, importText } from "../import/import.ts";

export interface ImportArguments {
  micro?: string[];
  sameWorkload?: true;
  skipBad?: true;
  dryRun?: true;
  publish: boolean;
  json?: true;
}

/** `evenkeel import`. */
export async function importCommand(
  format: string,
  folder: string,
  given: ImportArguments,
  { waitSeconds, signal }: { waitSeconds: number; signal: AbortSignal },
): Promise<void> {
  requireLegacy(format);
  const { micro = [], sameWorkload = false, skipBad = false, dryRun = false, publish, json } = given;
  const context = await openRunnerContext(signal, sayBeside);
  const result = await holdLock({ command: "evenkeel import", waitSeconds, say: console.error, signal }, async () => {
    if (!dryRun) await removeHalfResults(context.results);
    const imported = await importLegacy(context, { folder, micro, sameWorkload, skipBad, dryRun });
    if (dryRun || !publish) return imported;
    context.say("publishing");
    process.exitCode = await publishAll(context);
    return imported;
  });
  console.log(json ? JSON.stringify(result, null, 2) : importText(result, dryRun));
}

/** `evenkeel export`. */
export async function exportCommand(
  format: string,
  folder: string,
  { dryRun = false, json }: { dryRun?: boolean; json?: true },
  signal: AbortSignal,
): Promise<void> {
  requireLegacy(format);
  const result = await exportLegacy(await openRunnerContext(signal, sayBeside), folder, { dryRun });
  console.log(json ? JSON.stringify(result, null, 2) : exportText(result, dryRun));
}

/** @throws UserError for any other layout. */
function requireLegacy(format: string): void {
  if (format === "mypyc") return;
  throw new UserError(`there is no layout ${format}`, nearest(format, ["mypyc"]) ? "did you mean mypyc?" : "write mypyc");
}
