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
  /** How many sessions it measured. */
  sessions: z.number(),
  /** Its last line. */
  said: z.string(),
});
/** How a run ended. */
export type LastRun = z.infer<typeof lastRunSchema>;

/** Do a run, and keep how it ended for whoever asks later. */
export async function recorded<R extends { exitCode: number; sessions: readonly unknown[] }>(
  command: string,
  context: RunnerContext,
  action: (context: RunnerContext) => Promise<R>,
): Promise<R> {
  const began = new Date().toISOString();
  let said = "";
  const note = async (exitCode: number, sessions: number): Promise<void> => {
    const lastRun: LastRun = { command, began, ended: new Date().toISOString(), exitCode, sessions, said };
    // It is news, not a result: a full disk tells itself.
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

/** undefined where there was none. */
export async function readLastRun(path: string = paths.lastRun): Promise<LastRun | undefined> {
  return readJsonFile(path, lastRunSchema);
}
