import { readFile, rm } from "node:fs/promises";
import { z } from "zod";
import { paths } from "../../config/paths.ts";
import { writeAtomically } from "../host/atomic.ts";

const progressSchema = z.object({
  pid: z.number(),
  /** What is measured, in words. */
  subject: z.string(),
  phase: z.enum(["build", "measure", "publish"]),
  since: z.string(),
  /** Blocks of samples taken and wanted; 0 of 0 while building. */
  done: z.number(),
  total: z.number(),
  benchmark: z.string(),
});
/** What a running measurement is doing now. */
export type Progress = z.infer<typeof progressSchema>;

export async function writeProgress(progress: Omit<Progress, "pid">): Promise<void> {
  await writeAtomically(paths.progress, JSON.stringify({ pid: process.pid, ...progress }));
}

export async function clearProgress(): Promise<void> {
  await rm(paths.progress, { force: true });
}

export async function readProgress(): Promise<Progress | undefined> {
  const text = await readFile(paths.progress, "utf8").catch(() => undefined);
  return text === undefined ? undefined : progressSchema.safeParse(JSON.parse(text)).data;
}
