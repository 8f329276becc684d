import { rm } from "node:fs/promises";
import { dirname } from "node:path";
import * as z from "zod";
import { syncFolder, writeAtomically } from "./atomic.ts";
import { readJsonFile } from "./json-file.ts";

const changeSchema = z.discriminatedUnion("kind", [
  /** A file of the kernel, below its root, and its whole content. */
  z.object({ kind: z.literal("file"), path: z.string(), was: z.string() }),
  z.object({ kind: z.literal("interrupt"), path: z.string(), was: z.string() }),
  z.object({ kind: z.literal("slice"), slice: z.string(), was: z.string() }),
  /** A unit that was active. */
  z.object({ kind: z.literal("unit"), unit: z.string() }),
]);
/** What is put back when measuring is over. */
export type Change = z.infer<typeof changeSchema>;

const journalSchema = z.object({
  bootId: z.string(),
  pid: z.number(),
  /** What takes effect, and what does not exist here: a tuned machine cannot be asked, its siblings are offline. */
  effect: z.array(z.string()),
  skipped: z.array(z.string()),
  /** Every processor of the machine. */
  cpus: z.string(),
  changes: z.array(changeSchema),
});
/** What tuning changes on this machine, written before the first change. */
export type TuningJournal = z.infer<typeof journalSchema>;

export async function writeTuningJournal(path: string, journal: TuningJournal): Promise<void> {
  await writeAtomically(path, `${JSON.stringify(journal)}\n`);
}

/** undefined where there is none; "damaged" where it is none of ours. */
export async function readTuningJournal(path: string): Promise<TuningJournal | "damaged" | undefined> {
  return readJsonFile(path, journalSchema.or(z.unknown().transform((): "damaged" => "damaged")));
}

export async function removeTuningJournal(path: string): Promise<void> {
  await rm(path, { force: true });
  await syncFolder(dirname(path));
}
