import * as z from "zod";
import { paths } from "../../config/paths.ts";
import { writeAtomically } from "../system/atomic.ts";
import type { RunnerContext } from "../runner-context.ts";
import { readJsonFile } from "../system/json-file.ts";

const lastRunSchema = z.object({
  command: z.string(),
  began: z.string(),
  ended: z.string(),
  exitCode: z.number(),
  /** Number of sessions that it measured. */
  sessions: z.number(),
  /** Its last line. */
  said: z.string(),
});
/** End of a run, as stored for `evenkeel status`. */
export type LastRun = z.infer<typeof lastRunSchema>;

/** Performs a run, and stores its end for `evenkeel status`. */
export async function recorded<R extends { exitCode: number; sessions: readonly unknown[] }>(
  command: string,
  context: RunnerContext,
  action: (context: RunnerContext) => Promise<R>,
): Promise<R> {
  const began = new Date().toISOString();
  let said = "";
  const note = async (exitCode: number, sessions: number): Promise<void> => {
    const lastRun: LastRun = { command, began, ended: new Date().toISOString(), exitCode, sessions, said };
    // This is not a result, and a full disk is reported elsewhere.
    await writeAtomically(paths.lastRun, `${JSON.stringify(lastRun)}\n`).catch(() => undefined);
  };
  const log = (line: string): void => {
    said = line;
    context.log(line);
  };
  try {
    const result = await action({ ...context, log });
    await note(result.exitCode, result.sessions.length);
    return result;
  } catch (error) {
    said = error instanceof Error ? error.message : String(error);
    await note(1, 0);
    throw error;
  }
}

/** Returns the end of the last run; undefined if there was none. */
export async function readLastRun(path: string = paths.lastRun): Promise<LastRun | undefined> {
  return readJsonFile(path, lastRunSchema);
}
