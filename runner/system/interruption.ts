import { rm, stat } from "node:fs/promises";
import { paths } from "../../config/paths.ts";

/** An `up` that did not get to its first resource in this time is over: its wish must not interrupt for a later one. Seconds. */
const validSeconds = 15 * 60;

/** Returns whether the `up` at work asked to interrupt what is measured. */
export async function isInterruptionWanted(now = Date.now(), path: string = paths.interrupt): Promise<boolean> {
  const file = await stat(path).catch(() => undefined);
  return file !== undefined && now - file.mtimeMs < validSeconds * 1000;
}

/** Once a declaration is in force that is not applied, nothing is measured that could be interrupted. */
export async function forgetInterruption(path: string = paths.interrupt): Promise<void> {
  await rm(path, { force: true });
}
