import { readFile, rm } from "node:fs/promises";
import * as z from "zod";
import { paths } from "../../../config/paths.ts";
import { writeAtomically } from "../../system/atomic.ts";

const recordSchema = z.strictObject({
  /** VERSION_ID before and after the upgrade. */
  from: z.string(),
  to: z.string(),
  /** Id of the boot in which everything but the restart was finished. */
  upgradedIn: z.string().optional(),
});
/** Record of an unfinished upgrade of the operating system: written before the first change, removed after the restart. */
export type UpgradeRecord = z.infer<typeof recordSchema>;

export async function readUpgrade(): Promise<UpgradeRecord | undefined> {
  const text = await readFile(paths.osUpgrade, "utf8").catch(() => undefined);
  return text === undefined ? undefined : recordSchema.parse(JSON.parse(text));
}

export async function writeUpgrade(record: UpgradeRecord): Promise<void> {
  await writeAtomically(paths.osUpgrade, `${JSON.stringify(record)}\n`);
}

export async function removeUpgrade(): Promise<void> {
  await rm(paths.osUpgrade, { force: true });
}
