import { rm } from "node:fs/promises";
import { dirname } from "node:path";
import * as z from "zod";
import { syncFolder, writeAtomically } from "./atomic.ts";
import { readJsonFile } from "./json-file.ts";

const changeSchema = z.discriminatedUnion("kind", [
  /** A kernel file below its root, with its complete content. */
  z.object({ kind: z.literal("file"), path: z.string(), was: z.string() }),
  z.object({ kind: z.literal("interrupt"), path: z.string(), was: z.string() }),
  z.object({ kind: z.literal("slice"), slice: z.string(), was: z.string() }),
  /** A unit that was active. */
  z.object({ kind: z.literal("unit"), unit: z.string() }),
]);
/** Previous state of one setting, restored after measuring. */
export type Change = z.infer<typeof changeSchema>;

const journalSchema = z.object({
  bootId: z.string(),
  pid: z.number(),
  /** Applied and unavailable effects. They cannot be detected on a tuned machine, since its siblings are offline. */
  effect: z.array(z.string()),
  skipped: z.array(z.string()),
  /** Every processor of the machine. */
  cpus: z.string(),
  changes: z.array(changeSchema),
});
/** Changes by tuning on this machine, written before the first one. */
export type TuningJournal = z.infer<typeof journalSchema>;

export async function writeTuningJournal(path: string, journal: TuningJournal): Promise<void> {
  await writeAtomically(path, `${JSON.stringify(journal)}\n`);
}

/** Reads the journal: undefined if it is missing, "damaged" if it is invalid. */
export async function readTuningJournal(path: string): Promise<TuningJournal | "damaged" | undefined> {
  return readJsonFile(path, journalSchema.or(z.unknown().transform((): "damaged" => "damaged")));
}

export async function removeTuningJournal(path: string): Promise<void> {
  await rm(path, { force: true });
  await syncFolder(dirname(path));
}
